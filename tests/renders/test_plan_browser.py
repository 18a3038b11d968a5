"""What waits for a plan in a real Chromium: read by everyone, and gone on before one's eyes."""

import os
from typing import Any

import pytest
from playwright.async_api import expect

from app.billing.plans import STARTER
from tests.journeys.browsing import PHONE, TOO_WIDE, browsing
from tests.journeys.first_load import COLOUR_RULES, grave_faults
from tests.renders.films import make_film, press_render
from tests.renders.plans import give, limit
from tests.usage.test_browser import Shop, shop

__all__ = ["shop"]
pytestmark = pytest.mark.browser

SHOTS = os.environ.get("LOOMLITE_TEST_SHOTS")  # a folder to keep pictures of the pages in


async def test_what_waits_for_the_plan_goes_on_before_ones_eyes(shop: Shop) -> None:
    await limit(shop.cast, 4)
    campaign_id = await make_film(shop.cast, 9, name="Fleet managers, Oslo")
    own = f"{shop.url}/campaigns/{campaign_id}"
    faults = await _look(shop, "render", f"{own}/render")
    await press_render(shop.cast, campaign_id)
    faults += await _look(shop, "videos", f"{own}/videos")
    if SHOTS:  # the facecam has no picture
        await _look(shop, "campaign", own, refusals=(404,))
        await _look(shop, "board", f"{shop.url}/campaigns", refusals=(404,))
        await _look(shop, "again", f"{own}/render")
    assert faults == []
    async with browsing(shop.chromium, cookies=shop.cookies) as page:
        await page.goto(f"{own}/videos?state=plan")
        await expect(page.locator(".videos-table tbody tr")).to_have_count(5)
        await expect(page.get_by_text("5 videos wait for your plan.")).to_be_visible()
        assert await give(shop.cast, STARTER) == 5
        await expect(page.get_by_text("5 videos wait for your plan.")).to_have_count(0)
        await expect(page.locator(".videos-counts")).to_contain_text("9 waiting")
        await expect(page.locator(".videos-table tbody tr")).to_have_count(0)


async def _look(shop: Shop, name: str, url: str, **options: Any) -> list[str]:
    options |= {"cookies": shop.cookies, "reduced_motion": "reduce"}
    async with browsing(shop.chromium, **options) as page:
        await page.goto(url)
        faults = await grave_faults(page)
        await _shot(page, f"{name}-light")
        await page.emulate_media(color_scheme="dark")
        faults += [f"dark: {each}" for each in await grave_faults(page, *COLOUR_RULES)]
        await _shot(page, f"{name}-dark")
        await page.set_viewport_size(PHONE)
        wide = await page.evaluate(TOO_WIDE)
        faults += [f"is {wide} px wider than a phone"] if wide > 0 else []
        await page.emulate_media(color_scheme="light")
        await _shot(page, f"{name}-phone")
        return [f"{name}: {each}" for each in faults]


async def _shot(page: Any, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
