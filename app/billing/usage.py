"""The ledger of what was used: reserved when asked for, settled or released when it has ended.

Each of these may be called again for the same render and then changes nothing. All works on many
renders in one statement; renders are named by a query for their ids.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    func,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import QueryableAttribute

from app.billing.models import UsageEntry
from app.billing.standing import current_period
from app.db.tenancy import workspace_of

RenderIds = Select[tuple[UUID]]
_OPEN = UsageEntry.counted_at.is_(None)
_COLUMNS = [
    *("id", "created_at", "workspace_id", "render_id"),
    *("kind", "videos", "seconds", "reason"),
]


@dataclass(frozen=True)
class Usage:
    """Of one period. `seconds` of finished video, or of one that may become finished."""

    videos: int
    seconds: float


async def reserve(session: AsyncSession, renders: RenderIds, *, seconds: float) -> int:
    """Each of these renders has an open reserve; gives how many had none before.

    `renders` selects ids of the session's workspace; `seconds` is the length of one video.
    """
    ids = renders.subquery()
    rows = select(
        *(func.gen_random_uuid(), func.now(), literal(workspace_of(session)), ids.c[0]),
        *(literal("reserve"), literal(1), literal(seconds), literal("")),
    )
    reserved = (
        insert(UsageEntry)
        .from_select(_COLUMNS, rows, include_defaults=False)
        .on_conflict_do_nothing(
            index_elements=["workspace_id", "render_id"], index_where=text("counted_at is null")
        )
        .returning(UsageEntry.id)
        .cte("reserved")
    )
    return await session.scalar(select(func.count()).select_from(reserved)) or 0


async def settle(session: AsyncSession, render_id: UUID, *, seconds: float) -> None:
    """The render's open reserve is closed: one video of this length was used."""
    await _close(session, render_id, "settle", seconds=seconds)


async def release(session: AsyncSession, renders: RenderIds | UUID, *, reason: str) -> None:
    """The open reserves of these renders, or of this one, are closed: nothing was used."""
    await _close(session, renders, "release", reason=reason)


async def used_now(session: AsyncSession, period_start: datetime | None = None) -> Usage:
    """What the session's workspace used in its period, with all that is reserved now.

    `period_start`: of the period, where the caller knows it.
    """
    period_start = period_start or (await current_period(session)).start
    row = await session.execute(
        select(
            func.coalesce(func.sum(UsageEntry.videos), 0),
            func.coalesce(func.sum(UsageEntry.seconds), 0.0),
        ).where(
            UsageEntry.workspace_id == workspace_of(session),
            or_(_OPEN, UsageEntry.period_start == period_start),
        )
    )
    videos, seconds = row.one()
    return Usage(int(videos), float(seconds))


async def _close(
    session: AsyncSession,
    renders: RenderIds | UUID,
    kind: str,
    *,
    seconds: float | None = None,
    reason: str = "",
) -> None:
    """Corrects what is open for these renders to `seconds` of one video, or to nothing."""
    table = cast(Table, UsageEntry.__table__)
    period_start = (await current_period(session)).start
    closed = (
        update(table)
        .where(table.c.counted_at.is_(None), _is_one_of(table.c.render_id, renders))
        .values(counted_at=func.now(), period_start=period_start)
        .returning(table.c.workspace_id, table.c.render_id, table.c.videos, table.c.seconds)
        .cte("closed")
    )
    videos = -closed.c.videos if seconds is None else literal(0)
    rows = select(
        *(func.gen_random_uuid(), func.now(), closed.c.workspace_id, closed.c.render_id),
        *(literal(kind), videos, (seconds or 0.0) - closed.c.seconds, literal(reason), func.now()),
        literal(period_start),
    )
    await session.execute(
        insert(table).from_select(
            [*_COLUMNS, "counted_at", "period_start"], rows, include_defaults=False
        )
    )


def _is_one_of(
    render_id: ColumnElement[UUID | None] | QueryableAttribute[UUID | None],
    renders: RenderIds | UUID,
) -> ColumnElement[bool]:
    """One is found by the index, many by a hash. Rows that were just added the planner takes for
    few: left to itself it compares each with each, which took 17 s for 10,000."""
    return render_id == renders if isinstance(renders, UUID) else render_id.in_(renders).is_(true())


async def reserve_again(session: AsyncSession, renders: RenderIds) -> None:
    """Each of these renders, reserved before, has an open reserve that is like its last one."""
    last = (
        select(*(UsageEntry.render_id, UsageEntry.videos, UsageEntry.seconds))
        .ext(distinct_on(UsageEntry.render_id))
        .where(
            UsageEntry.workspace_id == workspace_of(session),
            UsageEntry.kind == "reserve",
            _is_one_of(UsageEntry.render_id, renders),
        )
        .order_by(UsageEntry.render_id, UsageEntry.created_at.desc())
        .subquery()
    )
    rows = select(
        *(func.gen_random_uuid(), func.now(), literal(workspace_of(session)), last.c.render_id),
        *(literal("reserve"), last.c.videos, last.c.seconds, literal("")),
    )
    await session.execute(
        insert(UsageEntry)
        .from_select(_COLUMNS, rows, include_defaults=False)
        .on_conflict_do_nothing(
            index_elements=["workspace_id", "render_id"], index_where=text("counted_at is null")
        )
    )
