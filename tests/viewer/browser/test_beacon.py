"""What a visit tells: which seconds were played each time, and nothing for who wants none of it."""

import pytest

from tests.viewer.browser.conftest import PHONE, Open, comes_true, holds
from tests.viewer.browser.landings import PUBLIC_ID, landing
from tests.viewer.browser.prospect_app import Prospect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

V = "document.getElementById('video')"
AN_INSTANT_S = 0.5  # between what is asked of a player and what it does, on a busy machine


async def test_every_second_is_told_as_often_as_it_was_played(
    open_page: Open, prospect: Prospect
) -> None:
    page = await open_page(PHONE)
    await holds(page, f"{V}.currentTime > 0.3")
    await page.locator("#tap").click()
    await holds(page, f"{V}.currentTime > 1 && {V}.currentTime < 4")
    await page.evaluate(f"{V}.currentTime = 5")
    await holds(page, f"{V}.currentTime > 5.8")
    await page.evaluate(f"{V}.currentTime = 0.5")
    await holds(page, f"{V}.currentTime > 1.2 && {V}.currentTime < 4")
    await page.evaluate(f"{V}.pause()")
    await page.get_by_role("link", name="See the pricing").evaluate(
        "link => { link.href = '#'; link.target = ''; link.click(); }"
    )
    await page.evaluate(f"{V}.currentTime = 7.6; {V}.play()")
    await holds(page, f"{V}.ended")
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
    wanted = [(0, 0.3), (0, 1), (5, 5.8), (0.5, 1.2), (7.6, 8)]
    assert len(ranges) == len(wanted)
    for (start, end), (wanted_start, wanted_end) in zip(ranges, wanted, strict=True):
        assert start == pytest.approx(wanted_start, abs=AN_INSTANT_S)
        # The page went on playing until it was looked at.
        assert wanted_end - AN_INSTANT_S < end < 8.1


async def test_who_asks_not_to_be_tracked_is_counted_and_no_more(
    open_page: Open, prospect: Prospect
) -> None:
    # Chromium has no switch for either signal; other browsers set them before any script.
    signal = "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });"
    page = await open_page(script=signal)
    await page.locator("#tap").click()
    await holds(page, f"{V}.currentTime > 0.5")
    await comes_true(lambda: bool(prospect.told))
    await page.goto("about:blank")
    await page.goto("about:blank#again")
    assert prospect.events() == [["view"]]


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


async def test_nothing_is_kept_in_the_browser_but_the_place_in_the_video(open_page: Open) -> None:
    page = await open_page()
    await page.locator("#tap").click()
    await page.evaluate(f"{V}.currentTime = 6")
    await holds(page, "localStorage.length === 1")
    assert await page.evaluate("Object.keys(localStorage)") == [f"video-{PUBLIC_ID}"]
    assert await page.evaluate("document.cookie + sessionStorage.length") == "0"
