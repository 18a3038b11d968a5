"""The ledger of what was used: reserved when asked for, settled or released when it has ended.

Each of these may be called again for the same render and then changes nothing. All works on many
renders in one statement; reserves.py opens what is closed here. Every function that writes needs
the lock of ledger_lock.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Select, Table, func, insert, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import UsageEntry
from app.billing.plan_notices import forget_used_up
from app.billing.reserves import COLUMNS, is_open
from app.billing.standing import current_period
from app.db.base import now
from app.db.tenancy import workspace_of

RenderIds = Select[tuple[UUID]]


@dataclass(frozen=True)
class Usage:
    """Of one period. `seconds` of finished video, or of one that may become finished."""

    videos: int
    seconds: float


async def used_now(session: AsyncSession, period_start: datetime) -> Usage:
    """What the session's workspace used in the period that begins then, with all that is reserved
    now."""
    videos = func.sum(UsageEntry.videos).label("videos")
    seconds = func.sum(UsageEntry.seconds).label("seconds")
    own = UsageEntry.workspace_id == workspace_of(session)
    # Apart, so that each is read from an index of its own.
    parts = union_all(
        select(videos, seconds).where(own, UsageEntry.period_start == period_start),
        select(videos, seconds).where(own, UsageEntry.counted_at.is_(None)),
    ).subquery()
    row = await session.execute(
        select(
            func.coalesce(func.sum(parts.c.videos), 0),
            func.coalesce(func.sum(parts.c.seconds), 0.0),
        )
    )
    used_videos, used_s = row.one()
    return Usage(int(used_videos), float(used_s))


async def settle(
    session: AsyncSession, render_id: UUID, *, seconds: float, is_video: bool = True
) -> None:
    """The render's open reserve is closed: so many seconds were used, and the video that was
    reserved unless this is none: one that its lead has already, of which nothing was paid."""
    await _close(session, [render_id], "settle", seconds=seconds, is_video=is_video)


async def release(session: AsyncSession, render_ids: Sequence[UUID], *, reason: str) -> None:
    """The open reserves of these renders are closed: nothing was used."""
    if render_ids:
        await _close(session, render_ids, "release", reason=reason)


async def credit(
    session: AsyncSession, *, videos: int = 0, seconds: float = 0.0, reason: str, actor_id: UUID
) -> None:
    """The workspace has so much more of its plan in this period. Whoever calls it lets in what
    waits for the plan. Raises ValueError unless something is given, with a reason."""
    if videos < 0 or seconds < 0 or not (videos or seconds) or not reason.strip():
        raise ValueError("a credit gives something, and has a reason")
    session.add(
        UsageEntry(
            workspace_id=workspace_of(session),
            actor_id=actor_id,
            kind="adjust",
            videos=-videos,
            seconds=-seconds,
            reason=reason.strip()[:200],
            counted_at=now(),
            period_start=(await current_period(session)).start,
        )
    )
    await session.flush()
    await forget_used_up(session)


async def _close(
    session: AsyncSession,
    render_ids: Sequence[UUID],
    kind: str,
    *,
    seconds: float = 0.0,
    is_video: bool = False,
    reason: str = "",
) -> None:
    """Corrects what is open for these renders to so many seconds of one video, or to nothing."""
    table = cast(Table, UsageEntry.__table__)
    period_start = (await current_period(session)).start
    closed = (
        update(table)
        .where(*is_open(session, render_ids))
        .values(counted_at=func.now(), period_start=period_start)
        .returning(
            *(table.c.workspace_id, table.c.render_id, table.c.campaign_id),
            *(table.c.videos, table.c.seconds),
        )
        .cte("closed")
    )
    rows = select(
        *(func.gen_random_uuid(), func.now(), closed.c.workspace_id, closed.c.render_id),
        *(closed.c.campaign_id, literal(kind), literal(0) if is_video else -closed.c.videos),
        *(seconds - closed.c.seconds, literal(reason), func.now(), literal(period_start)),
    )
    await session.execute(
        insert(table).from_select(
            [*COLUMNS, "counted_at", "period_start"], rows, include_defaults=False
        )
    )
