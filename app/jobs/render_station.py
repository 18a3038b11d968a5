"""A worker process as renders see it: its slots, what it makes now, its heartbeat."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import psycopg
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import new_id
from app.jobs.render_wire import Wire
from app.jobs.services import Services
from app.renders.leases import HEARTBEAT_S, PRESENCE_S, RENEW, Claim

log = structlog.get_logger()

AGAIN_AFTER_S = 1.0  # after the database was lost
# A finished video waits so long for a database to be written into; its files stay in any case.
RECORD_WITHIN_S = 900.0
TRIES = 3  # for what no lost connection explains

# Why a render is ended from outside. `lost`: somebody else has it by now, so nothing is written.
Why = Literal["cancelled", "lost", "stopped"]

_PRESENT = """
    insert into render_workers (id, name, slots, is_stopping, started_at, seen_at)
    values (%(id)s, %(name)s, %(slots)s, %(is_stopping)s, now(), now())
    on conflict (id) do update set is_stopping = excluded.is_stopping, seen_at = now()
"""


@dataclass
class Running:
    """A render in the making. `stop` ends it from outside; the first reason counts."""

    claim: Claim
    making: asyncio.Task[None] | None = None
    why: Why | None = None

    def stop(self, why: Why) -> None:
        if self.why is not None and why != "lost":
            return
        self.why = why
        if self.making is not None:
            self.making.cancel()


@dataclass
class Station:
    """What the renders of one process share."""

    services: Services
    wire: Wire
    slots: int
    worker_id: UUID = field(default_factory=new_id)
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    is_stopping: bool = False
    # When the database heard of it last, by a clock that nobody steps.
    present_at: float = 0.0
    running: dict[UUID, Running] = field(default_factory=dict)
    beat_now: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.idle.set()

    @contextmanager
    def at_work(self, claim: Claim) -> Iterator[Running]:
        """The render has this process' heartbeat while the block lasts."""
        running = Running(claim)
        self.running[claim.render_id] = running
        self.idle.clear()
        try:
            yield running
        finally:
            if self.running.get(claim.render_id) is running:
                del self.running[claim.render_id]
            if not self.running:
                self.idle.set()

    async def record(self, claim: Claim, write: Callable[[AsyncSession], Awaitable[bool]]) -> bool:
        """What `write` gives, in a transaction of the claim's workspace, once there is a database.

        A commit whose answer was lost is tried again; the fence then says that it is done.
        """
        deadline = asyncio.get_running_loop().time() + RECORD_WITHIN_S
        tries = 0
        while True:
            try:
                async with self.services.database.session(
                    workspace_id=claim.workspace_id
                ) as session:
                    return await write(session)
            except Exception as error:
                tries += not is_outage(error)
                if tries >= TRIES or asyncio.get_running_loop().time() > deadline:
                    raise
                log.warning("render.not_recorded_yet", reason=type(error).__name__)
            await asyncio.sleep(AGAIN_AFTER_S)

    async def say_present(self) -> None:
        """The row of this worker is there, and seen now."""
        await self.wire.rows(
            _PRESENT,
            {
                "id": self.worker_id,
                "name": self.name[:200],
                "slots": self.slots,
                "is_stopping": self.is_stopping,
            },
        )
        self.present_at = time.monotonic()

    async def leave(self) -> None:
        """The row of this worker is gone."""
        await self.wire.rows("delete from render_workers where id = %(id)s", {"id": self.worker_id})

    async def stay_present(self) -> None:
        """Says so for ever, whether or not the database hears it."""
        while True:
            pause_s = PRESENCE_S if await _answered(self.say_present) else AGAIN_AFTER_S
            await asyncio.sleep(pause_s)

    async def keep_leases(self) -> None:
        """Renews them for ever; ends what was cancelled, and what is no longer this worker's."""
        while True:
            answered = await _answered(self._renew)
            try:
                async with asyncio.timeout(HEARTBEAT_S if answered else AGAIN_AFTER_S):
                    await self.beat_now.wait()
            except TimeoutError:
                pass
            self.beat_now.clear()

    async def _renew(self) -> None:
        asked = list(self.running.values())
        if not asked:
            return
        rows = await self.wire.rows(
            RENEW,
            {
                "renders": [each.claim.render_id for each in asked],
                "attempts": [each.claim.attempt for each in asked],
            },
        )
        renewed: dict[UUID, bool] = dict(rows)
        for each in asked:
            if self.running.get(each.claim.render_id) is not each:
                continue  # it ended meanwhile
            if each.claim.render_id not in renewed:
                each.stop("lost")
            elif renewed[each.claim.render_id]:
                each.stop("cancelled")


def is_outage(error: BaseException) -> bool:
    """The database was away, which says nothing of what was asked."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error.orig, psycopg.OperationalError)
    return isinstance(error, psycopg.OperationalError | NoConnection | OSError)


async def _answered(ask: Callable[[], Awaitable[None]]) -> bool:
    try:
        await ask()
    except psycopg.Error as error:
        log.warning("worker.database_away", reason=type(error).__name__)
        return False
    return True
