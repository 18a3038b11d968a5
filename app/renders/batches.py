"""What was asked for with one press, as a whole: when all of it has ended, people are told once."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import TELL_BATCH_ENDED
from app.renders.models import Render, RenderBatch, RenderJob

_UNDER_WAY = exists().where(
    RenderJob.workspace_id == RenderBatch.workspace_id,
    RenderJob.campaign_id == RenderBatch.campaign_id,
    Render.workspace_id == RenderJob.workspace_id,
    Render.id == RenderJob.render_id,
    Render.batch_id == RenderBatch.id,
    # These may wait for weeks; people are told of the others, and of these when they are let in.
    ~RenderJob.waits_for_plan,
)


@dataclass(frozen=True)
class EndedBatch:
    """A batch that has ended; how many of its renders ended how."""

    batch: RenderBatch
    completed: int
    failed: int
    cancelled: int


async def tell_if_last(session: AsyncSession, batch_ids: Iterable[UUID]) -> None:
    """The job that tells people is sent for those of which no render is under way any more, but
    for those that wait for their plan."""
    for batch_id in sorted(set(batch_ids)):
        # Two renders that end at once would each see the other one under way. The lock is a
        # statement of its own, so that whoever waited for it sees what the other one wrote.
        await session.execute(
            select(RenderBatch.id).where(RenderBatch.id == batch_id).with_for_update()
        )
        ended = await session.scalar(
            select(RenderBatch.id).where(
                RenderBatch.id == batch_id, RenderBatch.told_at.is_(None), ~_UNDER_WAY
            )
        )
        if ended is not None:
            workspace_id = str(workspace_of(session))
            defer(session, TELL_BATCH_ENDED, workspace_id=workspace_id, batch_id=str(batch_id))


async def claim_telling(session: AsyncSession, batch_id: UUID) -> EndedBatch | None:
    """The batch, for whoever tells people that it has ended; None for everybody after that."""
    batch = await session.scalar(
        update(RenderBatch)
        .where(RenderBatch.id == batch_id, RenderBatch.told_at.is_(None), ~_UNDER_WAY)
        .values(told_at=func.now())
        .returning(RenderBatch)
        .execution_options(synchronize_session=False)
    )
    if batch is None:
        return None
    rows = await session.execute(
        select(Render.state, func.count()).where(Render.batch_id == batch_id).group_by(Render.state)
    )
    counts = {row.state: row[1] for row in rows}
    return EndedBatch(
        batch, counts.get("completed", 0), counts.get("failed", 0), counts.get("cancelled", 0)
    )


async def list_untold(session: AsyncSession, *, at_most: int = 100) -> list[tuple[UUID, UUID]]:
    """(workspace, batch) of those that ended without anybody being told: a process died between."""
    rows = await session.execute(
        select(RenderBatch.workspace_id, RenderBatch.id)
        .where(
            RenderBatch.told_at.is_(None),
            RenderBatch.created_at > func.now() - func.make_interval(0, 0, 0, 7),
            RenderBatch.created_at < func.now() - func.make_interval(0, 0, 0, 0, 0, 2),
            ~_UNDER_WAY,
        )
        .limit(at_most)
    )
    return [(workspace_id, batch_id) for workspace_id, batch_id in rows]
