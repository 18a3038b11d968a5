"""Renders that wait for room in their plan, and how they are let in; who is told of it is
not its concern.

Every render is queued as one that waits. Here those that the plan has room for get their reserve,
in the order in which they were asked for; only then dispatchers see them.
"""

from uuid import UUID

from sqlalchemy import Exists, exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.ledger_lock import lock_ledger
from app.campaigns.models import Campaign
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import LET_IN
from app.renders.leases import wake_dispatchers
from app.renders.models import Render, RenderBatch, RenderJob
from app.renders.plan_room import Room, find_room
from app.renders.plan_telling import tell_soon
from app.renders.pricing import look_ahead, reserve_fitting
from app.renders.render_news import each_of, tell_pages

# Ten thousand leads take a second or two; a page's statement has far less time.
LONG_STATEMENT = text("set local statement_timeout = '120s'")
# The plan of a foreign key's check that was made while a table was small reads all of it for each
# row: after an import of 10,000 leads that took 15 s.
FRESH_PLANS = text("discard plans")


async def one_at_a_time(session: AsyncSession) -> None:
    """The workspace's renders are asked for and let in by this transaction alone: two at once would
    both find room in the plan."""
    await lock_ledger(session)
    await session.execute(LONG_STATEMENT)
    await session.execute(FRESH_PLANS)


async def let_in(session: AsyncSession) -> int:
    """Those that wait, in the order of their places, go on as far as there is room; how many do.

    Pages and dispatchers hear of it. What was reserved before stays so, whatever the plan is now.
    """
    if not await anything_waits(session):
        return 0
    await lock_ledger(session)
    return await let_in_locked(session)


async def let_in_locked(session: AsyncSession) -> int:
    """The same for who has the ledger's lock already."""
    gone_on: list[UUID] = []
    before = room = await find_room(session)
    while first := await _first_in_line(session, room):
        fitting = await reserve_fitting(session, first, videos=room.left, seconds=room.left_s)
        await session.execute(
            update(RenderJob)
            .where(RenderJob.render_id.in_(each_of(fitting)))
            .values(waits_for_plan=False)
            .execution_options(synchronize_session=False)
        )
        gone_on += fitting
        if len(fitting) < len(first) or len(first) != look_ahead(room.left, room.left_s):
            break
        room = await find_room(session)
    if gone_on or first:
        await tell_soon(session, before)
    if gone_on:
        await _untell(session, gone_on)
        await tell_pages(session, gone_on)
        await wake_dispatchers(session)
    return len(gone_on)


async def anything_waits(session: AsyncSession) -> bool:
    """Whether a render of the session's workspace waits for its plan."""
    return bool(await session.scalar(select(something_waits(workspace_of(session)))))


def something_waits(workspace_id: UUID) -> Exists:
    """For a statement that asks for more besides."""
    return exists().where(RenderJob.workspace_id == workspace_id, RenderJob.waits_for_plan)


async def let_in_soon(session: AsyncSession) -> None:
    """Room may have come: once this is committed, a job lets in what waits, if anything does.

    For who holds rows of renders or of a customer: to wait for the lock then could be for ever.
    """
    if await anything_waits(session):
        defer_let_in(session)


def defer_let_in(session: AsyncSession) -> None:
    """The job is sent once this is committed."""
    defer(session, LET_IN, workspace_id=str(workspace_of(session)))


async def _first_in_line(session: AsyncSession, room: Room) -> list[UUID]:
    """Of the campaigns that are there, locked. One that is being cancelled is passed over: who
    cancels locks rows in an order of its own, and each would wait for the other."""
    found = await session.scalars(
        select(RenderJob.render_id)
        .join(Campaign, Campaign.id == RenderJob.campaign_id)
        .where(
            RenderJob.workspace_id == workspace_of(session),
            RenderJob.waits_for_plan,
            ~RenderJob.cancel_requested,
            Campaign.deleted_at.is_(None),
        )
        .order_by(RenderJob.position)
        .limit(look_ahead(room.left, room.left_s))
        .with_for_update(of=RenderJob, skip_locked=True)
    )
    return list(found)


async def _untell(session: AsyncSession, render_ids: list[UUID]) -> None:
    """People were told of what was made of these batches before the plan ended; they are told again
    when the rest is."""
    batch_ids = select(Render.batch_id).where(Render.id.in_(each_of(render_ids)))
    await session.execute(
        update(RenderBatch)
        .where(RenderBatch.id.in_(batch_ids), RenderBatch.told_at.is_not(None))
        .values(told_at=None)
        .execution_options(synchronize_session=False)
    )
