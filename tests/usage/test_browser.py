"""Prices, usage and the ledger in a real Chromium: readable by everyone, on a phone too."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from sqlalchemy import update

from app.accounts.auth_sessions import Browser as SignedIn
from app.accounts.auth_sessions import start_session
from app.asgi import create_app
from app.billing.plans import GROWTH, set_plan, set_service_plan
from app.campaigns.models import Campaign
from app.db.embedded import EmbeddedDatabase
from app.db.listen import run_news
from app.db.session import Database
from app.listening import open_listener, run_http
from app.pipeline.browser.find import find_chromium
from app.settings import load_settings
from app.storage.local import LocalStorage
from tests.billing.conftest import KEY, SECRET
from tests.campaigns.boards import put_campaigns
from tests.cast import Cast, Site, assemble, in_workspace
from tests.journeys.browsing import PHONE, TOO_WIDE, browsing
from tests.journeys.first_load import COLOUR_RULES, grave_faults, layout_shift, weigh
from tests.running import free_port
from tests.usage.entries import Made, credit, month_start, put_entries, reserved, rows_of

pytestmark = pytest.mark.browser

FIRST_LOAD_LIMIT_BYTES = 120_000
LAYOUT_SHIFT_LIMIT = 0.05
SHOTS = os.environ.get("LOOMLITE_TEST_SHOTS")  # a folder to keep pictures of the pages in
LONG = "Herbstansprache der Instandhaltungsverantwortlichen in Nordrhein-Westfalen, zweite Welle"
NAMES = (LONG, "Fleet managers", "Clinics, spring", "حملة الربيع", "Q4 / fintech", "Oslo", "One")


@dataclass(frozen=True)
class Shop:
    """A running service that sells, with Acme's people in it and Alice's session there."""

    cast: Cast
    site: Site
    url: str
    chromium: Browser
    cookies: list[Any]


@pytest.fixture
async def shop(
    own_urls: EmbeddedDatabase, own_database: Database, tmp_path: Path
) -> AsyncIterator[Shop]:
    async with _running(own_urls, own_database, tmp_path) as site, async_playwright() as started:
        cast = await assemble(site)
        host = f"acme.{site.settings.host}"
        async with site.database.session() as session:
            await set_service_plan(session, sells=True)
            alice = cast.users["alice"]
            token = await start_session(session, alice, SignedIn(host, "203.0.113.7", "Chromium"))
        chromium = await started.chromium.launch(
            executable_path=str(find_chromium(os.environ)), args=["--no-sandbox"]
        )
        domain = host.partition(":")[0]
        cookie = {"name": "session", "value": token, "domain": domain, "path": "/"}
        yield Shop(cast, site, site.settings.workspace_url("acme"), chromium, [cookie])
        await chromium.close()


@asynccontextmanager
async def _running(urls: EmbeddedDatabase, database: Database, folder: Path) -> AsyncIterator[Site]:
    given = {
        "LOOMLITE_VAR": str(folder / "var"),
        "PORT": str(free_port()),
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": SECRET,
    }
    settings = load_settings(given)
    storage = LocalStorage(settings.media_folder)
    with open_listener(settings, "127.0.0.1") as listener:
        async with run_news(urls.app_url) as news:
            app = create_app(settings, database, storage, news)
            async with run_http(app, listener, lambda: None):
                yield Site(app, settings, database, storage)


async def _fill(cast: Cast) -> None:
    """A month with seven campaigns of all sizes, more than a thousand entries, and a credit."""
    campaigns = await put_campaigns(cast, len(NAMES))
    start, now = month_start(), datetime.now(UTC)
    hours = max(1, int((now - start).total_seconds() // 3600))
    made = [
        Made(campaign, start + timedelta(hours=(n * n * 7 + at * 31) % hours), seconds=9 + n % 13)
        for at, campaign in enumerate(campaigns)
        for n in range(220 >> at)
    ]
    rows = [row for each in made for row in rows_of(each)]
    rows += [reserved(campaigns[0], now) for _ in range(300)]
    rows.append(credit(now, 20, 600, "The service was away on Monday morning."))
    await put_entries(cast, rows)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await set_plan(session, GROWTH)
        for campaign_id, name in zip(campaigns, NAMES, strict=True):
            change = update(Campaign).where(Campaign.id == campaign_id).values(name=name)
            await session.execute(change)


async def test_prices_usage_and_ledger_are_readable_in_light_and_dark_and_on_a_phone(
    shop: Shop,
) -> None:
    faults = await _look(shop, "pricing", shop.site.settings.base_url + "/pricing", cookies=())
    faults += await _look(shop, "usage-empty", shop.url + "/billing/usage")
    faults += await _look(shop, "ledger-empty", shop.url + "/billing/usage/ledger")
    (one,) = await put_campaigns(shop.cast, 1)
    await put_entries(shop.cast, [reserved(one, datetime.now(UTC))])
    if SHOTS:
        faults += await _look(shop, "usage-one", shop.url + "/billing/usage")
        faults += await _look(shop, "ledger-one", shop.url + "/billing/usage/ledger")
        faults += await _look(shop, "yearly", shop.site.settings.base_url + "/pricing?by=year")
    await _fill(shop.cast)
    faults += await _look(shop, "usage", shop.url + "/billing/usage")
    faults += await _look(shop, "ledger", shop.url + "/billing/usage/ledger?period=all")
    if SHOTS:
        faults += await _look(shop, "dashboard", shop.url + "/campaigns")
        faults += await _look(shop, "minutes", shop.url + "/billing/usage?by=minutes")
    assert faults == []
    await _filter(shop)


async def _filter(shop: Shop) -> None:
    """A filter shows its entries at once and stands in the address; its chip takes it off."""
    async with browsing(shop.chromium, cookies=shop.cookies) as page:
        await page.goto(shop.url + "/billing/usage/ledger")
        await page.get_by_label("What").select_option(label="Credit")
        await expect(page.locator(".ledger-table tbody tr")).to_have_count(1)
        await expect(page).to_have_url(shop.url + "/billing/usage/ledger?kind=adjust")
        await page.locator(".chip", has_text="Credit").click()
        await expect(page.locator(".ledger-table tbody tr")).to_have_count(50)
        await page.get_by_role("link", name="Older").click()
        await expect(page.get_by_role("link", name="Newer")).to_have_attribute("rel", "prev")


async def _look(shop: Shop, name: str, url: str, cookies: Any = None) -> list[str]:
    known = shop.cookies if cookies is None else cookies
    async with browsing(shop.chromium, cookies=known, reduced_motion="reduce") as page:
        weight = await weigh(page)
        await page.goto(url)
        faults = [f"weighs {weight():,} bytes"] if weight() > FIRST_LOAD_LIMIT_BYTES else []
        moved = await layout_shift(page)
        faults += [f"moves by {moved:.3f}"] if moved >= LAYOUT_SHIFT_LIMIT else []
        for folded in await page.locator(".chart-table > summary").all():
            await folded.click()
        faults += await grave_faults(page)
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


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
