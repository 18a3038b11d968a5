"""A video that does not come, or comes too slowly, goes on in its other copy as if nothing was."""

import pytest
from playwright.async_api import expect

from tests.viewer.browser.conftest import PHONE, Open, comes_true, holds
from tests.viewer.browser.copies import CALM, IS_FULL, IS_LIGHT, TO_FULL, TO_LIGHT, listen
from tests.viewer.browser.landings import TWO_COPIES, VIDEO_S, landing
from tests.viewer.browser.prospect_app import LIGHT, Prospect
from tests.viewer.browser.test_player import BUILT, CUES, PLAYS, SEEKS, V

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

# The first of the player's 32 kB and no more: some three of the eight seconds.
SOME = 0.5
# Where the video stood at each of these, and when; how wide a picture stood in for it.
NOTES = """window.notes = {};
for (const name of ["waiting", "copychange", "playing", "pause", "emptied"]) {
  notes[name] = [];
  document.addEventListener(name, ({ target }) => {
    notes[name].push([target.currentTime, performance.now(), target.seeking,
      document.querySelector(".still")?.width]);
  }, true);
}"""
STALLED = "notes.waiting.some(([at, , seeks]) => at > 1 && !seeks)"


@pytest.fixture(autouse=True)
def two_copies(prospect: Prospect) -> None:
    prospect.landing = landing(video=TWO_COPIES)


async def test_a_stall_goes_on_in_the_light_copy_where_it_was_and_is_nobodys_doing(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.given = SOME
    page = await open_page(script=NOTES, locale="de", **CALM)
    await listen(page)
    await holds(page, BUILT)
    await page.keyboard.press("c")
    await page.evaluate(f"{V}.playbackRate = 1.25")
    await page.keyboard.press("f")
    await holds(page, "document.fullscreenElement?.id === 'controller'")
    await holds(page, f"{IS_LIGHT} && {PLAYS} && notes.copychange.length === 1")
    assert await page.evaluate(f"[{V}.muted, {V}.playbackRate]") == [False, 1.25]
    assert await page.evaluate(CUES) == ["en disabled", "de showing"]
    await holds(page, f"{V}.textTracks[1].activeCues?.length === 1")
    assert await page.evaluate("document.fullscreenElement?.id") == "controller"
    await expect(page.locator("#quality")).to_have_text("Light")
    await expect(page.locator(".still")).to_have_count(0)
    await holds(page, f"{V}.ended")

    stood, goes_on = await page.evaluate("[notes.copychange[0][0], notes.playing.at(-1)[0]]")
    assert goes_on == pytest.approx(stood, abs=0.3)
    assert await page.evaluate("notes.pause.length") == 1  # the end
    # What was seen last stays to be seen.
    assert await page.evaluate("notes.emptied.at(-1)[3]") > LIGHT[0]
    await page.goto("about:blank")
    await comes_true(lambda: bool(prospect.events("end")))
    assert prospect.events("play", "pause", "unmute") == [["play", 1], ["unmute"]]
    ranges = [(start, end) for _, start, end in prospect.events("range")]
    assert ranges == [
        (0, pytest.approx(stood, abs=0.2)),
        (pytest.approx(stood, abs=0.3), pytest.approx(VIDEO_S, abs=0.2)),
    ]


async def test_the_same_holds_for_picture_in_picture(open_page: Open, prospect: Prospect) -> None:
    prospect.given = SOME
    page = await open_page(script=NOTES, **CALM)
    await listen(page)
    await holds(page, BUILT)
    await page.locator("media-pip-button").click()
    await holds(page, "document.pictureInPictureElement?.id === 'video'")
    await holds(page, f"{IS_LIGHT} && {PLAYS}")
    assert await page.evaluate("document.pictureInPictureElement?.id") == "video"


async def test_what_plays_muted_by_itself_goes_on_so(open_page: Open, prospect: Prospect) -> None:
    prospect.given = SOME
    page = await open_page(PHONE, script=SEEKS)
    await holds(page, f"{IS_LIGHT} && {PLAYS} && {V}.muted && {V}.currentTime > 1")
    await page.get_by_role("button", name="Hi Maria, tap for sound").click()
    await holds(page, f"{PLAYS} && !{V}.muted && {V}.currentTime > 0.3")
    assert (await page.evaluate("seeks")).pop() == 0
    # Loaded once; a part may be asked for by itself.
    assert prospect.asked.index("light") == len(prospect.asked) - prospect.asked.count("light")
    await page.goto("about:blank")
    await comes_true(lambda: bool(prospect.events("range")))
    assert prospect.events("play", "pause") == [["play", 0]]


async def test_the_second_stall_is_one_too_many(open_page: Open, prospect: Prospect) -> None:
    prospect.given = SOME
    page = await open_page(script=NOTES, **CALM)
    await listen(page)
    await holds(page, STALLED)
    prospect.given = 0.8
    await holds(page, f"{V}.currentTime > 3.5 && {IS_FULL}")
    await holds(page, IS_LIGHT)
    assert await page.evaluate("notes.copychange[0][1] - notes.waiting.at(-2)[1]") < 1900


async def test_a_jump_may_take_its_time(open_page: Open, prospect: Prospect) -> None:
    prospect.given = SOME
    page = await open_page(script=NOTES, **CALM)
    await listen(page)
    await page.evaluate(f"window.jumpedMs = performance.now(), {V}.currentTime = 7")
    await holds(page, "performance.now() - jumpedMs > 2200")
    prospect.given = 1.0
    await holds(page, f"{V}.currentTime > 7.1")
    assert await page.evaluate(IS_FULL)
    assert await page.evaluate("notes.copychange") == []


async def test_what_was_chosen_is_not_changed_by_a_stall(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.given = SOME
    page = await open_page(script=NOTES, **CALM)
    await listen(page)
    await holds(page, BUILT)
    await page.get_by_role("button", name=TO_LIGHT).click()
    await page.get_by_role("button", name=TO_FULL).click()
    await holds(page, STALLED)
    await holds(page, "performance.now() - notes.waiting.at(-1)[1] > 2500")
    prospect.given = 1.0
    await holds(page, f"{V}.currentTime > 3.5")
    assert await page.evaluate(IS_FULL)


@pytest.mark.parametrize(("broken", "kept"), [("light", "light"), ("video", "full")])
async def test_a_copy_that_cannot_be_had_is_done_without(
    open_page: Open, prospect: Prospect, broken: str, kept: str
) -> None:
    prospect.broken.add(broken)
    page = await open_page(fails=True, script=f"localStorage['quality-of-videos'] = '{kept}'")
    await holds(page, f"{PLAYS} && {IS_FULL if broken == 'light' else IS_LIGHT} && {V}.muted")
    await page.get_by_role("button", name="Hi Maria, tap for sound").click()
    await holds(page, f"{BUILT} && {PLAYS} && !{V}.muted")
    await expect(page.locator("media-mute-button")).to_be_visible()
    await expect(page.locator("#quality")).to_be_hidden()


async def test_one_that_breaks_off_goes_on_in_the_other(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.given = SOME
    page = await open_page(fails=True, script=NOTES, **CALM)
    await listen(page)
    await holds(page, STALLED)
    prospect.broken.add("video")
    await holds(page, f"{IS_LIGHT} && {PLAYS}")
    assert await page.evaluate("notes.copychange[0][0] > 1")
    assert await page.evaluate("notes.pause") == []


async def test_a_connection_that_was_gone_for_a_while_goes_on(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.given = SOME
    page = await open_page(fails=True, script=NOTES, **CALM)
    await listen(page)
    await holds(page, STALLED)
    prospect.broken |= {"video", "light"}
    await comes_true(lambda: prospect.asked.count("light") >= 1)
    await holds(page, f"{V}.networkState === 3 || {V}.error")
    stood = await page.evaluate("notes.copychange[0][0]")
    prospect.broken.clear()
    prospect.given = 1.0
    await holds(page, f"{PLAYS} && {V}.currentTime > {stood} + 0.2")
    await page.goto("about:blank")
    await comes_true(lambda: len(prospect.events("range")) == 2)
    starts = [start for _, start, _end in prospect.events("range")]
    assert starts == [0, pytest.approx(stood, abs=0.3)]
    assert prospect.events("play") == [["play", 1]]
