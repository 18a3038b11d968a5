"""A team leads a domain of its own here: the page says what is missing until nothing is."""

import asyncio

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.domains.dns_server import Zone
from tests.journeys.arrivals import Service, arrive
from tests.journeys.browsing import WAIT_MS, browsing

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

OWN_HOST = "videos.brightwater-films.com"


async def test_a_domain_is_added_and_shown_as_verified_without_a_reload(
    chromium: Browser, service: Service, zone: Zone
) -> None:
    cara = await arrive(service, "Cara", "brightwater")
    await cara.buy("growth")
    assert await _status_at(service) == 421
    async with browsing(
        chromium, cookies=cara.cookies, permissions=["clipboard-read", "clipboard-write"]
    ) as page:
        await page.goto(cara.url + "/settings/domains")
        await page.get_by_label("Domain").fill("https://Videos.Brightwater-Films.com/")
        await page.get_by_role("button", name="Add domain").click()
        card = page.get_by_role("article", name=OWN_HOST)
        # Told by an event when the worker has looked.
        await expect(card.get_by_text("Not found")).to_have_count(2)
        await card.get_by_role("button", name="Copy the value of the TXT record").click()
        token = await page.evaluate("() => navigator.clipboard.readText()")
        assert token.startswith("loomlite-")

        zone.add(f'_loomlite.{OWN_HOST} 60 IN TXT "{token}"', f"{OWN_HOST} 60 IN CNAME localhost")
        await _press_until_verified(page)
        await expect(card).to_contain_text("Shows your landing pages")
        await expect(card).to_contain_text("The links you copy use this domain.")
    async with asyncio.timeout(WAIT_MS / 1000):
        while await _status_at(service) == 421:
            continue
    assert await _status_at(service) == 404, "the viewer's own, for an id that is none"


async def _press_until_verified(page: Page) -> None:
    """Another look is taken some seconds after the last one, not before."""
    card = page.get_by_role("article", name=OWN_HOST)
    async with asyncio.timeout(WAIT_MS / 1000):
        while True:
            await card.get_by_role("button", name="Check now").click()
            toast = page.locator(".toast", has_text="looked up")
            await expect(toast.first).to_be_visible()
            if "being looked up now" in await toast.first.inner_text():
                return
            await toast.first.get_by_role("button", name="Dismiss").click()


async def _status_at(service: Service) -> int:
    async with httpx.AsyncClient() as client:
        headers = {"host": OWN_HOST}
        answer = await client.get(f"http://127.0.0.1:{service.port}/nobody", headers=headers)
    return answer.status_code
