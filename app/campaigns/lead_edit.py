"""Rows of a list mended or skipped one by one, or all at once; it knows no page."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.lead_checks import CheckedRow, RawRow, check_one, check_rows
from app.campaigns.lead_columns import lead_columns, scene_columns
from app.campaigns.lead_rows import count_rows
from app.campaigns.models import Campaign, Lead
from app.leads import LeadColumns
from app.web.refusals import Conflict


def require_settled(campaign: Campaign) -> None:
    """Raises Conflict while a list is read: its rows are about to be others."""
    if campaign.leads_state == "importing":
        raise Conflict(
            "The list is being read at this moment, so nothing was changed. "
            "Wait until it is done, then try again."
        )


async def edit_row(
    session: AsyncSession, campaign: Campaign, lead: Lead, cells: Mapping[int, str]
) -> None:
    """The row has these cells, by position from 0; the others stay. It is checked, and so are the
    rows that repeat it or that it repeated. A skipped row that is edited counts again.
    """
    headers, columns = _checks(campaign)
    earlier_digest = lead.digest
    lead.cells = [cells.get(at, cell).strip() for at, cell in enumerate(lead.cells)]
    lead.state = "bad"
    _assign(lead, check_one(_raw(lead), headers, columns))
    await session.flush()
    for digest in {earlier_digest, lead.digest} - {None}:
        repeats = await session.scalars(
            select(Lead)
            .where(Lead.campaign_id == campaign.id, Lead.digest == digest)
            .order_by(Lead.row)
            .with_for_update()
        )
        _settle(list(repeats), headers, columns)
    await count_rows(session, campaign)


async def skip_row(session: AsyncSession, campaign: Campaign, lead: Lead, *, skip: bool) -> None:
    """A bad row is skipped, or counts as bad again; a good one stays good."""
    if lead.state != "good":
        lead.state = "skipped" if skip else "bad"
    await count_rows(session, campaign)


async def set_aside(session: AsyncSession, campaign: Campaign, lead: Lead, reason: str) -> None:
    """The row is skipped though it may be good, and stays so until somebody saves it again."""
    told = {"column": None, "sentence": reason, "fatal": True, "broken": True}
    lead.state, lead.digest = "skipped", None
    lead.problems = [told]
    await count_rows(session, campaign)


async def skip_bad_rows(session: AsyncSession, campaign: Campaign, *, skip: bool) -> None:
    """All bad rows are skipped, or all skipped ones count as bad again."""
    earlier, later = ("bad", "skipped") if skip else ("skipped", "bad")
    await session.execute(
        update(Lead)
        .where(Lead.campaign_id == campaign.id, Lead.state == earlier)
        .values(state=later)
    )
    await count_rows(session, campaign)


def _checks(campaign: Campaign) -> tuple[list[str], LeadColumns]:
    columns = lead_columns(campaign.lead_columns, scene_columns(campaign.scenes))
    return campaign.lead_columns["headers"], columns


def _settle(leads: list[Lead], headers: list[str], columns: LeadColumns) -> None:
    """Of rows with the same lead the first is good, the others repeat it."""
    by_id: dict[UUID, Lead] = {lead.id: lead for lead in leads}
    raws = [_raw(lead) for lead in leads]
    for checked in check_rows(raws, headers, columns):
        _assign(by_id[UUID(checked.raw.id)], checked)


def _raw(lead: Lead) -> RawRow:
    return RawRow(lead.row, tuple(lead.cells), None, str(lead.id), lead.state == "skipped")


def _assign(lead: Lead, checked: CheckedRow) -> None:
    lead.state, lead.digest = checked.state, checked.digest
    lead.name, lead.email, lead.company = checked.name, checked.email, checked.company
    lead.problems = checked.problems
