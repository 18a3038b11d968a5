"""Every state of the page and every kind of brand: readable by everyone, on every screen."""

import os
from pathlib import Path
from typing import Any, get_args

import pytest
from playwright.async_api import expect

from app.viewer.landing import State
from tests.journeys.first_load import AXE, layout_shift
from tests.viewer.browser.conftest import DESKTOP, PHONE, Open, holds
from tests.viewer.browser.landings import BRANDS, FACES, landing
from tests.viewer.browser.prospect_app import Prospect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SHOTS = os.environ.get("LOOMLITE_TEST_SHOTS")  # a folder to keep pictures of the pages in
ZOOMED = (640, 450)  # 1280 × 900 at 200 %
READY = "customElements.get('media-controller') && document.getElementById('video').currentTime > 0"
NOTES: dict[str, dict[str, Any]] = {
    "password refused": {"error": "This is not the password."},
    "erase": {"template": "erase"},
    "erase done": {"template": "erase", "is_done": True},
}


async def look(open_page: Open, name: str, size: tuple[int, int]) -> None:
    """Opens the page and holds it against axe-core's rules, its width, and what moved."""
    page = await open_page(size)
    if await page.locator("#video").count():
        await holds(page, READY)
    if SHOTS:
        path = Path(SHOTS) / f"{name.replace(' ', '_')}-{size[0]}.png"
        await page.screenshot(path=path, full_page=True)
    assert await layout_shift(page) < 0.01, name
    # The policy holds for pages, not for what DevTools runs on them.
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run()")
    faults = [
        f"{each['id']}: {each['nodes'][0]['html']} {each['nodes'][0]['failureSummary']}"
        for each in found["violations"]
    ]
    assert not faults, "\n".join([name, *faults])
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"
    await page.close()


async def test_every_brand_and_name_looks_right(open_page: Open, prospect: Prospect) -> None:
    for name, face in FACES.items():
        prospect.landing = face
        await look(open_page, name, PHONE)


@pytest.mark.parametrize("name", ["everything", "dark", "neon", "right to left", "a tall video"])
async def test_a_wide_screen_shows_it_all(open_page: Open, prospect: Prospect, name: str) -> None:
    prospect.landing = FACES[name]
    await look(open_page, name, DESKTOP)


async def test_twice_as_large_nothing_is_cut_off(open_page: Open, prospect: Prospect) -> None:
    for name in ("everything", "a long German company"):
        prospect.landing = FACES[name]
        await look(open_page, name, ZOOMED)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_every_state_says_what_it_is_to_everyone(
    open_page: Open, prospect: Prospect, size: tuple[int, int]
) -> None:
    for state in set(get_args(State)) - {"ready"}:
        prospect.landing = landing(state=state, video=None, booking=None, brand=BRANDS["dark"])
        await look(open_page, state, size)
    for name, context in NOTES.items():
        prospect.landing = landing(state="password", video=None)
        prospect.context = context
        await look(open_page, name, size)


async def test_a_page_that_waits_becomes_the_video_by_itself(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.landing = landing(state="waiting", video=None)
    page = await open_page()
    await expect(page.get_by_role("heading", name="Your video is on its way")).to_be_visible()
    prospect.landing = landing()
    await expect(page.locator("#video")).to_be_visible()


async def test_a_page_that_waits_can_be_looked_at_again_without_script(
    open_page: Open, prospect: Prospect
) -> None:
    prospect.landing = landing(state="waiting", video=None)
    page = await open_page(java_script_enabled=False)
    prospect.landing = landing()
    await page.get_by_role("link", name="Look again").click()
    await expect(page.locator("#video")).to_be_visible()
