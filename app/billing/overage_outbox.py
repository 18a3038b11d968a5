"""The outbox of what Stripe is told of use beyond plans: what it holds, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import UsageEntry
from app.billing.overage_models import OverageEvent
from app.billing.usage import Usage
from app.db.base import now
from app.db.tenancy import workspace_of


@dataclass(frozen=True)
class Told:
    """Of a period: the units that the outbox holds, how many rows of it are not sent, and what
    credits give in all."""

    units: int
    unsent: int
    credit: Usage


async def told_of(session: AsyncSession, period_start: datetime) -> Told:
    """Of the session's workspace in the period that begins then. One statement."""
    is_open = OverageEvent.sent_at.is_(None) & (OverageEvent.given_up == "")
    events = (
        select(
            func.coalesce(func.sum(OverageEvent.units), 0).label("units"),
            func.count().filter(is_open).label("unsent"),
        )
        .where(
            OverageEvent.workspace_id == workspace_of(session),
            OverageEvent.period_start == period_start,
        )
        .subquery()
    )
    credits_given = (
        select(
            func.coalesce(-func.sum(UsageEntry.videos), 0).label("videos"),
            func.coalesce(-func.sum(UsageEntry.seconds), 0.0).label("seconds"),
        )
        .where(
            UsageEntry.workspace_id == workspace_of(session),
            UsageEntry.period_start == period_start,
            UsageEntry.kind == "adjust",
        )
        .subquery()
    )
    rows = await session.execute(select(events, credits_given).join(credits_given, true()))
    units, unsent, videos, seconds = rows.one()
    return Told(int(units), int(unsent), Usage(int(videos), float(seconds)))


async def list_unsent(session: AsyncSession) -> Sequence[OverageEvent]:
    """Of the session's workspace, oldest first."""
    found = await session.scalars(
        select(OverageEvent)
        .where(
            OverageEvent.workspace_id == workspace_of(session),
            OverageEvent.sent_at.is_(None),
            OverageEvent.given_up == "",
        )
        .order_by(OverageEvent.created_at, OverageEvent.id)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def keep_tried(session: AsyncSession, event: OverageEvent, happened_at: datetime) -> None:
    """It is about to be sent, as of then: from here on nobody knows whether it arrived."""
    row = cast(Table, OverageEvent.__table__)
    tried_at = func.coalesce(row.c.tried_at, now())
    await session.execute(
        row.update().where(row.c.id == event.id).values(tried_at=tried_at, happened_at=happened_at)
    )


async def keep_sent(session: AsyncSession, event: OverageEvent) -> None:
    """Stripe has it."""
    row = cast(Table, OverageEvent.__table__)
    await session.execute(row.update().where(row.c.id == event.id).values(sent_at=now()))


async def keep_failed(session: AsyncSession, event: OverageEvent, *, given_up: str = "") -> None:
    """Stripe has not taken it; `given_up`: why it never will."""
    row = cast(Table, OverageEvent.__table__)
    await session.execute(
        row.update()
        .where(row.c.id == event.id, row.c.sent_at.is_(None))
        .values(failures=row.c.failures + 1, given_up=given_up[:300])
    )
