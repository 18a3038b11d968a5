"""Finds what nobody works on any more: leases that ran out, claims whose job was lost."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.ledger_lock import lock_ledger
from app.renders.admission import HOLD_S
from app.renders.endings import Trace, fail_attempt
from app.renders.leases import LEASE_S, Claim, held, seconds, wake_dispatchers
from app.renders.models import RenderJob, RenderWorker
from app.renders.retries import SETBACK_WAITS_S, WORKER_LOST

_LOCK = 7_309_424_513
FORGET_WORKERS_AFTER_H = 24


async def find_lost(session: AsyncSession) -> list[Claim]:
    """Claims whose worker was not heard of in time; for a session that sees every workspace.

    Claims that no worker took wait again at once: the queue lost their job. Nothing is found while
    another process looks.
    """
    # As in admission.py: one that stands still must not keep the others from looking.
    patience = func.set_config("idle_in_transaction_session_timeout", f"{HOLD_S}s", True)
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK), patience)):
        return []
    await _bring_near(session)
    expired = RenderJob.lease_until < func.now()
    untaken = await session.scalars(
        update(RenderJob)
        .where(expired, RenderJob.worker_id.is_(None), ~RenderJob.cancel_requested)
        .values(lease_until=None)
        .returning(RenderJob.render_id)
        .execution_options(synchronize_session=False)
    )
    if list(untaken):
        await wake_dispatchers(session)
    rows = await session.execute(
        select(
            *(RenderJob.workspace_id, RenderJob.campaign_id),
            *(RenderJob.render_id, RenderJob.attempts),
        ).where(expired)
    )
    return [Claim(*row) for row in rows]


async def settle_lost(session: AsyncSession, claim: Claim) -> bool:
    """The render waits again, or has failed after too many; False if its worker is back.

    The session is one of the claim's workspace.
    """
    await lock_ledger(session)
    still_lost = await session.scalar(
        select(RenderJob.render_id)
        .where(held(claim), RenderJob.lease_until < func.now())
        .with_for_update()
    )
    if still_lost is None:
        return False
    return await fail_attempt(session, claim, "lost", WORKER_LOST, Trace())


async def _bring_near(session: AsyncSession) -> None:
    """Times that lie farther ahead than anything sets them are those of a clock that was set back
    since: a lease, a wait, a worker seen. They would hold a render up for as long."""
    lease_s, wait_s = seconds(LEASE_S), seconds(max(SETBACK_WAITS_S))
    second = seconds(1)
    for change in (
        update(RenderJob)
        .where(RenderJob.lease_until > func.now() + lease_s + second)
        .values(lease_until=func.now() + lease_s),
        update(RenderJob)
        .where(RenderJob.lease_until.is_(None), RenderJob.run_at > func.now() + wait_s + second)
        .values(run_at=func.now()),
        update(RenderWorker)
        .where(RenderWorker.seen_at > func.now() + second)
        .values(seen_at=func.now()),
    ):
        await session.execute(change.execution_options(synchronize_session=False))


async def forget_workers(session: AsyncSession) -> None:
    """Workers that have not been seen for a day are no longer listed."""
    old = func.now() - func.make_interval(0, 0, 0, 0, FORGET_WORKERS_AFTER_H)
    await session.execute(RenderWorker.__table__.delete().where(RenderWorker.seen_at < old))  # type: ignore[attr-defined]
