"""Every page of the service: readable by everyone, light, still, and never wider than a phone."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.journeys.arrivals import Service
from tests.journeys.browsing import DESKTOP, PHONE, TOO_WIDE, browsing
from tests.journeys.every_page import NOT_FOUND, every_page, page_routes, who_looks
from tests.journeys.first_load import COLOUR_RULES, grave_faults, layout_shift, weigh
from tests.journeys.furnished import Furnished, furnish
from tests.journeys.furnished_checks import check_film
from tests.journeys.furnished_videos import cancel_videos, find_link

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

FIRST_LOAD_LIMIT_BYTES = 120_000
LAYOUT_SHIFT_LIMIT = 0.05  # half of what the web calls good


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def furnished(service: Service, clip: Path, chromium: Browser) -> Furnished:
    """Complete: the clip is prepared and the list is read, or pages would change on the way."""
    made = await furnish(service, clip)
    async with browsing(chromium, cookies=made.ada.cookies) as page:
        await page.goto(made.ada.url + made.campaign + "/edit/leads")
        await expect(page.locator("#leads-summary")).to_contain_text("1 to fix")
        await page.goto(made.ada.url + made.facecam)
        await expect(page.get_by_role("button", name="Keep this part")).to_be_visible()
        await page.goto(made.ada.url + made.film + "/edit/leads")
        await expect(page.locator("#leads-summary")).to_contain_text("2 good")
        preview = await check_film(made.ada, made.film, page)
    video = await cancel_videos(made.ada, made.film)
    link = await find_link(made.ada, made.film)
    return replace(made, video=video, link=link, preview=preview)


async def test_every_page_there_is_gets_looked_at(service: Service, furnished: Furnished) -> None:
    looked_at = {name.partition(" ")[0] for name in every_page(service, furnished)}
    assert page_routes() - looked_at == set(), "add them to every_page.py"


async def test_every_page_is_small_still_and_readable_in_light_and_dark(
    chromium: Browser, service: Service, furnished: Furnished
) -> None:
    two_at_once = asyncio.Semaphore(2)

    async def look(name: str, url: str) -> list[str]:
        person = who_looks(name, furnished)
        visit: dict[str, Any] = {
            "cookies": person.cookies if person else (),
            "refusals": {404} if name in NOT_FOUND else set(),
            "reduced_motion": "reduce",
        }
        async with two_at_once, browsing(chromium, **visit) as page:
            return [f"{name}: {each}" for each in await _faults(page, url)]

    looks = (look(name, url) for name, url in every_page(service, furnished).items())
    faults = [each for found in await asyncio.gather(*looks) for each in found]
    assert not faults, "\n".join(["", *faults])


async def _faults(page: Page, url: str) -> list[str]:
    weight = await weigh(page)
    answer = await page.goto(url)
    assert answer is not None
    faults = [] if page.url == url else [f"led to {page.url}"]
    faults += [f"in light, {each}" for each in await grave_faults(page)]
    # After axe-core, which takes its time: what moves late moves too.
    moved = await layout_shift(page)
    if moved >= LAYOUT_SHIFT_LIMIT:
        faults.append(f"moves by {moved:.3f}")
    if weight() > FIRST_LOAD_LIMIT_BYTES:
        faults.append(f"weighs {weight():,} bytes")
    await page.emulate_media(color_scheme="dark")
    faults += [f"in the dark, {each}" for each in await grave_faults(page, *COLOUR_RULES)]
    await page.set_viewport_size(PHONE)
    wide = await page.evaluate(TOO_WIDE)
    return [*faults, f"is {wide} px wider than a phone"] if wide > 0 else faults


async def test_refused_and_answered_forms_are_readable_too(
    chromium: Browser, service: Service
) -> None:
    async with browsing(chromium, refusals=(422,), reduced_motion="reduce") as page:
        faults: list[str] = []
        for path in ("/sign-in", "/sign-in/password", "/sign-in/forgotten"):
            await page.goto(service.url + path)
            await page.locator("main form .btn").last.click()
            await page.locator("[aria-invalid=true]").first.wait_for()
            faults += await grave_faults(page)
            if path == "/sign-in/password":
                continue
            await page.get_by_label("E-mail").fill("reader@answers.example")
            await page.locator("main form .btn").last.click()
            await page.get_by_text("reader@answers.example").wait_for()
            await page.set_viewport_size(PHONE)
            assert await page.evaluate(TOO_WIDE) <= 0
            faults += await grave_faults(page)
            await page.set_viewport_size(DESKTOP)
        assert faults == []
