"""The part of a worker that makes videos: it looks for work, takes it, and ends in good order."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import structlog
from saq import Job, Queue, Worker
from saq.types import Context

from app.db.session import DeferredJob
from app.jobs.catalogue import RENDER_VIDEO, TELL_BATCH_ENDED
from app.jobs.dispatch import keep_dispatching
from app.jobs.queue import open_renders_queue
from app.jobs.render_station import Station
from app.jobs.render_wire import Wire, hear
from app.jobs.renders import render_video
from app.jobs.services import Services
from app.renders.batches import list_untold
from app.renders.reconcile import find_lost, forget_workers, settle_lost

log = structlog.get_logger()

BEAT_S = 300  # far under the heartbeat of the job's policy
RECONCILE_EVERY_S = 10.0
# An engine that is told to end is gone after END_WITHIN_S of render_run.py; the rest is for writing
# down what became of its render.
CLOSE_WITHIN_S = 10.0


class _Worker(Worker[Context]):
    SIGNALS: list[Any] = []  # noqa: RUF012 - the process tells us when to end

    def __init__(self, station: Station, queue: Queue) -> None:
        self._busy: set[asyncio.Task[Any] | None] = set()
        self._is_resting = False

        async def render(context: Context, *, render_id: str, attempt: int) -> None:
            beat = asyncio.create_task(_beat(context["job"]))
            try:
                await render_video(station, render_id=render_id, attempt=attempt)
            finally:
                beat.cancel()

        async def busy(_context: Context) -> None:
            self._busy.add(asyncio.current_task())

        async def free(_context: Context) -> None:
            self._busy.discard(asyncio.current_task())

        super().__init__(
            queue,
            functions=[(RENDER_VIDEO, render)],
            concurrency=station.slots,
            before_process=busy,
            after_process=free,
            cancellation_hard_deadline_s=CLOSE_WITHIN_S,
        )

    def rest(self) -> None:
        """Takes nothing more; what is under way goes on, which it would not after `stop`."""
        self._is_resting = True
        for task in list(self.tasks):
            if task.get_name() == "process" and task not in self._busy:
                task.cancel()

    def _process(self, previous_task: asyncio.Task[Any] | None = None) -> None:
        if self._is_resting:
            self.tasks.discard(previous_task)
        else:
            super()._process(previous_task)


@asynccontextmanager
async def run_renders(
    queue: Queue, services: Services, database_url: str, hurry: asyncio.Event | None = None
) -> AsyncIterator[Station]:
    """Makes videos as long as the block lasts.

    At its end those under way have RENDER_GRACE_S, or until `hurry` is set; then they go back to
    where all workers find them.
    """
    station = Station(services, Wire(database_url), services.settings.slots)
    await station.say_present()
    async with open_renders_queue(queue) as renders:
        worker = _Worker(station, renders)
        work = asyncio.Event()
        looking = _start(
            keep_dispatching(
                services.database, renders, work, at_most=services.settings.max_concurrent_renders
            ),
            _keep_reconciling(services),
        )
        staying = _start(
            station.stay_present(),
            station.keep_leases(),
            hear(
                database_url,
                {"loomlite_work": work.set, "loomlite_cancel": station.beat_now.set},
            ),
        )
        working = asyncio.create_task(worker.start())
        try:
            yield station
        finally:
            station.is_stopping = True
            worker.rest()
            await _stop(looking)
            await _close(station, hurry or asyncio.Event())
            await worker.stop()
            await asyncio.gather(working, return_exceptions=True)
            await _stop(staying)
            await _leave(station)


async def _close(station: Station, hurry: asyncio.Event) -> None:
    """No render is under way here any more."""
    grace_s = station.services.settings.render_grace_s
    if station.running:
        log.info("renders.ending", running=len(station.running), grace_s=grace_s)
        await _quietly(station.say_present())
    done, hurried = (asyncio.create_task(each.wait()) for each in (station.idle, hurry))
    await asyncio.wait({done, hurried}, timeout=grace_s, return_when=asyncio.FIRST_COMPLETED)
    for running in list(station.running.values()):
        running.stop("stopped")
    await asyncio.wait({done}, timeout=CLOSE_WITHIN_S)
    await _stop([done, hurried])


async def _leave(station: Station) -> None:
    await _quietly(station.leave())
    await station.wire.close()


async def _quietly(saying: Coroutine[Any, Any, None]) -> None:
    try:
        await saying
    except psycopg.Error as error:
        log.warning("worker.database_away", reason=type(error).__name__)


async def _keep_reconciling(services: Services) -> None:
    """For ever; every worker does it, one at a time."""
    while True:
        try:
            await reconcile(services)
        except Exception as error:
            log.warning("renders.not_reconciled", reason=type(error).__name__)
        await asyncio.sleep(RECONCILE_EVERY_S)


async def reconcile(services: Services) -> int:
    """What nobody works on waits again; how many renders had lost their worker."""
    database = services.database
    async with database.session(every_workspace=True) as session:
        lost = await find_lost(session)
        untold = await list_untold(session)
        await forget_workers(session)
    for workspace_id, batch_id in untold:
        await database.send_jobs(
            [
                DeferredJob(
                    TELL_BATCH_ENDED,
                    {"workspace_id": str(workspace_id), "batch_id": str(batch_id)},
                )
            ]
        )
    for claim in lost:
        async with database.session(workspace_id=claim.workspace_id) as session:
            if await settle_lost(session, claim):
                log.warning(
                    "render.worker_lost", render_id=str(claim.render_id), attempt=claim.attempt
                )
    return len(lost)


def _start(*works: Coroutine[Any, Any, None]) -> list[asyncio.Task[Any]]:
    return [asyncio.create_task(each) for each in works]


async def _stop(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _beat(job: Job) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        try:
            await job.update()
        except Exception as error:
            log.warning("queue.away", reason=type(error).__name__)
