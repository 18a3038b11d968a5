"""The ledger as a team reads it: entries newest first with what they come to, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import UsageEntry
from app.billing.usage import Usage
from app.campaigns.models import Campaign
from app.db.tenancy import workspace_of
from app.renders.models import Render

PAGE_SIZE = 50
Place = tuple[datetime, UUID]


@dataclass(frozen=True)
class LedgerWanted:
    """What narrows the entries. `period_start` None: all of them; `is_now`: the period that is,
    in which what is reserved counts. `campaign_id` and `kind` None: any."""

    period_start: datetime | None = None
    is_now: bool = False
    campaign_id: UUID | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Entry:
    """One line. `lead` and `campaign` "" and their ids None where there is none any more; `so_far`
    is what all entries up to this one come to."""

    id: UUID
    created_at: datetime
    kind: str
    videos: int
    seconds: float
    reason: str
    render_id: UUID | None
    lead: str
    campaign_id: UUID | None
    campaign: str
    so_far: Usage

    @property
    def place(self) -> Place:
        return self.created_at, self.id


@dataclass(frozen=True)
class LedgerPage:
    """`count` and `sum`: of all entries that are wanted, on whichever page. `newer`, `older`: the
    places from which further ones go on, None at the ends."""

    entries: Sequence[Entry]
    count: int
    sum: Usage
    newer: Place | None
    older: Place | None


async def read_ledger(
    session: AsyncSession,
    wanted: LedgerWanted,
    *,
    after: Place | None = None,
    before: Place | None = None,
) -> LedgerPage:
    """The newest, or those that are older than `after`, or the nearest newer than `before`; two
    statements. Places stay what they are while entries are added."""
    rows = await _page(session, wanted, after, before)
    has_more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    if before is not None:
        rows = rows[::-1]
    first = (rows[0].created_at, rows[0].id) if rows else None
    count, whole, newer_count, newer = await _sums(session, wanted, first)
    entries, so_far = [], Usage(whole.videos - newer.videos, whole.seconds - newer.seconds)
    for row in rows:
        entries.append(_entry(row, so_far))
        so_far = Usage(so_far.videos - row.videos, so_far.seconds - row.seconds)
    has_older = has_more if before is None else True
    return LedgerPage(
        entries,
        count,
        whole,
        newer=entries[0].place if entries and newer_count else None,
        older=entries[-1].place if entries and has_older else None,
    )


async def find_campaigns(session: AsyncSession) -> list[tuple[UUID, str]]:
    """Those that a filter can ask for, by name."""
    rows = await session.execute(
        select(Campaign.id, Campaign.name)
        .where(Campaign.deleted_at.is_(None))
        .order_by(func.lower(Campaign.name))
        .limit(500)
    )
    return [(row.id, row.name) for row in rows]


# From one beginning to the next by the index: a period may have a million entries. `max` would not
# use it under row-level security.
_PERIODS = text(
    "with recursive period as ("
    " (select period_start from usage_entries"
    "  where workspace_id = :workspace and period_start is not null"
    "  order by period_start desc limit 1)"
    " union all"
    " select (select entry.period_start from usage_entries entry"
    "  where entry.workspace_id = :workspace and entry.period_start is not null"
    "  and entry.period_start < period.period_start"
    "  order by entry.period_start desc limit 1) from period where period_start is not null"
    ") select period_start from period where period_start is not null limit 60"
).bindparams(bindparam("workspace", type_=Uuid()))


async def find_periods(session: AsyncSession, current: datetime) -> list[datetime]:
    """When each period began that has entries or is now, `current`; the newest first."""
    rows = await session.scalars(_PERIODS, {"workspace": workspace_of(session)})
    return sorted({current, *rows}, reverse=True)


def conditions(session: AsyncSession, wanted: LedgerWanted) -> list[ColumnElement[bool]]:
    found = [UsageEntry.workspace_id == workspace_of(session)]
    if wanted.period_start is not None:
        in_period = UsageEntry.period_start == wanted.period_start
        is_open = UsageEntry.counted_at.is_(None)
        found.append(or_(in_period, is_open) if wanted.is_now else in_period)
    if wanted.campaign_id is not None:
        found.append(UsageEntry.campaign_id == wanted.campaign_id)
    if wanted.kind is not None:
        found.append(UsageEntry.kind == wanted.kind)
    return found


def entries_query() -> Select[Any]:
    """Entries with the names of their leads and campaigns, without order or end."""
    columns: list[Any] = [
        *(UsageEntry.id, UsageEntry.created_at, UsageEntry.counted_at, UsageEntry.kind),
        *(UsageEntry.videos, UsageEntry.seconds, UsageEntry.reason, UsageEntry.period_start),
        *(Render.id.label("render_id"), Render.name.label("lead"), Render.email),
        *(Campaign.id.label("campaign_id"), Campaign.name.label("campaign")),
    ]
    return (
        select(*columns)
        .select_from(UsageEntry)
        .outerjoin(
            Render,
            and_(Render.workspace_id == UsageEntry.workspace_id, Render.id == UsageEntry.render_id),
        )
        .outerjoin(
            Campaign,
            and_(Campaign.id == UsageEntry.campaign_id, Campaign.deleted_at.is_(None)),
        )
    )


async def _page(
    session: AsyncSession, wanted: LedgerWanted, after: Place | None, before: Place | None
) -> list[Any]:
    place = tuple_(UsageEntry.created_at, UsageEntry.id)
    query = entries_query().where(*conditions(session, wanted))
    if before is not None:
        query = query.where(place > before).order_by(UsageEntry.created_at, UsageEntry.id)
    else:
        query = query.order_by(UsageEntry.created_at.desc(), UsageEntry.id.desc())
        if after is not None:
            query = query.where(place < after)
    return list(await session.execute(query.limit(PAGE_SIZE + 1)))


async def _sums(
    session: AsyncSession, wanted: LedgerWanted, first: Place | None
) -> tuple[int, Usage, int, Usage]:
    """Count and sum of all, and of those that are newer than the first one shown."""
    place = tuple_(UsageEntry.created_at, UsageEntry.id)
    is_newer = place > first if first is not None else text("false")
    videos, seconds = func.sum(UsageEntry.videos), func.sum(UsageEntry.seconds)
    row = (
        await session.execute(
            select(
                func.count(),
                func.coalesce(videos, 0),
                func.coalesce(seconds, 0.0),
                func.count().filter(is_newer),
                func.coalesce(videos.filter(is_newer), 0),
                func.coalesce(seconds.filter(is_newer), 0.0),
            ).where(*conditions(session, wanted))
        )
    ).one()
    return row[0], Usage(int(row[1]), row[2]), row[3], Usage(int(row[4]), row[5])


def _entry(row: Any, so_far: Usage) -> Entry:
    return Entry(
        id=row.id,
        created_at=row.created_at,
        kind=row.kind,
        videos=row.videos,
        seconds=row.seconds,
        reason=row.reason,
        render_id=row.render_id,
        lead=row.lead or row.email or "",
        campaign_id=row.campaign_id,
        campaign=row.campaign or "",
        so_far=so_far,
    )
