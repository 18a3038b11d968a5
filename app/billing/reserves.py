"""Open reserves of the ledger: what renders that are under way may come to cost.

Every function that writes needs the lock of ledger_lock.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Uuid,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import UsageEntry
from app.billing.scene_prices import Price
from app.billing.standing import current_period
from app.db.base import now
from app.db.tenancy import workspace_of

COLUMNS = (
    *("id", "created_at", "workspace_id", "render_id", "campaign_id"),
    *("kind", "videos", "seconds", "reason"),
)


@dataclass(frozen=True)
class Reserve:
    """What a render of a campaign may come to cost."""

    render_id: UUID
    campaign_id: UUID | None
    price: Price


async def list_reserved(session: AsyncSession, render_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these that have an open reserve."""
    found = await session.scalars(select(UsageEntry.render_id).where(*is_open(session, render_ids)))
    return {render_id for render_id in found if render_id is not None}


async def reserved_in(session: AsyncSession, campaign_id: UUID) -> list[UUID]:
    """The renders of the campaign that have an open reserve."""
    found = await session.scalars(
        select(UsageEntry.render_id).where(
            UsageEntry.workspace_id == workspace_of(session),
            UsageEntry.counted_at.is_(None),
            UsageEntry.campaign_id == campaign_id,
        )
    )
    return [render_id for render_id in found if render_id is not None]


async def add_reserves(session: AsyncSession, reserves: Sequence[Reserve]) -> None:
    """Each of these renders, none of which has one, has an open reserve."""
    if not reserves:
        return
    rows = (
        func.unnest(
            cast([each.render_id for each in reserves], ARRAY(Uuid)),
            cast([each.campaign_id for each in reserves], ARRAY(Uuid)),
            cast([each.price.videos for each in reserves], ARRAY(Integer)),
            cast([each.price.seconds for each in reserves], ARRAY(Float)),
        )
        .table_valued("render_id", "campaign_id", "videos", "seconds")
        .render_derived("asked")
    )
    values = select(
        *(func.gen_random_uuid(), func.now(), literal(workspace_of(session))),
        *(rows.c.render_id, rows.c.campaign_id, literal("reserve")),
        *(rows.c.videos, rows.c.seconds, literal("")),
    )
    await session.execute(insert(UsageEntry).from_select(COLUMNS, values, include_defaults=False))


async def change_reserves(
    session: AsyncSession, more: Mapping[UUID, float], *, reason: str
) -> None:
    """The open reserves of these renders are so many seconds larger, or smaller: each is closed
    and another opened, for lines of the ledger stay as they are."""
    if not more:
        return
    closed = await session.execute(
        update(UsageEntry)
        .where(*is_open(session, [*more]))
        .values(counted_at=func.now(), period_start=(await current_period(session)).start)
        .returning(
            *(UsageEntry.render_id, UsageEntry.campaign_id, UsageEntry.period_start),
            *(UsageEntry.videos, UsageEntry.seconds),
        )
        .execution_options(synchronize_session=False)
    )
    workspace_id = workspace_of(session)
    for row in closed.all():
        same = {"render_id": row.render_id, "campaign_id": row.campaign_id, "reason": reason}
        counted = {"counted_at": now(), "period_start": row.period_start}
        taken = {"kind": "release", "videos": -row.videos, "seconds": -row.seconds}
        seconds = row.seconds + more[row.render_id]
        given = {"kind": "reserve", "videos": row.videos, "seconds": seconds}
        session.add(UsageEntry(workspace_id=workspace_id, **same, **counted, **taken))
        session.add(UsageEntry(workspace_id=workspace_id, **same, **given))
    await session.flush()


def is_open(session: AsyncSession, render_ids: Sequence[UUID]) -> tuple[ColumnElement[bool], ...]:
    """One parameter, and one read of the index for each: what was just added the planner takes for
    few, and would compare each with each."""
    ids: Any = cast(list(render_ids), ARRAY(Uuid))
    return (
        UsageEntry.workspace_id == workspace_of(session),
        UsageEntry.counted_at.is_(None),
        UsageEntry.render_id == func.any(ids),
    )
