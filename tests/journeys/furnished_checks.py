"""A campaign whose pages are checked, and one of its videos previewed: both in vain, and still."""

import re

from playwright.async_api import Page, expect

from tests.journeys.arrivals import Arrived


async def check_film(ada: Arrived, campaign: str, page: Page) -> str:
    """The pages are checked and a draft was asked for; the path of the draft's page.

    There is no host of the campaign's scene, so no page of the internet is opened.
    """
    await ada.post(campaign + "/check")
    await page.goto(f"{ada.url}{campaign}/check")
    await expect(page.locator("#check-live")).to_contain_text("2 leads have a fault")
    leads = re.findall(r"check-card-([0-9a-f-]{36})", await page.content())
    preview = await ada.post(f"{campaign}/leads/{leads[0]}/preview")
    await page.goto(str(preview.url))
    await expect(page.get_by_text("There is no preview")).to_be_visible()
    return str(preview.url.path)
