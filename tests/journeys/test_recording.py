"""A facecam is recorded in the browser, prepared by the worker and chosen for a campaign."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.arrivals import Service, arrive
from tests.journeys.browsing import browsing, holds

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def record(page: Page) -> None:
    """A take of two seconds, sent to the server."""
    await page.get_by_role("button", name="Turn on camera").click()
    await holds(page, "document.querySelector('.recorder-live').videoWidth > 0")
    await page.get_by_role("button", name="Record", exact=True).click()
    await expect(page.locator(".recorder-clock")).to_contain_text("0:02")
    await page.get_by_role("button", name="Stop").click()
    await page.get_by_role("button", name="Use this take").click()


async def test_a_take_of_the_camera_becomes_a_facecam_of_the_campaign(
    chromium: Browser, service: Service
) -> None:
    ada = await arrive(service, "Ada", "recorders")
    async with browsing(
        chromium, cookies=ada.cookies, permissions=["camera", "microphone"]
    ) as page:
        await page.goto(ada.url + "/facecams")
        await page.get_by_role("link", name="Record a facecam").click()
        await record(page)
        # The page of the clip is renewed by itself when the worker is done.
        await page.wait_for_url(re.compile(r"/facecams/[0-9a-f-]{36}"))
        await expect(page.get_by_role("button", name="Keep this part")).to_be_visible()
        name = await page.get_by_role("heading", level=1).inner_text()
        await page.get_by_role("link", name="Facecams").first.click()
        card = page.get_by_role("article").filter(has_text=name)
        await expect(card).to_contain_text("Sound")
        await holds(page, "document.querySelector('.facecam-thumb img').naturalWidth > 0")

        await page.get_by_role("link", name="Campaigns").click()
        await page.get_by_role("button", name="Make your first campaign").click()
        await page.get_by_role("link", name="Facecam", exact=True).click()
        await page.get_by_role("radio", name=name).check()
        await page.get_by_role("button", name="Next: leads").click()
        await expect(page.get_by_role("heading", name="Who gets a video?")).to_be_visible()
        await page.get_by_role("link", name=re.compile("Facecam .*done")).click()
        await expect(page.get_by_role("radio", name=name)).to_be_checked()


async def test_a_take_recorded_inside_the_wizard_is_chosen_at_once(
    chromium: Browser, service: Service
) -> None:
    ada = await arrive(service, "Ada", "wizardry")
    async with browsing(
        chromium, cookies=ada.cookies, permissions=["camera", "microphone"]
    ) as page:
        await page.goto(ada.url)
        await page.get_by_role("button", name="Make your first campaign").click()
        await page.get_by_role("link", name="Facecam", exact=True).click()
        await page.get_by_text("Record in the browser").click()
        await record(page)
        await expect(page.get_by_role("radio")).to_be_checked()
        await expect(page.locator(".facecam-choice .facecam-length")).to_be_visible()
        await expect(page.get_by_role("radio")).to_be_checked()
        await page.get_by_role("button", name="Next: leads").click()
        await expect(page.get_by_role("heading", name="Who gets a video?")).to_be_visible()
