"""The recorder in a real browser with an invented camera: takes, re-takes, reloads, refusals."""

import os
import re

import pytest
import pytest_asyncio
from playwright.async_api import Dialog, Page, Route, async_playwright, expect

from app.pipeline.browser.find import find_chromium
from tests.browser_js.conftest import holds
from tests.browser_js.page_app import Pages
from tests.browser_js.recording import STAGE, press, record, state, turn_on
from tests.browser_js.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

# Whether any camera or microphone of the page is still open: its light would be on.
LIVE_TRACKS = """() => window.openedTracks.filter(track => track.readyState === "live").length"""
WATCH_TRACKS = """
    window.openedTracks = [];
    const devices = navigator.mediaDevices;  // none on about:blank
    const open = devices?.getUserMedia.bind(devices);
    if (devices) devices.getUserMedia = async (wanted) => {
        const stream = await open(wanted);
        window.openedTracks.push(...stream.getTracks());
        window.wanted = wanted;
        return stream;
    };
"""


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def watched(page: Page) -> None:
    await page.add_init_script(WATCH_TRACKS)


async def test_a_take_is_recorded_watched_and_uploaded_and_the_light_goes_out(
    page: Page, pages: Pages
) -> None:
    await turn_on(page)
    picture = "document.querySelector('.recorder-live').videoWidth"
    await holds(page, f"{picture} === 1920")
    assert await page.evaluate(LIVE_TRACKS) == 2
    await record(page)
    assert await page.evaluate(LIVE_TRACKS) == 0
    watching = "document.querySelector('.recorder-take')"
    await holds(page, f"{watching}.duration > 1.5 && {watching}.duration < 10")
    await press(page, "Use this take")
    await expect(page).to_have_title("Done")
    told = pages.uploads.announced[0]
    assert re.fullmatch(r"Recording \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.(webm|mp4)", told.name)
    assert told.type in {"video/webm", "video/mp4"}
    assert told.name.endswith(told.type.removeprefix("video/"))
    assert pages.uploads.only_part().received_bytes == told.size_bytes > 10_000
    # It is kept no longer than it is needed.
    await page.goto("/recorder")
    await state(page, "asleep")


async def test_camera_and_microphone_are_chosen_and_remembered(page: Page) -> None:
    await turn_on(page)
    microphones = page.get_by_label("Microphone", exact=True)
    await expect(page.get_by_label("Camera", exact=True).locator("option")).to_have_count(1)
    await microphones.select_option(label="Fake Audio Input 2")
    await state(page, "ready")
    chosen = await microphones.input_value()
    await page.reload()
    await press(page, "Turn on camera")
    await state(page, "ready")
    assert await page.evaluate("window.wanted.audio.deviceId") == chosen
    await expect(microphones).to_have_value(chosen)


async def test_the_meter_moves_with_the_sound(page: Page) -> None:
    await turn_on(page)
    await holds(page, "document.querySelector('meter').value > 0.3")


async def test_a_reload_keeps_the_take_and_it_can_still_be_used(page: Page, pages: Pages) -> None:
    await turn_on(page)
    await record(page)
    size = "document.querySelector('.recorder-take').currentSrc.startsWith('blob:')"
    await page.reload()
    await state(page, "review")
    await expect(page.locator(STAGE)).to_contain_text(re.compile(r"A take of 0:0[2-4] from before"))
    await holds(page, size)
    await press(page, "Use this take")
    await expect(page).to_have_title("Done")
    assert pages.uploads.only_part().received_bytes > 10_000


async def test_a_reload_while_recording_keeps_what_was_recorded(page: Page) -> None:
    await turn_on(page)
    await press(page, "Record")
    await expect(page.locator(".recorder-clock")).to_contain_text("0:03")
    await page.reload()
    await state(page, "review")
    await holds(page, "document.querySelector('.recorder-take').duration > 1")


async def test_closing_the_tab_with_a_take_asks_first(page: Page) -> None:
    await turn_on(page)
    await record(page)
    asked: list[str] = []

    async def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    page.on("dialog", leave)
    await page.goto("about:blank")
    assert asked == ["beforeunload"]


async def test_recording_again_keeps_the_first_take_until_there_is_another(page: Page) -> None:
    await turn_on(page)
    await record(page)
    await press(page, "Record again")
    await state(page, "ready")
    await press(page, "Back to the take")
    await state(page, "review")
    assert await page.evaluate(LIVE_TRACKS) == 0
    await press(page, "Record again")
    await state(page, "ready")
    await record(page)
    await page.reload()
    await state(page, "review")
    await press(page, "Delete")
    await state(page, "asleep")
    await page.reload()
    await expect(page.get_by_role("button", name="Turn on camera")).to_be_visible()


async def test_a_countdown_can_be_cancelled(page: Page) -> None:
    await turn_on(page)
    await press(page, "Record")
    await expect(page.locator(".recorder-count")).to_have_text("3")
    await expect(page.locator(".recorder-count")).to_have_text("2")
    await press(page, "Cancel")
    await state(page, "ready")


async def test_a_paused_recording_does_not_count_the_pause(page: Page) -> None:
    await turn_on(page)
    await press(page, "Record")
    await expect(page.locator(".recorder-clock")).to_contain_text("0:01")
    await press(page, "Pause")
    await state(page, "held")
    shown = await page.locator(".recorder-clock").inner_text()
    camera_s = "document.querySelector('.recorder-live').currentTime"
    paused_at_s = await page.evaluate(camera_s)
    await holds(page, f"{camera_s} > {paused_at_s + 1.5}")
    assert await page.locator(".recorder-clock").inner_text() == shown
    await press(page, "Continue")
    await state(page, "recording")
    await press(page, "Stop")
    await state(page, "review")


async def test_a_recording_ends_by_itself_at_the_longest_length(page: Page) -> None:
    await page.goto("/recorder")
    await page.evaluate("document.querySelector('facecam-recorder').dataset.maxS = '2'")
    await press(page, "Turn on camera")
    await press(page, "Record")
    await expect(page.locator(".recorder-clock")).to_have_class(re.compile("is-late"))
    await state(page, "review")


async def test_a_slip_of_the_finger_is_not_kept(page: Page) -> None:
    await turn_on(page)
    await press(page, "Record")
    await state(page, "recording")
    await press(page, "Stop")
    await expect(page.locator(STAGE)).to_contain_text("too short to keep")
    await state(page, "ready")


async def test_a_lost_connection_does_not_lose_the_take(
    page: Page, pages: Pages, wire: Wire
) -> None:
    await turn_on(page)
    await record(page)
    wire.cut_after(1)
    await press(page, "Use this take")
    await expect(page.locator(".transfer")).to_have_attribute("data-state", "waiting")
    await page.get_by_role("button", name="Cancel").click()
    await state(page, "review")
    wire.mend()
    await press(page, "Use this take")
    await expect(page).to_have_title("Done")


@pytest.mark.parametrize(
    ("error", "kinds", "sentence"),
    [
        ("NotAllowedError", [], "may not use your camera"),
        ("NotFoundError", ["audioinput"], "No camera was found"),
        ("NotFoundError", ["videoinput"], "No microphone was found"),
        ("NotReadableError", [], "in use by another program"),
        ("AbortError", [], "in use by another program"),
        ("SomethingElse", [], "could not be started"),
    ],
)
async def test_every_failure_of_a_camera_has_its_sentence(
    page: Page, error: str, kinds: list[str], sentence: str
) -> None:
    await page.goto("/recorder")
    said = await page.evaluate(
        """async ([error, kinds]) => {
            const { failureWords } = await import("/static/js/camera.js");
            return failureWords(new DOMException("", error), kinds);
        }""",
        [error, kinds],
    )
    assert sentence in said


async def test_a_refused_permission_says_how_to_allow_it(page: Page) -> None:
    async def refusing(route: Route) -> None:
        answer = await route.fetch()
        headers = answer.headers | {"permissions-policy": "camera=(), microphone=()"}
        await route.fulfill(response=answer, headers=headers)

    await page.route("**/recorder", refusing)
    await page.goto("/recorder")
    await press(page, "Turn on camera")
    await expect(page.get_by_role("alert")).to_contain_text("allow both, then try again")


@pytest.mark.parametrize(
    ("arguments", "host", "sentence"),
    [
        ([], "localhost", "No camera was found"),
        (["--host-resolver-rules=MAP team.example 127.0.0.1"], "team.example", "https://"),
    ],
)
async def test_a_browser_without_a_camera_says_why(
    wire: Wire, arguments: list[str], host: str, sentence: str
) -> None:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(os.environ), args=[*arguments, *sandbox]
        )
        page = await browser.new_page()
        await page.goto(f"{wire.origin.replace('localhost', host)}/recorder")
        start = page.get_by_role("button", name=re.compile("Turn on camera|Try again"))
        await start.click()
        await expect(page.get_by_role("alert")).to_contain_text(sentence)
        await expect(page.get_by_role("button", name="Try again")).to_be_visible()
        await browser.close()
