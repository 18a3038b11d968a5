"""The rows of a list in the database: stored by COPY, counted, found; it checks none of them."""

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.lead_copy import COLUMNS, STORED, STORED_ANEW, TABLE
from app.campaigns.models import Campaign, Lead
from app.campaigns.spec import settle_state
from app.db.tenancy import workspace_of
from app.storage.disk import in_thread
from app.web.refusals import NotFound

PIECE_BYTES = 512 * 1024
# 200,000 rows with their indexes; a page's statement has far less time.
LONG_STATEMENT = text("set local statement_timeout = '300s'")

_SCRATCH = "pg_temp.incoming_leads"
# PostgreSQL has not counted a list that was just stored: it would expect one row, and compare each
# lead with each line.
_WHOLE_LISTS = text("set local enable_nestloop = off")
_AS_USUAL = text("set local enable_nestloop = on")
_COUNT_SCRATCH = text(f"analyze {_SCRATCH}")
# The same lead goes on under its id and its link. Where several rows repeat one, the good one does.
_RECOGNISE = text(
    f"update {_SCRATCH} line set id = known.id "  # noqa: S608
    "from (select distinct on (digest) id, digest from leads "
    "where workspace_id = :workspace_id and campaign_id = :id and digest is not null "
    "order by digest, state <> 'good', row) known, "
    f"(select distinct on (digest) id, digest from {_SCRATCH} where digest is not null "
    "order by digest, state <> 'good', row) chosen "
    "where chosen.digest = known.digest and line.id = chosen.id"
)
_REMOVE = text(
    "delete from leads where workspace_id = :workspace_id and campaign_id = :id "  # noqa: S608
    f"and not exists (select from {_SCRATCH} line where line.id = leads.id)"
)
_INSERT = text(
    f"insert into leads (workspace_id, campaign_id, created_at, {COLUMNS}) "  # noqa: S608
    f"select :workspace_id, :id, now(), {COLUMNS} from {_SCRATCH} line "
    "where not exists (select from leads where leads.id = line.id "
    "and leads.workspace_id = :workspace_id) order by row"
)
# Rows that are as they were are left alone: an update writes a row and all of its index entries.
_UPDATE = text(
    "update leads set row = new.row, state = new.state, name = new.name, email = new.email, "  # noqa: S608
    "company = new.company, cells = new.cells, problems = new.problems, digest = new.digest "
    f"from {_SCRATCH} new where leads.id = new.id "
    "and leads.workspace_id = :workspace_id and leads.campaign_id = :id "
    "and (leads.row, leads.state, leads.name, leads.email, leads.company, leads.cells, "
    "leads.problems, leads.digest) is distinct from (new.row, new.state, new.name, new.email, "
    "new.company, new.cells, new.problems, new.digest)"
)


async def replace_rows(session: AsyncSession, campaign: Campaign, lines: Path) -> None:
    """The campaign's leads are those of these COPY lines and no others; counted anew.

    A lead that was in the list before keeps its id and its link.
    """
    scope = {"workspace_id": workspace_of(session), "id": campaign.id}
    await session.execute(LONG_STATEMENT)
    await _copy_in(session, lines)
    await session.execute(_COUNT_SCRATCH)
    await session.execute(_WHOLE_LISTS)
    for step in (_RECOGNISE, _REMOVE, _UPDATE, _INSERT):
        await session.execute(step, scope)
    await session.execute(_AS_USUAL)
    await _drop_scratch(session)
    await count_rows(session, campaign)


async def update_rows(session: AsyncSession, campaign: Campaign, lines: Path) -> None:
    """The leads with the ids of these COPY lines are as the lines say; counted anew."""
    scope = {"workspace_id": workspace_of(session), "id": campaign.id}
    await session.execute(LONG_STATEMENT)
    await _copy_in(session, lines)
    await session.execute(_UPDATE, scope)
    await _drop_scratch(session)
    await count_rows(session, campaign)


async def count_rows(session: AsyncSession, campaign: Campaign) -> None:
    """The campaign's counters say how many rows are good, bad and skipped. One that was ready is a
    draft again where they stop it; its facecam must be loaded."""
    await session.flush()
    found = await session.execute(
        select(Lead.state, func.count()).where(Lead.campaign_id == campaign.id).group_by(Lead.state)
    )
    counts = {state: count for state, count in found}  # noqa: C416 - rows are no pairs to mypy
    campaign.good_leads = counts.get("good", 0)
    campaign.bad_leads = counts.get("bad", 0)
    campaign.skipped_leads = counts.get("skipped", 0)
    settle_state(campaign)


async def export_rows(
    session: AsyncSession, campaign: Campaign, file: Path, *, anew: bool = False
) -> None:
    """Writes the campaign's rows in their order, as lead_copy.STORED describes them; without their
    ids where they are to be other rows `anew`."""
    row = STORED_ANEW if anew else STORED
    query = (
        f"copy (select {row} from leads where workspace_id = '{workspace_of(session)}' "  # noqa: S608
        f"and campaign_id = '{campaign.id}' order by row) to stdout"
    )
    cursor = (await _driver(session)).cursor()
    with file.open("wb") as target:
        async with cursor, cursor.copy(query) as copy:
            async for piece in copy:
                target.write(piece)


async def list_rows(
    session: AsyncSession, campaign_id: UUID, *, state: str = "", offset: int = 0, limit: int
) -> list[Lead]:
    """Rows of the list in their order, of one state if it is given."""
    query = select(Lead).where(Lead.campaign_id == campaign_id)
    if state:
        query = query.where(Lead.state == state)
    return list(await session.scalars(query.order_by(Lead.row).offset(offset).limit(limit)))


async def get_row(session: AsyncSession, campaign_id: UUID, lead_id: UUID) -> Lead:
    """The row, locked until the transaction ends. Raises NotFound."""
    query = select(Lead).where(Lead.id == lead_id, Lead.campaign_id == campaign_id)
    lead = await session.scalar(query.with_for_update())
    if lead is None:
        raise NotFound
    return lead


async def _copy_in(session: AsyncSession, lines: Path) -> None:
    # Where row-level security binds a role, PostgreSQL takes COPY into a table of its own only.
    await session.execute(text(f"create temporary table incoming_leads ({TABLE})"))
    cursor = (await _driver(session)).cursor()
    with lines.open("rb") as source:
        async with cursor, cursor.copy(f"copy {_SCRATCH} ({COLUMNS}) from stdin") as copy:
            while piece := await in_thread(source.read, PIECE_BYTES):
                await copy.write(piece)


async def _drop_scratch(session: AsyncSession) -> None:
    await session.execute(text(f"drop table {_SCRATCH}"))


async def _driver(session: AsyncSession) -> Any:
    """psycopg's own connection, inside the session's transaction."""
    await session.flush()
    connection = await session.connection()
    return (await connection.get_raw_connection()).driver_connection
