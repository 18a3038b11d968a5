"""Somebody of staff helps a team: acts as its owner in a real browser, is seen to, and stops."""

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.arrivals import Service, arrive, come_in
from tests.journeys.browsing import PHONE, TOO_WIDE, browsing
from tests.journeys.first_load import COLOUR_RULES, grave_faults

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_staff_act_as_an_owner_under_a_banner_and_stop(
    chromium: Browser, service: Service
) -> None:
    tess = await arrive(service, "Tess", "actedas")
    sue = await come_in(service, "sue@staff.example", "Sue")
    async with browsing(chromium, cookies=sue.cookies, refusals=(403, 404)) as page:
        await page.goto(f"{service.url}/staff/workspaces?q=tess@actedas")
        await page.locator("#staff-workspaces").get_by_role("link", name="Actedas").click()
        await page.get_by_label("Member").select_option(label="Tess · owner")
        await page.locator("#acting-reason").fill("She asked why a video failed")
        await page.get_by_role("button", name="Act as this member").click()
        banner = page.get_by_role("region", name="You act as somebody else")
        await expect(banner).to_contain_text("You act as Tess")
        assert page.url == tess.url + "/campaigns"
        assert await grave_faults(page) == []
        await page.emulate_media(color_scheme="dark")
        assert await grave_faults(page, *COLOUR_RULES) == []
        await page.set_viewport_size(PHONE)
        await page.goto(tess.url + "/settings/landing-page")
        await page.evaluate("scrollTo(0, document.body.scrollHeight)")
        await expect(banner).to_be_in_viewport(ratio=1)
        assert await page.evaluate(TOO_WIDE) <= 0
        await page.goto(tess.url + "/settings/password")
        await page.get_by_label("New password").fill("four unrelated words here")
        await page.get_by_role("button", name="Set password").click()
        await expect(page.locator("main")).to_contain_text("Only the person themselves")
        await expect(banner).to_be_visible()
        await page.get_by_role("button", name="Stop acting").click()
        await expect(page.get_by_role("heading", name="Actedas", exact=True)).to_be_visible()
        await page.goto(tess.url + "/campaigns")
        await expect(page.get_by_text("Nothing here")).to_be_visible()
    log = (await tess.client.get(tess.url + "/settings/audit-log.csv")).text
    assert '"Sue, Loom-Lite staff","Loom-Lite staff","began to act as Tess"' in log
    assert '"Sue, Loom-Lite staff","Loom-Lite staff","stopped acting as Tess"' in log
