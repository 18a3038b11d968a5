"""How long a finished video is kept: as long as the plan says under which it was made, longer after
an upgrade, never less. What goes is told twice before; it sends no letter and removes no file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plans import workspace_plan
from app.campaigns.models import Campaign
from app.db.listen import notify
from app.db.tenancy import workspace_of
from app.renders.models import Render
from app.web.refusals import Conflict

TOLD_BEFORE, REMINDED_BEFORE = timedelta(days=14), timedelta(days=3)
# What goes in the week after the first is told along with it: a team that makes videos every day
# gets a letter a week and not one a day.
TOGETHER = timedelta(days=7)
REMOVED_AT_ONCE = 200
NO_LONGER_KEPT = "This video is no longer kept, so it cannot be shown. Make it again."

Round = Literal["told", "reminded"]
_BEFORE = {"told": TOLD_BEFORE, "reminded": REMINDED_BEFORE}
_KEPT = Render.removed_at.is_(None)


@dataclass(frozen=True)
class GoingDay:
    """So many videos of a campaign go on this day."""

    day: date
    campaign: str
    videos: int


@dataclass(frozen=True)
class Removed:
    """A video whose files are to go from the storage, from under `prefix`."""

    prefix: str


async def kept_until(session: AsyncSession) -> ColumnElement[datetime] | None:
    """Until when a video is kept that is finished now. None: for ever."""
    plan, _ = await workspace_plan(session)
    return None if plan.storage_days is None else func.now() + timedelta(days=plan.storage_days)


async def lengthen_storage(session: AsyncSession) -> int:
    """All videos of the workspace are kept as long as its plan says at least; how many longer than
    before. Those are told anew before they go."""
    plan, _ = await workspace_plan(session)
    until: Any = None
    shorter: ColumnElement[bool] = Render.keep_until.is_not(None)
    if plan.storage_days is not None:
        until = Render.ended_at + timedelta(days=plan.storage_days)
        shorter = Render.keep_until < until
    changed = await session.execute(
        update(Render)
        .where(Render.workspace_id == workspace_of(session), _KEPT, shorter)
        .values(keep_until=until, end_told_at=None, end_reminded_at=None)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


async def list_workspaces(session: AsyncSession) -> Sequence[UUID]:
    """Those with videos that go soon or are to go. The session sees every workspace."""
    soon = Render.keep_until <= func.now() + TOLD_BEFORE
    found = await session.scalars(select(Render.workspace_id).where(soon, _KEPT).distinct())
    return found.all()


async def find_moment(session: AsyncSession) -> datetime:
    """By the database's clock."""
    moment: datetime | None = await session.scalar(select(func.now()))
    assert moment is not None  # noqa: S101
    return moment


async def list_going(session: AsyncSession, what: Round, moment: datetime) -> list[GoingDay]:
    """What the workspace is to be told at this moment, by days; empty: nothing yet."""
    untold = _untold(session, what)
    first = moment + _BEFORE[what]
    due = select(Render.id).where(*untold, Render.keep_until <= first).limit(1)
    if await session.scalar(due) is None:
        return []
    # Nothing goes sooner after it was told than it is told before it goes.
    day = func.date(func.timezone("UTC", func.greatest(Render.keep_until, first)))
    rows = await session.execute(
        select(day.label("day"), Campaign.name, func.count())
        .join(Campaign, Campaign.id == Render.campaign_id)
        .where(*untold, Render.keep_until <= first + TOGETHER)
        .group_by("day", Campaign.id)
        .order_by("day", Campaign.name)
    )
    return [GoingDay(*row) for row in rows]


async def mark_told(session: AsyncSession, what: Round, moment: datetime) -> None:
    """All that `list_going` gave for this moment was told."""
    column = Render.end_told_at if what == "told" else Render.end_reminded_at
    first = moment + _BEFORE[what]
    await session.execute(
        update(Render)
        .where(*_untold(session, what), Render.keep_until <= first + TOGETHER)
        .values({column: func.now(), Render.keep_until: func.greatest(Render.keep_until, first)})
        .execution_options(synchronize_session=False)
    )


async def remove_outlived(session: AsyncSession) -> list[Removed]:
    """Some videos of the workspace whose time is over and whose team was told twice: they have no
    files any more, and pages say so."""
    outlived = (
        select(Render.id)
        .where(
            *(Render.workspace_id == workspace_of(session), _KEPT),
            Render.keep_until <= func.now(),
            Render.end_told_at <= func.now() - REMINDED_BEFORE,
            Render.end_reminded_at <= func.now() - REMINDED_BEFORE,
        )
        .limit(REMOVED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = await session.execute(
        update(Render)
        .where(Render.id.in_(outlived))
        .values(removed_at=func.now(), files={})
        .returning(Render.id, Render.workspace_id, Render.campaign_id)
        .execution_options(synchronize_session=False)
    )
    found = rows.all()
    for campaign_id in {row.campaign_id for row in found}:
        await notify(session, "renders", campaign_id)
    return [Removed(f"workspaces/{row.workspace_id}/renders/{row.id}") for row in found]


def goes_soon() -> ColumnElement[bool]:
    """Of a render: its team was told, or is to be, that it goes within days."""
    return _KEPT & (Render.keep_until <= func.now() + TOLD_BEFORE)


def refuse_removed(render: Render) -> None:
    """Raises Conflict for a video whose files are gone."""
    if render.removed_at is not None:
        raise Conflict(NO_LONGER_KEPT)


def _untold(session: AsyncSession, what: Round) -> list[ColumnElement[bool]]:
    of_workspace = [Render.workspace_id == workspace_of(session), _KEPT]
    if what == "told":
        return [*of_workspace, Render.end_told_at.is_(None)]
    return [*of_workspace, Render.end_told_at.is_not(None), Render.end_reminded_at.is_(None)]
