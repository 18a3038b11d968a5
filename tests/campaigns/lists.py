"""Lists in a draft of Acme's: put there as the pages do, and read by the real job; no browser."""

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.campaigns.lead_import import import_list
from app.campaigns.models import Campaign, Lead
from app.campaigns.service import get_campaign
from app.db.session import DeferredJob
from app.jobs.catalogue import IMPORT_LEADS
from app.jobs.leads import import_leads
from app.jobs.services import Services
from app.mail.send import open_mailer
from tests.campaigns.drafts import make_draft, read_campaign
from tests.cast import Cast, Site, in_workspace

# Row 3 has no address, row 4 repeats row 2, row 6 has a cell too many.
NASTY = """Name,E-mail,Company,Website
Ada Lovelace,ada@engines.example.com,Engines,https://engines.example.com/
Bo Li,bo@li.example.com,Li Ltd,
Ada Lovelace,ADA@engines.example.com,Engines Inc,https://engines.example.com/about
Cem Öz,cem@oz.example.com,Öz & Co,oz.example.com
Dee,dee@dee.example.com,Dee, Inc,https://dee.example.com/
"""
WEBSITE = {"id": "site", "csv_column": "Website", "duration_s": 10.0}


def services_of(site: Site) -> Services:
    mailer = open_mailer(None, "Tests <tests@example.com>", site.settings.outbox_folder)
    return Services(site.settings, site.database, mailer, site.storage)


async def run_imports(cast: Cast, jobs: list[DeferredJob]) -> int:
    """Runs the import jobs that left, as the worker would; how many."""
    count = 0
    while jobs:
        job = jobs.pop(0)
        if job.name == IMPORT_LEADS:
            await import_leads(services_of(cast.site), **job.arguments)
            count += 1
    return count


async def put_list(
    cast: Cast, campaign_id: UUID, text: str | bytes, name: str = "leads.csv"
) -> None:
    """The list is waiting for its job."""
    content = text if isinstance(text, bytes) else text.encode()
    folder = cast.site.settings.uploads_folder
    folder.mkdir(parents=True, exist_ok=True)
    file = Path(folder, "sent.csv")
    file.write_bytes(content)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        campaign = await get_campaign(session, campaign_id, for_update=True)
        await import_list(
            session, cast.site.storage, campaign, file, name, person=cast.users["alice"]
        )


async def draft_with_list(
    cast: Cast, jobs: list[DeferredJob], text: str | bytes = NASTY, **fields: Any
) -> UUID:
    """A draft whose list has been read."""
    campaign_id = await make_draft(cast, **fields)
    await put_list(cast, campaign_id, text)
    await run_imports(cast, jobs)
    return campaign_id


async def read_rows(cast: Cast, campaign_id: UUID) -> list[Lead]:
    """The list's rows in their order."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        query = select(Lead).where(Lead.campaign_id == campaign_id).order_by(Lead.row)
        return list(await session.scalars(query))


async def counts_of(cast: Cast, campaign_id: UUID) -> tuple[int, int, int]:
    """Good, bad and skipped by the campaign's counters."""
    campaign: Campaign = await read_campaign(cast, campaign_id)
    return campaign.good_leads, campaign.bad_leads, campaign.skipped_leads
