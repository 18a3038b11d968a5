"""Who works on a render, and until when: claims, the fence around every write, heartbeats.

A claim is a render with the number of its attempt. Whoever holds one may write as long as the row
of the queue still has that number and a lease. Time is the database's.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.models import Campaign
from app.renders.models import Render, RenderAttempt, RenderBatch, RenderJob
from app.renders.states import UNDER_WAY, move

# A claimed render whose job the queue lost is claimed again after so long.
CLAIM_S = 20
# A worker renews every HEARTBEAT_S; one that died is noticed after LEASE_S.
LEASE_S = 60
HEARTBEAT_S = 10
# Workers say that they are alive every PRESENCE_S, and are counted on for ALIVE_S.
PRESENCE_S = 5
ALIVE_S = 20


@dataclass(frozen=True)
class Claim:
    """A render that somebody may work on: its `attempt` is the fence."""

    workspace_id: UUID
    campaign_id: UUID
    render_id: UUID
    attempt: int


@dataclass(frozen=True)
class TakenRender:
    """What a worker begins with. `failures` and `setbacks` are those of earlier attempts.

    `not_wanted` says why nobody waits for this video any more; empty: somebody does.
    """

    claim: Claim
    render: Render
    batch: RenderBatch
    failures: int
    setbacks: int
    cancel_requested: bool
    not_wanted: str


LEAD_GONE = "This lead was taken off the list while its video was being made."
CAMPAIGN_GONE = "The campaign was deleted before this video was made."


_WAKE = text("select pg_notify('loomlite_work', '')")


async def wake_dispatchers(session: AsyncSession) -> None:
    """Once this is committed, waiting renders are looked at: something may be free for them."""
    await session.execute(_WAKE)


def seconds(number: float) -> ColumnElement[Any]:
    """A length of time for the database's clock."""
    return func.make_interval(0, 0, 0, 0, 0, 0, number)


def held(claim: Claim) -> ColumnElement[bool]:
    """The fence: the row of the queue, as long as it is this claim's."""
    return and_(
        RenderJob.workspace_id == claim.workspace_id,
        RenderJob.render_id == claim.render_id,
        RenderJob.attempts == claim.attempt,
        RenderJob.lease_until.is_not(None),
    )


async def take_render(
    session: AsyncSession, render_id: UUID, attempt: int, worker_id: UUID, worker: str
) -> TakenRender | None:
    """The claim is this worker's, and an attempt is written down; None if it is nobody's to take.

    A second delivery of the same job finds a worker there already.
    """
    taken = await session.execute(
        update(RenderJob)
        .where(
            RenderJob.render_id == render_id,
            RenderJob.attempts == attempt,
            RenderJob.lease_until.is_not(None),
            RenderJob.worker_id.is_(None),
        )
        .values(worker_id=worker_id, lease_until=func.now() + seconds(LEASE_S))
        .returning(
            *(RenderJob.workspace_id, RenderJob.campaign_id),
            *(RenderJob.failures, RenderJob.setbacks, RenderJob.cancel_requested),
        )
        .execution_options(synchronize_session=False)
    )
    row = taken.one_or_none()
    if row is None:
        return None
    claim = Claim(row.workspace_id, row.campaign_id, render_id, attempt)
    started = func.coalesce(Render.started_at, func.now())
    await move(session, Render.id == render_id, UNDER_WAY, "preparing", started_at=started)
    session.add(
        RenderAttempt(
            workspace_id=claim.workspace_id, render_id=render_id, number=attempt, worker=worker
        )
    )
    found = await session.execute(
        select(Render, RenderBatch, Campaign.deleted_at)
        .join(RenderBatch, RenderBatch.id == Render.batch_id)
        .join(Campaign, Campaign.id == Render.campaign_id)
        .where(Render.id == render_id)
    )
    render, batch, deleted_at = found.one()
    not_wanted = LEAD_GONE if render.lead_id is None else ""
    not_wanted = CAMPAIGN_GONE if deleted_at is not None else not_wanted
    return TakenRender(
        claim, render, batch, row.failures, row.setbacks, row.cancel_requested, not_wanted
    )


async def unclaim(session: AsyncSession, render_id: UUID, attempt: int) -> None:
    """A claim that nobody took waits again, as if there had been none."""
    await session.execute(
        update(RenderJob)
        .where(
            RenderJob.render_id == render_id,
            RenderJob.attempts == attempt,
            RenderJob.worker_id.is_(None),
        )
        .values(lease_until=None)
        .execution_options(synchronize_session=False)
    )
    await wake_dispatchers(session)


# For the worker's own connection: all its leases in one statement. Which of them it gives back are
# still its own; `cancel_requested` finds cancels whose news was lost.
RENEW = f"""
    update render_jobs job set lease_until = now() + interval '{LEASE_S} s'
    from unnest(%(renders)s::uuid[], %(attempts)s::int[]) as mine (render_id, attempt)
    where job.render_id = mine.render_id and job.attempts = mine.attempt
      and job.lease_until is not null
    returning job.render_id, job.cancel_requested
"""  # noqa: S608 - a constant of ours
