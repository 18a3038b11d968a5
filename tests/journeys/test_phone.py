"""On a phone, 360 px wide: the menu is a sheet, tables are cards, and nothing moves sideways."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.arrivals import Service, arrive
from tests.journeys.browsing import PHONE, TOO_WIDE, browsing

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

LEADS = """first_name,email,company,website
Ada,ada@fjordgrid.example,Fjordgrid,https://fjordgrid.example/
Mateo,mateo@a-rather-long-name-of-a-company.example,Casa Lumbre,https://casalumbre.example/
"""


async def fits(page: Page) -> None:
    assert await page.evaluate(TOO_WIDE) <= 0, f"{page.url} can be pushed sideways"


async def test_a_campaign_is_made_on_a_phone(chromium: Browser, service: Service) -> None:
    ada = await arrive(service, "Ada", "thumbs")
    phone: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    async with browsing(chromium, cookies=ada.cookies, **phone) as page:
        await page.goto(ada.url)
        await fits(page)
        await page.get_by_role("button", name="Make your first campaign").tap()
        await page.get_by_label("Name").fill("By thumb")
        await fits(page)
        await page.get_by_role("button", name="Next: facecam").tap()
        await page.get_by_role("link", name="Leads").tap()
        await page.get_by_text("Paste rows instead").tap()
        await fits(page)
        await page.get_by_label("Rows from your spreadsheet").fill(LEADS)
        await page.get_by_role("button", name="Read these rows").tap()
        await expect(page.locator("#leads-summary")).to_contain_text("2 good")
        await fits(page)

        await page.get_by_role("link", name="By thumb").tap()
        await page.wait_for_url(re.compile(r"/campaigns/[0-9a-f-]{36}$"))
        # A card each: as wide as the page, of several lines, one under the other.
        cards = page.get_by_role("region", name="Leads").locator("tbody tr")
        await expect(cards).to_have_count(2)
        first, second = await cards.first.bounding_box(), await cards.last.bounding_box()
        assert first is not None
        assert second is not None
        assert first["width"] > 300
        assert first["height"] > 100
        assert second["y"] >= first["y"] + first["height"]
        await expect(cards.first.get_by_text("Fjordgrid", exact=True)).to_be_visible()
        await fits(page)

        sidebar = page.get_by_role("navigation", name="Main")
        await expect(sidebar).to_be_hidden()
        await page.get_by_role("button", name="Menu", exact=True).tap()
        await expect(sidebar).to_be_visible()
        await fits(page)
        await sidebar.get_by_role("link", name="Facecams").tap()
        await expect(page.get_by_role("heading", name="No facecams yet")).to_be_visible()
        await expect(sidebar).to_be_hidden()
        await fits(page)
