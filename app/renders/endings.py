"""How an attempt at a render ends: each ending is one transaction, and happens once.

Every function begins with the fence and returns False where it no longer holds: then another has
ended this attempt, and nothing was changed. Sessions are those of the claim's workspace.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.ledger_lock import lock_ledger
from app.db.listen import CHANNEL
from app.db.tenancy import workspace_of
from app.renders.batches import tell_if_last
from app.renders.leases import LEAD_GONE, Claim, held, seconds
from app.renders.metered import release_renders, settle_render
from app.renders.models import Render, RenderAttempt, RenderJob
from app.renders.plan_wait import defer_let_in, something_waits
from app.renders.retries import Fault, Kind, wait_before_next
from app.renders.standstill import tell_of_standstill
from app.renders.states import UNDER_WAY, move
from app.renders.storage_days import kept_until

_LOG_CHARS = 64_000


@dataclass(frozen=True)
class Trace:
    """What an attempt leaves for its timeline."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    log: str = ""


@dataclass(frozen=True)
class FinishedVideo:
    """`files`: {"video.mp4": {"key", "bytes"}, …}; `report`: the engine's, without paths."""

    files: dict[str, Any]
    report: dict[str, Any]
    duration_s: float


async def complete_render(
    session: AsyncSession, claim: Claim, video: FinishedVideo, trace: Trace
) -> bool:
    """The lead's link shows this video, and its usage is settled.

    The render of a lead that was deleted meanwhile is cancelled instead.
    """
    await lock_ledger(session)
    if not await _leave_queue(session, claim):
        return False
    render = await _facts(session, claim)
    if render.lead_id is None:
        await _end(session, claim, "cancelled", trace, error=LEAD_GONE)
        return True
    await session.execute(
        update(Render)
        .where(Render.public_id == render.public_id, Render.is_current)
        .values(is_current=False)
        .execution_options(synchronize_session=False)
    )
    await move(
        session,
        Render.id == claim.render_id,
        UNDER_WAY,
        "completed",
        files=video.files,
        report=video.report,
        duration_s=video.duration_s,
        error="",
        error_code="",
        ended_at=func.now(),
        is_current=True,
        keep_until=await kept_until(session),
    )
    await settle_render(session, claim.render_id, video.report)
    await _write_attempt(session, claim, "completed", trace)
    await _tell(session, claim, render.batch_id)
    return True


async def cancel_render(
    session: AsyncSession, claim: Claim, trace: Trace, *, reason: str = ""
) -> bool:
    """The render is cancelled and nothing was used."""
    await lock_ledger(session)
    if not await _leave_queue(session, claim):
        return False
    await _end(session, claim, "cancelled", trace, error=reason)
    return True


async def fail_attempt(
    session: AsyncSession, claim: Claim, kind: Kind, fault: Fault, trace: Trace
) -> bool:
    """The render waits for its next try, or has failed where there is none; cancelled if asked."""
    await lock_ledger(session)
    job = await session.scalar(select(RenderJob).where(held(claim)).with_for_update())
    if job is None:
        return False
    if job.cancel_requested:
        return await cancel_render(session, claim, trace)
    await tell_of_standstill(session, claim.campaign_id, fault)
    wait_s = wait_before_next(kind, fault, failures=job.failures, setbacks=job.setbacks)
    if wait_s is None:
        await _leave_queue(session, claim)
        await _end(session, claim, "failed", trace, error=fault.sentence, error_code=fault.code)
        return True
    await session.execute(
        update(RenderJob)
        .where(held(claim))
        .values(
            lease_until=None,
            worker_id=None,
            progress={},
            run_at=func.now() + seconds(wait_s),
            failures=RenderJob.failures + int(kind == "failed"),
            setbacks=RenderJob.setbacks + int(kind in {"delayed", "lost"}),
        )
        .execution_options(synchronize_session=False)
    )
    await move(session, Render.id == claim.render_id, UNDER_WAY, "queued")
    outcome = "retried" if kind == "failed" else kind
    await _write_attempt(session, claim, outcome, trace, fault)
    await _say(session, f"render-{claim.render_id}")
    return True


async def _facts(session: AsyncSession, claim: Claim) -> Row[UUID | None, str, UUID]:
    found = await session.execute(
        select(Render.lead_id, Render.public_id, Render.batch_id).where(
            Render.id == claim.render_id
        )
    )
    return found.one()


async def _leave_queue(session: AsyncSession, claim: Claim) -> bool:
    left = await session.scalars(
        delete(RenderJob)
        .where(held(claim))
        .returning(RenderJob.render_id)
        .execution_options(synchronize_session=False)
    )
    return left.one_or_none() is not None


async def _end(
    session: AsyncSession,
    claim: Claim,
    state: Any,
    trace: Trace,
    *,
    error: str,
    error_code: str = "",
) -> None:
    await move(
        session,
        Render.id == claim.render_id,
        UNDER_WAY,
        state,
        error=error[:2000],
        error_code=error_code,
        ended_at=func.now(),
    )
    await release_renders(session, [claim.render_id], reason=state)
    await _write_attempt(session, claim, state, trace, Fault(error_code, error))
    await _tell(session, claim, (await _facts(session, claim)).batch_id)


async def _write_attempt(
    session: AsyncSession, claim: Claim, outcome: str, trace: Trace, fault: Fault | None = None
) -> None:
    await session.execute(
        update(RenderAttempt)
        .where(
            and_(
                RenderAttempt.workspace_id == claim.workspace_id,
                RenderAttempt.render_id == claim.render_id,
                RenderAttempt.number == claim.attempt,
            )
        )
        .values(
            outcome=outcome,
            ended_at=func.now(),
            error_code=fault.code if fault else "",
            error=fault.sentence[:2000] if fault else "",
            steps=trace.steps,
            # PostgreSQL takes no NUL in a text, and engines that crash write anything.
            log=trace.log[-_LOG_CHARS:].replace("\0", ""),
        )
        .execution_options(synchronize_session=False)
    )


async def _tell(session: AsyncSession, claim: Claim, batch_id: UUID) -> None:
    await tell_if_last(session, [batch_id])
    # What it did not need of its plan others may wait for.
    if await _say(session, f"render-{claim.render_id}", f"renders-{claim.campaign_id}"):
        defer_let_in(session)


async def _say(session: AsyncSession, *what: str) -> bool:
    """Pages hear what changed, and dispatchers that there may be room; one statement for all, and
    for whether a render of the workspace waits for its plan."""
    own = workspace_of(session)
    told = [func.pg_notify(CHANNEL, f"{own} {each}") for each in what]
    said = await session.execute(
        select(something_waits(own), *told, func.pg_notify("loomlite_work", ""))
    )
    return bool(said.one()[0])
