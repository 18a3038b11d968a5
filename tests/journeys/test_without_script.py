"""Without JavaScript: from signing in to a list of leads and a scene, by forms and links alone."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.arrivals import Service, sign_in
from tests.journeys.browsing import WAIT_MS, browsing

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

LEADS = """first_name,email,company,website
Ada,ada@fjordgrid.example,Fjordgrid,https://fjordgrid.example/
Mateo,mateo@casalumbre.example,Casa Lumbre,https://casalumbre.example/
"""


async def test_a_campaign_is_made_without_javascript(chromium: Browser, service: Service) -> None:
    async with browsing(chromium, java_script_enabled=False, refusals=(422,)) as page:
        await page.goto(service.url)
        await sign_in(page, service, "ada@plain-forms.example")
        await page.get_by_label("Name").fill("Ada")
        await page.get_by_role("button", name="Continue").click()
        await page.get_by_role("button", name="Create workspace").click()
        await expect(page.get_by_label("Team or company")).to_have_attribute("aria-invalid", "true")
        await page.get_by_label("Team or company").fill("Plain forms")
        await page.get_by_role("button", name="Create workspace").click()
        await page.wait_for_url(service.workspace_url("plain-forms") + "/campaigns")

        await page.get_by_role("button", name="Make your first campaign").click()
        await page.get_by_label("Name").fill("Plain and simple")
        await page.get_by_role("button", name="Next: facecam").click()
        await expect(page.get_by_label("Video file")).to_be_visible()
        await page.get_by_role("link", name="Leads").click()
        await paste(page)
        await page.get_by_role("button", name="Next: scenes").click()
        await add_a_scene(page)


async def paste(page: Page) -> None:
    await page.get_by_text("Paste rows instead").click()
    await page.get_by_label("Rows from your spreadsheet").fill(LEADS)
    await page.get_by_role("button", name="Read these rows").click()
    async with asyncio.timeout(WAIT_MS / 1000):
        while not await page.get_by_text("2 good").count():
            await page.reload()


async def add_a_scene(page: Page) -> None:
    await page.get_by_role("button", name="Add a page for everyone").click()
    scene = page.locator("li.scene")
    await scene.get_by_label("Address", exact=True).fill("https://nordlys.example/")
    await page.get_by_role("button", name="Add a page for everyone").click()
    await expect(scene).to_have_count(2)
    await expect(scene.first.get_by_label("Address", exact=True)).to_have_value(
        "https://nordlys.example/"
    )
    second = await scene.nth(1).get_attribute("data-id")
    await scene.nth(1).locator("summary").click()
    await scene.nth(1).get_by_role("button", name="Move up").click()
    await expect(scene.first).to_have_attribute("data-id", second or "")
    await scene.first.locator("summary").click()
    await scene.first.get_by_role("button", name="Remove").click()
    await expect(scene).to_have_count(1)
    await page.get_by_role("button", name="Next: look").click()
    await expect(page.get_by_role("radio", name="Top left")).to_be_visible()
