"""What a visit tells: which seconds were played each time, and nothing for who wants none of it."""

import pytest

from tests.viewer.browser.conftest import PHONE, Open, comes_true, holds
from tests.viewer.browser.landings import PUBLIC_ID, landing
from tests.viewer.browser.prospect_app import Prospect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

V = "document.getElementById('video')"
# Chromium has no switch for either signal; other browsers set them before any script.
SIGNAL = "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });"
AN_INSTANT_S = 0.8  # between two reports of a player, on a busy machine
# In the page, where nothing comes between a look at the video and a jump. Where each range ended.
WATCH = """async () => {
  const jumps = [];
  const come = (event) =>
    new Promise((done) => video.addEventListener(event, done, { once: true }));
  const reach = async (at) => { while (video.currentTime < at) await come("timeupdate"); };
  const leave = (act) => { jumps.push(video.currentTime); act(); };
  await reach(0.3);
  leave(() => document.getElementById("tap").click());
  await come("seeked");
  await reach(1);
  leave(() => { video.currentTime = 5; });
  await reach(5.8);
  leave(() => { video.currentTime = 0.5; });
  await come("seeked");
  await reach(1.2);
  leave(() => video.pause());
  await come("pause");
  const link = document.querySelector("[data-action='0']");
  Object.assign(link, { href: "#", target: "" }).click();
  video.currentTime = 7.6;
  await video.play();
  await come("ended");
  jumps.push(video.duration);
  return jumps;
}"""


async def test_every_second_is_told_as_often_as_it_was_played(
    open_page: Open, prospect: Prospect
) -> None:
    page = await open_page(PHONE)
    jumps = await page.evaluate(WATCH)
    await page.goto("about:blank")
    await comes_true(lambda: bool(prospect.events("end")))

    assert {message["token"] for message in prospect.told} == {"a-token"}
    numbers = [each[0] for message in prospect.told for each in message["events"]]
    assert sorted(numbers) == list(range(len(numbers)))
    kinds = [each[0] for each in prospect.events()]
    assert kinds.count("unmute") == kinds.count("end") == kinds.count("pause") == 1
    assert kinds.count("play") == 2
    assert prospect.events("play") == [["play", 0], ["play", 1]]
    assert prospect.events("view", "action") == [["view"], ["action", 0]]
    ranges = [(start, end) for _, start, end in prospect.events("range")]
    wanted = list(zip([0, 0, 5, 0.5, 7.6], jumps, strict=True))
    assert len(ranges) == len(wanted)
    for told, (start, end) in zip(ranges, wanted, strict=True):
        assert told[0] == pytest.approx(start, abs=AN_INSTANT_S)
        assert told[1] == pytest.approx(end, abs=AN_INSTANT_S)


async def test_what_a_server_could_not_take_is_told_again_under_the_same_numbers(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.refusals = [503, 503]
    await open_page(fails=True)
    await comes_true(lambda: bool(prospect.told))
    first = prospect.refused[0]["events"]
    assert ["view"] in [[kind] for _number, kind, *_ in first]
    for message in (prospect.refused[1], prospect.told[0]):
        assert message["events"][: len(first)] == first


async def test_what_a_server_would_never_take_is_not_told_again(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.refusals = [403]
    page = await open_page(fails=True)
    await comes_true(lambda: bool(prospect.refused))
    await page.locator("#tap").click()
    await holds(page, f"{V}.currentTime > 0.5")
    await page.goto("about:blank")
    await comes_true(lambda: bool(prospect.events("unmute")))
    refused = {number for number, *_ in prospect.refused[0]["events"]}
    assert refused.isdisjoint(number for each in prospect.told for number, *_ in each["events"])


async def test_who_asks_not_to_be_tracked_is_counted_and_no_more(
    open_page: Open, prospect: Prospect
) -> None:
    page = await open_page(script=SIGNAL)
    await page.locator("#tap").click()
    await holds(page, f"{V}.currentTime > 0.5")
    await comes_true(lambda: bool(prospect.told))
    await page.goto("about:blank")
    await page.goto("about:blank#again")
    # A page that leaves before it has its answer tells the same once more, under the same number.
    told = {(number, kind) for each in prospect.told for number, kind, *_ in each["events"]}
    assert told == {(0, "view")}


async def test_a_page_without_an_address_for_it_tells_nothing(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.landing = landing(events_url=None)
    page = await open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    await page.locator("#tap").click()
    await holds(page, f"{V}.currentTime > 1.5")
    await page.evaluate(f"{V}.pause()")
    await holds(page, f"localStorage.length === 0 && {V}.paused")
    assert "POST" not in asked


async def test_of_who_asks_not_to_be_tracked_nothing_is_kept_in_the_browser(
    open_page: Open,
) -> None:
    page = await open_page(script=SIGNAL)
    await page.locator("#tap").click()
    await page.evaluate(f"{V}.currentTime = 6")
    await holds(page, f"{V}.currentTime > 6.2")
    await page.evaluate(f"{V}.pause()")
    # `pause` comes after this in the page's own turn; what it keeps is kept by the next.
    await page.evaluate("new Promise((next) => setTimeout(next))")
    assert await page.evaluate("localStorage.length") == 0


async def test_nothing_is_kept_in_the_browser_but_the_place_in_the_video(open_page: Open) -> None:
    page = await open_page()
    await page.locator("#tap").click()
    await page.evaluate(f"{V}.currentTime = 6")
    await holds(page, "localStorage.length === 1")
    assert await page.evaluate("Object.keys(localStorage)") == [f"video-{PUBLIC_ID}"]
    assert await page.evaluate("document.cookie + sessionStorage.length") == "0"
