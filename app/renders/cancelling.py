"""Cancels renders and queues failed ones again, one or ten thousand; it knows no page."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.ledger_lock import lock_ledger
from app.db.tenancy import workspace_of
from app.renders.batches import tell_if_last
from app.renders.leases import wake_dispatchers
from app.renders.metered import release_renders
from app.renders.models import Render, RenderAttempt, RenderBatch, RenderJob
from app.renders.plan_wait import let_in_locked, let_in_soon, one_at_a_time
from app.renders.render_news import each_of, tell_pages
from app.renders.retry_price import RETRIED, may_be_retried
from app.renders.states import UNDER_WAY, move

_CANCEL = text("select pg_notify('loomlite_cancel', '')")


@dataclass(frozen=True)
class Cancelled:
    """`ended` at once, for they waited; `ending`: their workers end them within seconds."""

    ended: int
    ending: int


@dataclass(frozen=True)
class Retried:
    """`waiting` of the `videos` have no room in the plan yet."""

    videos: int
    waiting: int


async def cancel_renders(session: AsyncSession, which: ColumnElement[bool]) -> Cancelled:
    """Renders of the session's workspace that are under way and meet `which` (on Render) end."""
    meant = select(Render.id).where(
        Render.workspace_id == workspace_of(session), Render.state.in_(UNDER_WAY), which
    )
    await lock_ledger(session)
    # First all are flagged, which locks them: from here on none of them changes hands.
    flagged = await session.scalars(
        update(RenderJob)
        .where(RenderJob.render_id.in_(meant))
        .values(cancel_requested=True)
        .returning(RenderJob.render_id)
        .execution_options(synchronize_session=False)
    )
    ids = list(flagged)
    if not ids:
        return Cancelled(0, 0)
    await session.execute(
        delete(RenderJob)
        .where(RenderJob.render_id.in_(each_of(ids)), RenderJob.lease_until.is_(None))
        .execution_options(synchronize_session=False)
    )
    waited = Render.id.in_(each_of(ids)) & ~exists().where(RenderJob.render_id == Render.id)
    ended = await move(
        session, waited, UNDER_WAY, "cancelled", error="", error_code="", ended_at=func.now()
    )
    await release_renders(session, ended, reason="cancelled")
    await tell_if_last(session, await _batches(session, ended))
    await tell_pages(session, ended)
    await let_in_soon(session)
    await session.execute(_CANCEL)
    await wake_dispatchers(session)
    return Cancelled(len(ended), len(ids) - len(ended))


async def retry_renders(session: AsyncSession, which: ColumnElement[bool]) -> Retried:
    """Failed and cancelled renders of the workspace that meet `which` wait again, and for the
    plan where it has no room.

    They keep their attempts and what the engine has made for them. Left out are those that may not
    be retried: see retry_price.py, which tells what the others reserve.
    """
    # As with requests: of one lead only one render may be under way.
    await one_at_a_time(session)
    again = await move(
        session,
        await may_be_retried(session) & which,
        RETRIED,
        "queued",
        error="", error_code="", started_at=None, ended_at=None,
    )  # fmt: skip
    if not again:
        return Retried(0, 0)
    numbers = select(func.coalesce(func.max(RenderAttempt.number), 0)).where(
        RenderAttempt.workspace_id == Render.workspace_id, RenderAttempt.render_id == Render.id
    )
    rows = select(
        *(Render.workspace_id, Render.campaign_id, Render.id, numbers.scalar_subquery()),
        literal(True),
    ).where(Render.id.in_(each_of(again)))
    await session.execute(
        insert(RenderJob).from_select(
            ["workspace_id", "campaign_id", "render_id", "attempts", "waits_for_plan"],
            rows.order_by(Render.row),
            include_defaults=False,
        )
    )
    await let_in_locked(session)
    await session.execute(
        update(RenderBatch)
        .where(RenderBatch.id.in_(await _batches(session, again)))
        .values(told_at=None)
        .execution_options(synchronize_session=False)
    )
    await tell_pages(session, again)
    return Retried(len(again), await _count_waiting(session, again))


async def _count_waiting(session: AsyncSession, ids: list[UUID]) -> int:
    waiting = select(func.count()).select_from(RenderJob)
    found = await session.scalar(
        waiting.where(RenderJob.render_id.in_(each_of(ids)), RenderJob.waits_for_plan)
    )
    return found or 0


async def _batches(session: AsyncSession, ids: list[UUID]) -> list[UUID]:
    found = await session.scalars(
        select(Render.batch_id).where(Render.id.in_(each_of(ids))).distinct()
    )
    return list(found)
