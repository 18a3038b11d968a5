"""The video as a prospect meets it: muted by itself, with sound at a tap, and where it stopped."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.viewer.browser.conftest import PHONE, WAIT_MS, Open, holds
from tests.viewer.browser.landings import VIDEO_S, landing, video
from tests.viewer.browser.prospect_app import Prospect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

V = "document.getElementById('video')"
PLAYS = f"!{V}.paused && {V}.currentTime > 0"
BUILT = f"customElements.get('media-controller') && !{V}.controls"
# Where the video was told to go: it may be far from there when the test looks.
SEEKS = """window.seeks = [];
document.addEventListener("seeking", event => seeks.push(event.target.currentTime), true);"""
CUES = f"[...{V}.textTracks].map(track => `${{track.language}} ${{track.mode}}`)"


async def test_it_plays_muted_until_a_tap_starts_it_again_with_sound(open_page: Open) -> None:
    page = await open_page(PHONE, script=SEEKS)
    await holds(page, f"{PLAYS} && {V}.muted && {V}.currentTime > 1.2")
    button = page.get_by_role("button", name="Hi Maria, tap for sound")
    await button.click()
    await holds(page, f"{PLAYS} && !{V}.muted")
    assert await page.evaluate("seeks") == [0]
    await expect(button).to_be_hidden()


async def test_what_plays_by_itself_can_be_stopped(open_page: Open) -> None:
    page = await open_page()
    await holds(page, PLAYS)
    await page.get_by_role("button", name="Pause", exact=True).click()
    await page.get_by_role("button", name="Hi Maria, play the video").click()
    await holds(page, f"{PLAYS} && !{V}.muted")


async def test_who_wants_no_motion_gets_a_poster_and_a_play_button(
    open_page: Open, prospect: Prospect
) -> None:
    page = await open_page(reduced_motion="reduce")
    await holds(page, BUILT)
    assert await page.evaluate(f"{V}.paused && {V}.currentTime === 0")
    await page.get_by_role("button", name="Hi Maria, play the video").click()
    await holds(page, f"{PLAYS} && !{V}.muted")


async def test_who_saves_data_loads_no_video_before_it_is_asked_for(open_page: Open) -> None:
    page = await open_page()
    wire = await page.context.new_cdp_session(page)
    await wire.send("Emulation.setDataSaverOverride", {"dataSaverEnabled": True})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.reload()
    assert await page.evaluate("navigator.connection.saveData")
    await holds(page, BUILT)
    assert not [url for url in asked if url.endswith("/video")]
    await page.get_by_role("button", name="Hi Maria, play the video").click()
    await holds(page, PLAYS)


async def test_a_browser_that_refuses_shows_the_poster_and_a_play_button(open_page: Open) -> None:
    # As iPhones do that save power: nothing plays before a tap, not even muted.
    page = await open_page(
        script="""const play = HTMLMediaElement.prototype.play;
        HTMLMediaElement.prototype.play = function () {
          return navigator.userActivation.isActive ? play.call(this)
            : Promise.reject(new DOMException("No", "NotAllowedError"));
        };"""
    )
    await page.get_by_role("button", name="Hi Maria, play the video").click()
    await holds(page, f"{PLAYS} && !{V}.muted")


async def test_a_video_that_did_not_come_is_asked_for_again_at_a_tap(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.broken.add("video")
    page = await open_page(fails=True)
    button = page.get_by_role("button", name="Hi Maria, play the video")
    await expect(button).to_be_visible()
    prospect.broken.clear()
    await button.click()
    await holds(page, f"{PLAYS} && !{V}.muted")


async def test_a_name_that_is_not_known_is_not_made_up(open_page: Open, prospect: Prospect) -> None:
    prospect.landing = landing(greeting_name="", headline="")
    page = await open_page()
    await expect(page.get_by_role("button", name="Tap for sound", exact=True)).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_text("This video is for you")


async def test_the_players_controls_come_after_the_browsers(open_page: Open) -> None:
    page = await open_page()
    await holds(page, BUILT)
    await page.locator("#tap").click()
    for name in ("mute", "captions", "fullscreen", "pip"):
        await expect(page.locator(f"media-{name}-button")).to_be_visible()
    await page.locator("media-pip-button").click()
    await holds(page, "document.pictureInPictureElement?.id === 'video'")
    # Playing from here on is the controller's: its bar follows the video.
    await holds(page, "document.querySelector('media-time-range').mediaCurrentTime > 0.3")


async def test_a_place_in_the_middle_is_offered_and_the_beginning_too(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.landing = landing(video=video(duration_s=60))
    page = await open_page()
    await page.locator("#tap").click()
    await page.evaluate(f"{V}.currentTime = 5.2")
    await holds(page, f"{V}.currentTime > 5.3")
    await page.reload()
    await expect(page.get_by_role("button", name="Start from the beginning")).to_be_visible()
    assert await page.evaluate(f"{V}.paused")
    await page.get_by_role("button", name="Go on from 0:05").click()
    await holds(page, f"{PLAYS} && !{V}.muted && {V}.played.length && {V}.played.start(0) >= 5")
    await page.reload()
    await page.get_by_role("button", name="Start from the beginning").click()
    await holds(page, f"{PLAYS} && {V}.played.length && {V}.played.start(0) < 1")
    # To its end, it is forgotten.
    await page.evaluate(f"{V}.currentTime = {VIDEO_S - 0.3}")
    await holds(page, f"{V}.ended && localStorage.length === 0")


async def test_who_saw_little_or_nearly_all_begins_anew(open_page: Open) -> None:
    page = await open_page()
    for kept_s in (3, VIDEO_S - 3):
        await page.evaluate(f"localStorage.setItem('video-' + player.dataset.key, '{kept_s}')")
        await page.reload()
        await holds(page, f"{PLAYS} && {V}.muted")


async def test_where_nothing_can_be_kept_the_video_plays_all_the_same(open_page: Open) -> None:
    page = await open_page()
    await page.evaluate("""() => {
      for (let size = 2 ** 23; size >= 1; size /= 2) {
        try { for (let n = 0; ; n++) localStorage.setItem(`${size} ${n}`, "x".repeat(size)); }
        catch { /* full for pieces of this size */ }
      }
    }""")
    await page.locator("#tap").click()
    await page.evaluate(f"{V}.currentTime = 6")
    await holds(page, f"{V}.currentTime > 6.2 && {PLAYS}")
    assert await page.evaluate("localStorage.getItem('video-' + player.dataset.key)") is None


async def test_captions_stand_in_for_the_sound_and_are_switched(open_page: Open) -> None:
    page = await open_page(locale="de-AT")
    await expect(page.locator(".tap-heard")).to_have_text("Hello Maria, this is Jonas.")
    await page.locator("#tap").click()
    await holds(page, f"!{V}.muted")
    assert await page.evaluate(CUES) == ["en disabled", "de disabled"]
    await holds(page, BUILT)
    await page.keyboard.press("c")
    assert await page.evaluate(CUES) == ["en disabled", "de showing"]
    await holds(page, f"{V}.textTracks[1].activeCues?.length === 1")


async def test_what_is_said_can_be_read_and_played_from_any_line(open_page: Open) -> None:
    page = await open_page(script=SEEKS)
    await page.get_by_text("Read what is said").click()
    line = page.get_by_role("button", name="0:04 It takes a minute.")
    await expect(
        page.get_by_role("button", name="0:00 Hello Maria, this is Jonas.")
    ).to_be_visible()
    await line.click()
    await holds(page, f"{PLAYS} && !{V}.muted")
    await holds(page, "seeks.at(-1) === 4")


async def test_keys_play_seek_and_mute(open_page: Open) -> None:
    page = await open_page()
    await holds(page, f"{BUILT} && {PLAYS}")
    await page.keyboard.press("Space")
    await holds(page, f"{PLAYS} && !{V}.muted")
    await page.keyboard.press("Space")
    await holds(page, f"{V}.paused")
    await page.evaluate(f"{V}.currentTime = 1")
    await page.keyboard.press("ArrowRight")
    await holds(page, f"Math.abs({V}.currentTime - 6) < 0.1")
    # Letters are the player's alone.
    await page.keyboard.press("m")
    assert await page.evaluate(f"{V}.muted") is False
    await page.locator("media-mute-button").focus()
    for key, wanted in (
        ("m", "muted"),
        ("ArrowLeft", "currentTime < 2"),
        ("k", "paused === false"),
    ):
        await page.keyboard.press(key)
        await holds(page, f"{V}.{wanted}")
    await page.keyboard.press("f")
    await holds(page, "document.fullscreenElement?.id === 'controller'")
    await page.keyboard.press("f")
    await holds(page, "document.fullscreenElement === null")


async def test_a_key_typed_elsewhere_is_left_alone(open_page: Open) -> None:
    page = await open_page()
    await holds(page, PLAYS)
    await page.locator("#book").focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("k")
    assert await page.evaluate(f"{V}.muted && !{V}.paused")


async def test_without_script_the_browser_plays_and_every_way_to_book_is_there(
    open_page: Open, prospect: Prospect
) -> None:
    page = await open_page(PHONE, java_script_enabled=False)
    await expect(page.locator("#video")).to_have_attribute("controls", "")
    await page.locator("#video").press("Space")
    async with asyncio.timeout(WAIT_MS / 1000):  # nothing waits in a page without scripts
        while not await page.evaluate(PLAYS):
            pass
    await expect(page.locator("#tap")).to_be_hidden()
    for name in ("Book a time with Jonas", "See the pricing", "Read how Fjordbank did it"):
        await expect(page.get_by_role("link", name=name)).to_be_visible()
    href = await page.get_by_role("link", name="Book a time with Jonas").get_attribute("href")
    assert href == prospect.landing.booking.url  # type: ignore[union-attr]
    await expect(page.locator("iframe")).to_have_count(0)
