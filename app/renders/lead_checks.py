"""A list's leads with the pages each of them shows, so that a page's verdict reaches its leads."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.lead_rows import LONG_STATEMENT
from app.campaigns.models import Campaign, Lead
from app.db.tenancy import workspace_of
from app.renders.check_models import LeadCheck, Preflight
from app.renders.lead_pages import ListedPages, Page
from app.renders.lead_verdicts import settle_leads
from app.renders.page_checks import ask_pages, count_waiting, withdraw_pages

AT_ONCE = 2000
# Of a row's cells, here and where they are compared.
CELLS_MD5 = "md5(cells::text)"

_PUT = text(
    "insert into lead_checks (workspace_id, campaign_id, lead_id, row, verdict, own, cells_md5) "
    "select :workspace_id, :campaign_id, r.lead_id, r.row, 'waiting', r.own, r.cells_md5 "
    "from jsonb_to_recordset(cast(:rows as jsonb)) "
    "as r(lead_id uuid, row int, own varchar[], cells_md5 text) "
    "on conflict (lead_id) do update set row = excluded.row, own = excluded.own, "
    "cells_md5 = excluded.cells_md5"
)


async def list_leads(
    session: AsyncSession, campaign: Campaign, preflight: Preflight, pages: ListedPages
) -> None:
    """Each good lead is noted with its pages; those not known well enough wait to be opened."""
    await session.execute(LONG_STATEMENT)
    await withdraw_pages(session, campaign.id)
    # First what concerns everybody.
    await _ask(session, campaign, preflight, list(pages.common_pages()))
    after = 0
    while rows := await _some_leads(session, campaign.id, after):
        own = {row.id: pages.own_pages(row.cells) for row in rows}
        await _put(session, campaign.id, rows, own)
        asked = [page for each in own.values() for page in each if page is not None]
        await _ask(session, campaign, preflight, asked)
        after = rows[-1].row
    await _forget_others(session, campaign.id)
    await settle_leads(session, campaign.id, pages, everybody=True)
    preflight.made_from = pages.made_from
    preflight.total = await count_waiting(session, campaign.id)
    preflight.done = 0
    preflight.started_at = func.now()
    preflight.wants_list = preflight.is_anew = False


async def note_lead(
    session: AsyncSession, campaign: Campaign, lead: Lead, pages: ListedPages
) -> list[Page]:
    """The lead is noted with the pages its cells hold now; gives them. Settles no verdict."""
    own = pages.own_pages(lead.cells)
    await session.flush()
    query = select(Lead.id, Lead.row, text(CELLS_MD5)).where(Lead.id == lead.id)
    await _put(session, campaign.id, [(await session.execute(query)).one()], {lead.id: own})
    return [page for page in own if page is not None]


async def _ask(
    session: AsyncSession, campaign: Campaign, preflight: Preflight, pages: list[Page]
) -> None:
    await ask_pages(session, campaign.id, pages, anew=preflight.is_anew)


async def _some_leads(session: AsyncSession, campaign_id: UUID, after: int) -> Sequence[Any]:
    query = (
        select(Lead.id, Lead.row, Lead.cells, text(f"{CELLS_MD5} as cells_md5"))
        .where(Lead.campaign_id == campaign_id, Lead.state == "good", Lead.row > after)
        .order_by(Lead.row)
        .limit(AT_ONCE)
    )
    found: Sequence[Any] = (await session.execute(query)).all()
    return found


async def _put(
    session: AsyncSession,
    campaign_id: UUID,
    rows: Sequence[Any],
    own: dict[UUID, list[Page | None]],
) -> None:
    values = [
        {
            "lead_id": str(row.id),
            "row": row.row,
            "own": [page and page.digest for page in own[row.id]],
            "cells_md5": row[-1],
        }
        for row in rows
    ]
    scope = {"workspace_id": workspace_of(session), "campaign_id": campaign_id}
    await session.execute(_PUT, {**scope, "rows": json.dumps(values)})


async def _forget_others(session: AsyncSession, campaign_id: UUID) -> None:
    good = select(Lead.id).where(Lead.campaign_id == campaign_id, Lead.state == "good")
    await session.execute(
        delete(LeadCheck)
        .where(LeadCheck.campaign_id == campaign_id, LeadCheck.lead_id.not_in(good))
        .execution_options(synchronize_session=False)
    )
