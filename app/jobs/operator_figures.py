"""How the whole service is doing, for its operators: queue, workers, what became of renders.

No figure is of one team: whoever reads these may know nothing of any.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database
from app.renders.leases import ALIVE_S
from app.renders.models import Render, RenderJob, RenderWorker
from app.workspaces.models import Workspace

# How far back ended renders are counted: a whole table would be read at every scrape.
RECENT = timedelta(hours=24)


@dataclass(frozen=True)
class WorkerFigures:
    """One process that makes videos. `seen_ago_s` is by the database's clock."""

    worker_id: UUID
    name: str
    slots: int
    running: int
    is_stopping: bool
    seen_ago_s: float
    up_s: float

    @property
    def is_alive(self) -> bool:
        return self.seen_ago_s < ALIVE_S


@dataclass(frozen=True)
class QueueFigures:
    """`delayed` wait for their next try; the oldest of the others has waited `oldest_s`. Those
    `for_plan` wait for room in their teams' plans, which keeps no worker busy."""

    waiting: int
    delayed: int
    running: int
    teams_waiting: int
    oldest_s: float
    for_plan: int


@dataclass(frozen=True)
class Figures:
    """`recent` counts the renders asked for within RECENT by state and error code."""

    queue: QueueFigures
    workers: tuple[WorkerFigures, ...]
    recent: tuple[tuple[str, str, int], ...]

    @property
    def alive(self) -> tuple[WorkerFigures, ...]:
        return tuple(worker for worker in self.workers if worker.is_alive)

    @property
    def slots(self) -> int:
        """Those that take new work."""
        return sum(worker.slots for worker in self.alive if not worker.is_stopping)

    @property
    def slots_in_use(self) -> int:
        return sum(worker.running for worker in self.alive)

    @property
    def failures(self) -> tuple[tuple[str, int], ...]:
        """What failed recently by its error code, the most frequent first."""
        failed = [(code, count) for state, code, count in self.recent if state == "failed"]
        return tuple(sorted(failed, key=lambda each: (-each[1], each[0])))


async def read_figures(database: Database) -> Figures:
    """The figures of this moment, over all teams."""
    async with database.session(every_workspace=True) as session:
        return Figures(
            await _read_queue(session), await _read_workers(session), await _read_recent(session)
        )


async def _read_queue(session: AsyncSession) -> QueueFigures:
    suspended = select(Workspace.id).where(Workspace.suspended_at.is_not(None))
    # What waits in a suspended workspace waits for no worker, and should alarm nobody.
    is_waiting = (
        RenderJob.lease_until.is_(None)
        & ~RenderJob.waits_for_plan
        & RenderJob.workspace_id.not_in(suspended)
    )
    is_due = RenderJob.run_at <= func.now()
    found = await session.execute(
        select(
            func.count().filter(is_waiting & is_due),
            func.count().filter(is_waiting & ~is_due),
            func.count().filter(RenderJob.lease_until.is_not(None)),
            func.count(RenderJob.workspace_id.distinct()).filter(is_waiting & is_due),
            func.coalesce(
                extract(
                    "epoch", func.now() - func.min(RenderJob.run_at).filter(is_waiting & is_due)
                ),
                0,
            ),
            func.count().filter(RenderJob.waits_for_plan),
        )
    )
    waiting, delayed, running, teams, oldest_s, for_plan = found.one()
    return QueueFigures(waiting, delayed, running, teams, float(oldest_s), for_plan)


async def _read_workers(session: AsyncSession) -> tuple[WorkerFigures, ...]:
    running = (
        select(RenderJob.worker_id, func.count().label("running"))
        .where(RenderJob.lease_until.is_not(None))
        .group_by(RenderJob.worker_id)
        .subquery()
    )
    rows = await session.execute(
        select(
            RenderWorker.id,
            RenderWorker.name,
            RenderWorker.slots,
            func.coalesce(running.c.running, 0),
            RenderWorker.is_stopping,
            extract("epoch", func.now() - RenderWorker.seen_at),
            extract("epoch", RenderWorker.seen_at - RenderWorker.started_at),
        )
        .outerjoin(running, running.c.worker_id == RenderWorker.id)
        .order_by(RenderWorker.name, RenderWorker.id)
    )
    return tuple(
        WorkerFigures(worker_id, name, slots, count, is_stopping, float(seen_ago), float(up))
        for worker_id, name, slots, count, is_stopping, seen_ago, up in rows
    )


async def _read_recent(session: AsyncSession) -> tuple[tuple[str, str, int], ...]:
    rows = await session.execute(
        select(Render.state, Render.error_code, func.count())
        .where(Render.created_at >= func.now() - RECENT)
        .group_by(Render.state, Render.error_code)
        .order_by(Render.state, Render.error_code)
    )
    return tuple((state, code, count) for state, code, count in rows)
