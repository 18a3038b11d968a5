"""As an owner buys: tried, paid, full, a larger plan, invoiced, cancelled, over."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from app.local_stripe.server import LocalStripe
from tests.journeys.arrivals import Arrived, Service, arrive
from tests.journeys.browsing import WAIT_MS, browsing
from tests.journeys.first_load import grave_faults
from tests.journeys.furnished import upload_clip
from tests.pipeline.small_render import SmallSite

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

# Starter has room for 150 of them.
LEADS = 152


async def test_a_plan_is_tried_paid_filled_enlarged_cancelled_and_over(
    chromium: Browser, service: Service, till: LocalStripe, clip: Path, small_pages: SmallSite
) -> None:
    ada = await arrive(service, "Ada", "ledgers")
    campaign = await _make_campaign(ada, clip, small_pages)
    async with browsing(chromium, cookies=ada.cookies) as page:
        await _try_starter(page, ada.url)
        await _fill(page, ada.url + campaign)
        videos = await page.context.new_page()
        await videos.goto(f"{ada.url}{campaign}/videos")
        await expect(videos.locator("#videos-totals")).to_contain_text("2 for your plan")
        await _move_clock(page, till, "To the end of the trial")
        await _await_invoice(page, ada.url, "$29")
        await _upgrade(page, ada.url, videos.url)
        await _await_invoice(page, ada.url, "$70")
        await expect(videos.locator("#videos-totals")).not_to_contain_text("for your plan")
        await _cancel(page, ada.url)
        await _move_clock(page, till, "To the end of this period")
        await _is_over(page, ada.url)
    await ada.post(campaign + "/videos/cancel?all=1")
    small_pages.released.set()


async def _make_campaign(ada: Arrived, clip: Path, pages: SmallSite) -> str:
    """Its page does not answer: videos are asked for, and the first one is never done."""
    pages.released.clear()
    facecam = await upload_clip(ada, clip)
    campaign = (await ada.post("/campaigns")).url.path.partition("/edit")[0]
    edit = campaign + "/edit"
    leads = "".join(f"Lead {n},{n}@leads.example\n" for n in range(LEADS))
    await ada.post(edit + "/name", name="Everybody", then="stay")
    await ada.post(edit + "/facecam", facecam_id=facecam.rpartition("/")[2], then="stay")
    await ada.post(edit + "/leads/paste", text="first_name,email\n" + leads)
    await ada.post(edit + "/scenes/add", kind="url")
    scene = {"id": "scene-1", "name": "home", "source": "url", "url": pages.url("held/home")}
    scene |= {"duration": "4", "depth": "end", "persona": "calm"}
    typed = {f"{field}-1": text for field, text in scene.items()}
    await ada.post(edit + "/scenes", **typed, fit="scale", then="stay")
    return campaign


async def _try_starter(page: Page, home: str) -> None:
    """On Stripe's page, with the card that it offers first."""
    await page.goto(home + "/billing")
    await expect(page.locator("#billing-plan")).to_contain_text("Free")
    await page.get_by_role("link", name="Choose a plan").click()
    await page.locator("#plan-starter").get_by_role("button").click()
    await expect(page.get_by_text("14 days free")).to_be_visible()
    await page.get_by_role("button", name="Subscribe").click()
    await page.wait_for_url(home + "/billing")
    await expect(page.locator(".toast")).to_contain_text("Starter is yours")
    await expect(page.locator("#billing-plan")).to_contain_text("Trial")


async def _fill(page: Page, campaign: str) -> None:
    """More than the plan has room for: the page says what waits, and takes all of them."""
    await page.goto(campaign + "/edit/leads")
    await expect(page.locator("#leads-summary")).to_contain_text(f"{LEADS} good")
    await page.goto(campaign + "/edit/review")
    await page.get_by_role("button", name="Mark as ready").click()
    await page.goto(campaign + "/render")
    await expect(page.locator(".render-cost")).to_contain_text("2 wait for your plan")
    await page.get_by_role("button", name=f"Render {LEADS} videos").click()
    await page.wait_for_url("**/videos")


async def _move_clock(page: Page, till: LocalStripe, button: str) -> None:
    """On the local Stripe's own page."""
    await page.goto(till.url)
    await page.get_by_role("row", name="Ledgers").get_by_role("button", name=button).click()
    await expect(page.get_by_role("row", name="Ledgers")).to_be_visible()


async def _await_invoice(page: Page, home: str, amount: str) -> None:
    """Stripe tells of it by itself."""
    await page.goto(home + "/billing")
    await _reload_until(page, page.locator(".invoices tr").filter(has_text=amount))
    await expect(page.locator(".invoices tr").filter(has_text=amount)).to_contain_text("Paid")


async def _upgrade(page: Page, home: str, videos: str) -> None:
    """From where videos wait. What the rest of the period costs is said before it is paid."""
    await page.goto(videos)
    await page.get_by_role("link", name="Upgrade to Growth").click()
    await page.locator("#plan-growth").get_by_role("link").click()
    await expect(page.locator(".change-due")).to_contain_text("$70")
    assert await grave_faults(page) == []
    await page.get_by_role("button", name="Pay $70 and change").click()
    await page.wait_for_url(home + "/billing")
    await expect(page.locator("#billing-plan")).to_contain_text("Growth")


async def _cancel(page: Page, home: str) -> None:
    """Through the portal; what it will mean is said on a page of ours."""
    await page.goto(home + "/billing/cancel")
    await expect(page.locator("#plan-effects")).to_contain_text("You have 10 videos")
    assert await grave_faults(page) == []
    await page.goto(home + "/billing")
    await page.get_by_role("button", name="Card, tax ids and address at Stripe").click()
    await page.get_by_role("button", name="Cancel at the end of the period").click()
    await expect(page.get_by_role("status")).to_contain_text("It ends with this period.")
    await page.get_by_role("link", name="Back").click()
    await page.wait_for_url(home + "/billing")
    await expect(page.locator("#billing-notices")).to_contain_text("Growth ends on")


async def _is_over(page: Page, home: str) -> None:
    await page.goto(home + "/billing")
    plan = page.locator("#billing-plan")
    await _reload_until(page, plan.get_by_text("Growth ended on"))
    await expect(plan).to_contain_text("Free holds since then; what is finished stays")
    await expect(page.locator("#usage-meter")).to_contain_text("of 10")
    assert await grave_faults(page) == []


async def _reload_until(page: Page, wanted: Locator) -> None:
    """For what no page is told of while it is open."""
    async with asyncio.timeout(WAIT_MS / 1000):
        while not await wanted.is_visible():
            await page.reload()
