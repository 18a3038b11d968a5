"""The player alone, in frames of any size: it fills them, waits to be started, and is readable."""

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.journeys.first_load import AXE
from tests.viewer.browser.conftest import Open, comes_true, holds
from tests.viewer.browser.landings import BRANDS, FACES, landing
from tests.viewer.browser.prospect_app import Prospect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SHOTS = os.environ.get("LOOMLITE_TEST_SHOTS")  # a folder to keep pictures of the pages in
WIDE, SMALL, TALL = (640, 360), (300, 169), (360, 640)
PAGE_URL = "https://nordlys.example/v/k3mfp2q7xw5ztr9ncdvj4hbs"
SIZES = """['#player', '#video'].map((name) => {
  const box = document.querySelector(name).getBoundingClientRect();
  return [box.left, box.top, box.width, box.height].map(Math.round);
})"""


async def faults_of(open_page: Open, name: str, size: tuple[int, int]) -> list[str]:
    page = await open_page(size)
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"embed-{name.replace(' ', '_')}-{size[0]}.png")
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run()")
    wide = await page.evaluate(
        "document.documentElement.scrollWidth - innerWidth"
        " + document.documentElement.scrollHeight - innerHeight"
    )
    if await page.locator("#player").count():
        assert await page.evaluate(SIZES) == [[0, 0, *size]] * 2, (name, size)
    faults = [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]
    return faults + ([f"{wide} px more than the frame has"] if wide > 0 else [])


async def test_it_fills_its_frame_and_waits_to_be_started(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.context = {"template": "embed", "page_url": PAGE_URL}
    page = await open_page(WIDE)
    tap = page.get_by_role("button", name="Hi Maria, play the video")
    await expect(tap).to_be_visible()
    assert await page.evaluate(SIZES) == [[0, 0, *WIDE]] * 2
    assert await page.evaluate("document.getElementById('video').paused")
    await tap.click()
    await holds(page, "document.getElementById('video').currentTime > 0.2")
    assert not await page.evaluate("document.getElementById('video').muted")
    await comes_true(lambda: prospect.events("view") != [])


async def test_it_is_readable_for_everyone_in_frames_of_any_size(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.context = {"template": "embed", "page_url": PAGE_URL}
    for name in ("everything", "a tall video", "right to left"):
        prospect.landing = FACES[name]
        for size in (WIDE, SMALL, TALL):
            assert await faults_of(open_page, name, size) == [], (name, size)


async def test_where_there_is_no_player_it_says_so(open_page: Open, prospect: Prospect) -> None:
    prospect.context = {"template": "embed_closed", "page_url": PAGE_URL}
    for state, said in (
        ("revoked", "There is no video here any more"),
        ("waiting", "This video is being made"),
        ("password", "This video is watched on its own page"),
    ):
        prospect.landing = landing(state=state, video=None, brand=BRANDS["dark"])
        assert await faults_of(open_page, state, SMALL) == [], state
        page = await open_page(SMALL)
        await expect(page.get_by_role("heading")).to_have_text(said)
