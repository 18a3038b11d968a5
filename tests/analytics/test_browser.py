"""The pages of figures in a real Chromium: readable by everyone, on a phone too, and live."""

import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from sqlalchemy import update

from app.accounts.auth_sessions import Browser as SignedIn
from app.accounts.auth_sessions import start_session
from app.analytics.samples import put_samples
from app.asgi import create_app
from app.db.base import now
from app.db.embedded import EmbeddedDatabase
from app.db.listen import run_news
from app.db.session import Database
from app.demo_visits import sample_visits
from app.listening import open_listener, run_http
from app.pipeline.browser.find import find_chromium
from app.renders.models import Render
from app.settings import load_settings
from app.storage.local import LocalStorage
from tests.analytics.stage import LENGTH_S, Seen, heat_video, make_seen_film, see
from tests.cast import Cast, Site, assemble, in_workspace
from tests.journeys.browsing import PHONE, TOO_WIDE, browsing
from tests.journeys.first_load import COLOUR_RULES, grave_faults
from tests.renders.films import set_render
from tests.running import free_port

pytestmark = pytest.mark.browser

WAIT_MS = 30_000
SHOTS = os.environ.get("LOOMLITE_TEST_SHOTS")  # a folder to keep pictures of the pages in
LONG = "Herbstansprache der Instandhaltungsverantwortlichen in Nordrhein-Westfalen, zweite Welle"


@dataclass(frozen=True)
class Shop:
    """A running service with Acme's people in it, and Bob's session there."""

    cast: Cast
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
            bob = cast.users["bob"]
            token = await start_session(session, bob, SignedIn(host, "203.0.113.7", "Chromium"))
        chromium = await started.chromium.launch(
            executable_path=str(find_chromium(os.environ)), args=["--no-sandbox"]
        )
        url = site.settings.workspace_url("acme")
        domain = host.partition(":")[0]
        cookie = {"name": "session", "value": token, "domain": domain, "path": "/"}
        yield Shop(cast, url, chromium, [cookie])
        await chromium.close()


@asynccontextmanager
async def _running(urls: EmbeddedDatabase, database: Database, folder: Path) -> AsyncIterator[Site]:
    settings = load_settings({"LOOMLITE_VAR": str(folder / "var"), "PORT": str(free_port())})
    storage = LocalStorage(settings.media_folder)
    with open_listener(settings, "127.0.0.1") as listener:
        async with run_news(urls.app_url) as news:
            app = create_app(settings, database, storage, news)
            async with run_http(app, listener, lambda: None):
                yield Site(app, settings, database, storage)


async def _fill(cast: Cast) -> tuple[UUID, list[Render]]:
    """Campaigns of all sizes; the one that is looked at has everything."""
    chance = random.Random(5)
    for name, leads in (("Fleet managers", 40), ("Clinics, spring", 12), ("One", 1), ("None", 3)):
        stops = {lead: chance.choice((0, 3, 7, LENGTH_S)) for lead in range(leads * 2 // 3)}
        visits = [] if name == "None" else [
            Seen(lead, to_s, ago=timedelta(days=chance.randrange(60)), booked=to_s > 7 > lead)
            for lead, to_s in stops.items()
        ]  # fmt: skip
        await make_seen_film(cast, leads, visits, name=name)
    campaign_id, renders = await make_seen_film(cast, 60, name=LONG)
    await see(cast, campaign_id, renders, _many(chance))
    files = {"video.mp4": {"key": "k", "bytes": 1}}
    await set_render(cast, renders[0].id, "completed", files=files)
    heat = [3] * 4 + [2] * 5 + [0] * 2 + [1] * 6 + [4] * 3
    await heat_video(cast, renders[0], heat)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        names = [
            (renders[1], "", ""),
            (renders[2], "علي بن أبي طالب", "شركة"),
            (renders[3], LONG, LONG),
        ]
        for render, name, company in names:
            await session.execute(
                update(Render).where(Render.id == render.id).values(name=name, company=company)
            )
    return campaign_id, renders


def _many(chance: random.Random) -> list[Seen]:
    visits = [Seen(0, 9, ago=timedelta(seconds=6)), Seen(3, LENGTH_S, ago=timedelta(seconds=25))]
    for _ in range(300):
        lead, to_s = chance.randrange(48), chance.choice((0, 2, 4, 9, 11, 15, LENGTH_S, LENGTH_S))
        ago = timedelta(days=min(80, chance.expovariate(0.08)), minutes=2)
        booked = to_s == LENGTH_S and chance.random() < 0.1
        visits.append(Seen(lead, to_s, ago=ago, booked=booked, clicked=booked))
    for n in range(90):
        kind, reason = chance.choice(
            (("scanner", "agent"), ("scanner", "burst"), ("scanner", "data_centre"), ("team", ""),
             ("unverified", ""))
        )  # fmt: skip
        visits.append(Seen(n % 50, kind=kind, reason=reason, ago=timedelta(hours=n * 7 + 1)))
    return visits


async def test_every_page_of_figures_is_readable_in_light_and_dark_and_on_a_phone(
    shop: Shop,
) -> None:
    campaign_id, renders = await _fill(shop.cast)
    one = f"/campaigns/{campaign_id}"
    pages = {
        "overview": "/analytics",
        "overview-12m": "/analytics?period=12m",
        "campaign": f"{one}/analytics",
        "video": f"{one}/videos/{renders[0].id}",
        "help": "/help/analytics",
    }
    faults: list[str] = []
    for name, path in pages.items():
        async with browsing(
            shop.chromium, cookies=shop.cookies, reduced_motion="reduce", refusals={404}
        ) as page:
            await page.goto(shop.url + path)
            faults += [f"{name}: {each}" for each in await grave_faults(page)]
            await _shot(page, f"{name}-light")
            for table in await page.locator(".chart-table > summary").all():
                await table.click()
            faults += [f"{name}, tables: {each}" for each in await grave_faults(page)]
            await _shot(page, f"{name}-tables")
            await page.emulate_media(color_scheme="dark")
            faults += [f"{name}, dark: {each}" for each in await grave_faults(page, *COLOUR_RULES)]
            await page.reload()
            await _shot(page, f"{name}-dark")
            await page.set_viewport_size(PHONE)
            wide = await page.evaluate(TOO_WIDE)
            faults += [f"{name} is {wide} px wider than a phone"] if wide > 0 else []
            await page.emulate_media(color_scheme="light")
            await _shot(page, f"{name}-phone")
    assert faults == []


async def test_who_opens_a_page_appears_by_themselves(shop: Shop) -> None:
    campaign_id, renders = await make_seen_film(shop.cast, 2)
    visit = list(sample_visits(renders, now()))[1]
    async with browsing(shop.chromium, cookies=shop.cookies) as page:
        await page.goto(f"{shop.url}/campaigns/{campaign_id}/analytics")
        watching = page.locator("#watchers")
        await expect(watching).to_contain_text("Nobody at this moment", timeout=WAIT_MS)
        async with shop.cast.site.database.session() as session:
            await in_workspace(session, shop.cast.acme)
            opened = replace(visit.page, opened_at=now() - timedelta(seconds=4))
            events = [each for each in visit.events if each.at_ms < 4000]
            await put_samples(session, [replace(visit, page=opened, events=events)])
        await expect(watching).to_contain_text("Lead 2", timeout=WAIT_MS)
        # The figures follow by themselves too.
        funnel = page.locator(".chart-funnel .chart-count")
        await expect(funnel.nth(1)).to_contain_text("1", timeout=WAIT_MS)
        await expect(page.locator("#samples-notice")).to_be_visible()
        await _shot(page, "few")
        await page.get_by_role("button", name="Remove sample visits").click()
        await expect(page.locator("#toasts")).to_contain_text("1 sample visit was removed.")
        await expect(watching).to_contain_text("Nobody at this moment", timeout=WAIT_MS)
        await _shot(page, "none")


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
