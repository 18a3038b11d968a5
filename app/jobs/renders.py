"""The job of one render: taken, made, and ended in one of the ways there are; opens no page."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.jobs.render_faults import OURS, fault_of
from app.jobs.render_metrics import count_attempt
from app.jobs.render_run import Attempt, make_video
from app.jobs.render_station import Station
from app.renders.endings import (
    FinishedVideo,
    Trace,
    cancel_render,
    complete_render,
    fail_attempt,
)
from app.renders.leases import Claim, TakenRender, take_render, unclaim
from app.renders.retries import Fault

log = structlog.get_logger()

Ending = Callable[[AsyncSession], Awaitable[bool]]
STOPPED = Fault("stopped", "The server was restarted; this video goes on by itself.")


async def render_video(station: Station, *, render_id: str, attempt: int) -> None:
    """The attempt has ended and how is written down; nothing where it is not ours to make.

    When this is cancelled the render goes back to the queue first.
    """
    taken = await _take(station, UUID(render_id), attempt)
    if taken is None:
        return
    with station.at_work(taken.claim) as running:
        work = Attempt(station, running, taken)
        endings: list[tuple[str, Ending]] = []
        running.making = asyncio.create_task(_make(work, endings))
        if taken.cancel_requested:
            running.stop("cancelled")
        try:
            await asyncio.shield(asyncio.gather(running.making, return_exceptions=True))
        except asyncio.CancelledError:
            # The queue's worker ends, or gave this job up: either way it is for another one.
            running.stop("stopped")
            await asyncio.shield(_end(work, endings))
            raise
        await _end(work, endings)


async def _take(station: Station, render_id: UUID, attempt: int) -> TakenRender | None:
    async with station.services.database.session(every_workspace=True) as session:
        if station.is_stopping:
            await unclaim(session, render_id, attempt)
            return None
        taken = await take_render(session, render_id, attempt, station.worker_id, station.name)
    if taken is None:
        log.info("render.not_taken", render_id=str(render_id), attempt=attempt)
    return taken


async def _make(work: Attempt, endings: list[tuple[str, Ending]]) -> None:
    """Adds how it ended; nothing where it was ended from outside."""
    claim = work.taken.claim
    if reason := work.taken.not_wanted:
        endings.append(
            ("cancelled", partial(cancel_render, claim=claim, trace=Trace(), reason=reason))
        )
        return
    try:
        video = await make_video(work)
    except asyncio.CancelledError:
        raise
    except Exception as error:
        kind, fault = fault_of(error)
        work.fault_code = fault.code
        if fault.code == "fault":
            log.exception("render.fault", render_id=str(claim.render_id))
        else:
            log.warning(
                "render.attempt_failed",
                render_id=str(claim.render_id),
                attempt=claim.attempt,
                code=fault.code,
                reason=getattr(error, "operator", "") or str(error),
            )
        trace = work.trace()
        endings.append(
            (kind, partial(fail_attempt, claim=claim, kind=kind, fault=fault, trace=trace))
        )
    else:
        endings.append(("completed", _completion(claim, video, work.trace())))


def _completion(claim: Claim, video: FinishedVideo, trace: Trace) -> Ending:
    return partial(complete_render, claim=claim, video=video, trace=trace)


async def _end(work: Attempt, endings: list[tuple[str, Ending]]) -> None:
    """Waits for the engine to be gone, then writes the ending, as soon as there is a database."""
    running, claim = work.running, work.taken.claim
    if running.making is not None:
        await asyncio.gather(running.making, return_exceptions=True)
    if running.why == "lost":
        log.warning("render.lost", render_id=str(claim.render_id), attempt=claim.attempt)
        return
    if not endings:
        endings.append(_ended_from_outside(work))
    outcome, ending = endings[0]
    began = time.monotonic()
    done = await work.station.record(claim, ending)
    if done:
        count_attempt(outcome, work.fault_code, work.trace().steps, work.report or {})
    log.info(
        "render.ended",
        render_id=str(claim.render_id),
        attempt=claim.attempt,
        outcome=outcome if done else "already ended",
        recorded_s=round(time.monotonic() - began, 3),
    )


def _ended_from_outside(work: Attempt) -> tuple[str, Ending]:
    claim, trace = work.taken.claim, work.trace()
    if work.running.why == "cancelled":
        return "cancelled", partial(cancel_render, claim=claim, trace=trace)
    if work.running.why is None:
        return "failed", partial(fail_attempt, claim=claim, kind="failed", fault=OURS, trace=trace)
    return "stopped", partial(fail_attempt, claim=claim, kind="stopped", fault=STOPPED, trace=trace)
