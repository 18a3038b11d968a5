"""Cancels renders and queues failed ones again, one or ten thousand; it knows no page."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, cast, delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.usage import RenderIds, release, reserve_again
from app.db.listen import notify
from app.db.tenancy import workspace_of
from app.renders.batches import tell_if_last
from app.renders.leases import wake_dispatchers
from app.renders.models import Render, RenderAttempt, RenderBatch, RenderJob
from app.renders.states import UNDER_WAY, move

# Beyond so many, pages hear of the campaign and not of each render.
TOLD_APART = 100
_CANCEL = text("select pg_notify('loomlite_cancel', '')")


@dataclass(frozen=True)
class Cancelled:
    """`ended` at once, for they waited; `ending`: their workers end them within seconds."""

    ended: int
    ending: int


async def cancel_renders(session: AsyncSession, which: ColumnElement[bool]) -> Cancelled:
    """Renders of the session's workspace that are under way and meet `which` (on Render) end."""
    meant = select(Render.id).where(
        Render.workspace_id == workspace_of(session), Render.state.in_(UNDER_WAY), which
    )
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
        .where(RenderJob.render_id.in_(_each(ids)), RenderJob.lease_until.is_(None))
        .execution_options(synchronize_session=False)
    )
    waited = Render.id.in_(_each(ids)) & ~exists().where(RenderJob.render_id == Render.id)
    ended = await move(
        session, waited, UNDER_WAY, "cancelled", error="", error_code="", ended_at=func.now()
    )
    await release(session, _each(ended), reason="cancelled")
    await tell_if_last(session, await _batches(session, ended))
    await _tell_pages(session, ended)
    await session.execute(_CANCEL)
    await wake_dispatchers(session)
    return Cancelled(len(ended), len(ids) - len(ended))


async def retry_renders(session: AsyncSession, which: ColumnElement[bool]) -> int:
    """Failed and cancelled renders of the workspace that meet `which` wait again; how many do.

    They keep their attempts and what the engine has made for them. Left out are those whose lead
    is gone and those that a later render has replaced.
    """
    workspace_id = workspace_of(session)
    # The lock of app/renders/requests.py: of one lead only one render may be under way.
    key = func.hashtextextended(f"renders of {workspace_id}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))
    again = await move(
        session,
        (Render.workspace_id == workspace_id) & Render.is_latest & Render.lead_id.is_not(None)
        & which,
        ("failed", "cancelled"),
        "queued",
        error="", error_code="", started_at=None, ended_at=None,
    )  # fmt: skip
    if not again:
        return 0
    numbers = select(func.coalesce(func.max(RenderAttempt.number), 0)).where(
        RenderAttempt.workspace_id == Render.workspace_id, RenderAttempt.render_id == Render.id
    )
    rows = select(
        Render.workspace_id, Render.campaign_id, Render.id, numbers.scalar_subquery()
    ).where(Render.id.in_(_each(again)))
    await session.execute(
        insert(RenderJob).from_select(
            ["workspace_id", "campaign_id", "render_id", "attempts"],
            rows.order_by(Render.row),
            include_defaults=False,
        )
    )
    await reserve_again(session, _each(again))
    await session.execute(
        update(RenderBatch)
        .where(RenderBatch.id.in_(await _batches(session, again)))
        .values(told_at=None)
        .execution_options(synchronize_session=False)
    )
    await _tell_pages(session, again)
    await wake_dispatchers(session)
    return len(again)


def _each(ids: list[UUID]) -> RenderIds:
    """One parameter, however many there are."""
    return select(func.unnest(cast(ids, ARRAY(Uuid))))


async def _batches(session: AsyncSession, ids: list[UUID]) -> list[UUID]:
    found = await session.scalars(
        select(Render.batch_id).where(Render.id.in_(_each(ids))).distinct()
    )
    return list(found)


async def _tell_pages(session: AsyncSession, ids: list[UUID]) -> None:
    if len(ids) <= TOLD_APART:
        for render_id in ids:
            await notify(session, "render", render_id)
    campaigns = await session.scalars(
        select(Render.campaign_id).where(Render.id.in_(_each(ids))).distinct()
    )
    for campaign_id in list(campaigns):
        await notify(session, "renders", campaign_id)
