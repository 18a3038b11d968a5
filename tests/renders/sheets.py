"""Campaigns whose pages are on small local sites, checked by the real job; it presses no button."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.campaigns.service import get_campaign
from app.db.session import DeferredJob
from app.jobs.catalogue import CHECK_PAGES
from app.jobs.preflights import check_pages
from app.jobs.services import Services
from app.mail.send import open_mailer
from app.renders.check_models import LeadCheck, PageCheck, Preflight
from app.renders.lead_checks import list_leads
from app.renders.lead_pages import ListedPages
from app.renders.preflights import find_preflight, request_preflight
from app.settings import load_settings
from tests.campaigns.lists import draft_with_list, read_rows
from tests.cast import HOST, Cast, in_workspace
from tests.pipeline.small_render import SmallSite

OUTPUT = {"width": 320, "height": 180, "fps": 30, "page_load_wait_ms": 300}
BUBBLE = {"width": 64, "margin": 8, "border": 2}


def site_scene(**values: Any) -> dict[str, Any]:
    """A scene with each lead's own page."""
    return {"id": "site", "csv_column": "Website", "duration_s": 1.0, **values}


def list_of(site: SmallSite, **paths: str) -> str:
    """A list with a lead for each name, and the page it has; an empty path is no page."""
    lines = ["Name,E-mail,Company,Website"]
    for name, path in paths.items():
        url = site.url(path) if path else ""
        lines.append(f"{name.title()},{name}@example.com,{name.title()} Ltd,{url}")
    return "\n".join(lines) + "\n"


async def checked_draft(cast: Cast, jobs: list[DeferredJob], text: str, **fields: Any) -> UUID:
    """A draft with this list; nothing is checked yet."""
    fields = {"scenes": [site_scene()], "output": OUTPUT, "bubble": BUBBLE, **fields}
    return await draft_with_list(cast, jobs, text, **fields)


def services_for(cast: Cast, *sites: SmallSite) -> Services:
    """Like the service's, but these sites may be opened though they are on this machine."""
    variables = {
        "APP_HOST": HOST,
        "LOOMLITE_VAR": str(cast.site.settings.var_folder),
        "ALLOW_ADDRESSES": ",".join(site.address for site in sites),
    }
    settings = load_settings(variables)
    mailer = open_mailer(None, "Tests <tests@example.com>", settings.outbox_folder)
    return Services(settings, cast.site.database, mailer, cast.site.storage)


async def ask(cast: Cast, campaign_id: UUID, *, anew: bool = False) -> None:
    """Alice asks for the check of the list."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        campaign = await get_campaign(session, campaign_id)
        await request_preflight(session, campaign, cast.users["alice"], anew=anew)


async def list_pages(cast: Cast, campaign_id: UUID) -> None:
    """The list is read for pages, and none of them is opened."""
    await ask(cast, campaign_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        campaign = await get_campaign(session, campaign_id)
        preflight = await find_preflight(session, campaign_id)
        assert preflight is not None
        await list_leads(session, campaign, preflight, ListedPages(campaign))


async def run_checks(cast: Cast, jobs: list[DeferredJob], *sites: SmallSite) -> int:
    """Runs the checks that left, as the worker would; how many."""
    count = 0
    while jobs:
        job = jobs.pop(0)
        if job.name == CHECK_PAGES:
            await check_pages(services_for(cast, *sites), **job.arguments)
            count += 1
    return count


async def read_preflight(cast: Cast, campaign_id: UUID) -> Preflight:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        found = await session.scalar(select(Preflight).where(Preflight.campaign_id == campaign_id))
    assert found is not None
    return found


async def read_pages(cast: Cast, campaign_id: UUID) -> dict[str, PageCheck]:
    """What is known of each page, by the end of its address."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        found = await session.scalars(select(PageCheck).where(PageCheck.campaign_id == campaign_id))
    return {check.url.rpartition("/")[2]: check for check in found}


async def verdicts(cast: Cast, campaign_id: UUID) -> dict[int, str]:
    """What each lead's own pages come to, by row."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        query = select(LeadCheck).where(LeadCheck.campaign_id == campaign_id)
        return {each.row: each.verdict for each in await session.scalars(query)}


async def lead_id_of(cast: Cast, campaign_id: UUID, row: int) -> UUID:
    return next(each.id for each in await read_rows(cast, campaign_id) if each.row == row)


def card_in(page: str, lead_id: UUID) -> str:
    """The card's own piece of a page."""
    return page.partition(f'id="check-card-{lead_id}"')[2].partition("<li ")[0]
