"""Takes the events that come, many at a time, into the inbox; it fetches nothing.

An answer is given when the event is committed, so what was answered is not lost. While a batch is
being written the next one gathers: a thousand events at once are a few transactions, and their jobs
are sent after the answers. Jobs that are not sent the sweep finds: see inbox.py.
"""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.event_metrics import count_event
from app.billing.inbox import keep_events
from app.billing.stripe_api import StripeEvent
from app.db.session import Database, DeferredJob
from app.jobs.catalogue import REFRESH_CUSTOMER, REFRESH_CUSTOMERS

log = structlog.get_logger()

MOST_IN_BATCH = 1_000
_Waiting = tuple[StripeEvent, asyncio.Future[None]]


class EventIntake:
    """The events that wait for the next transaction of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        # Customers that are to be fetched, in order; sent as one job while one is being sent.
        self._to_fetch: dict[str, None] = {}
        self._sending: asyncio.Task[None] | None = None

    async def take(self, event: StripeEvent) -> None:
        """The event is committed, for the first time or before. Raises what kept it from that."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._waiting:
            batch = self._waiting[:MOST_IN_BATCH]
            del self._waiting[:MOST_IN_BATCH]
            try:
                kept = await self._commit([event for event, _ in batch])
            except Exception as error:
                log.warning("stripe_events.not_kept", count=len(batch), exc_info=error)
                _fail(batch, error)
                continue
            except BaseException:  # the process ends: nobody would write those that still wait
                _fail([*batch, *self._waiting], ConnectionAbortedError("the service ends"))
                self._waiting.clear()
                raise
            self._told(batch, kept)

    async def _commit(self, events: Sequence[StripeEvent]) -> int:
        session: AsyncSession
        async with self._database.session() as session:
            return await keep_events(session, events)

    def _told(self, batch: Sequence[_Waiting], kept: int) -> None:
        log.info("stripe_events.kept", kept=kept, repeated=len(batch) - kept)
        count_event("kept", kept)
        count_event("repeated", len(batch) - kept)
        if kept:
            self._to_fetch |= {event.customer_id: None for event, _ in batch if event.customer_id}
            if self._to_fetch and (self._sending is None or self._sending.done()):
                # Begun before anybody is answered, and waited for by nobody.
                self._sending = asyncio.create_task(self._send())
        for _, done in batch:
            if not done.done():
                done.set_result(None)

    async def _send(self) -> None:
        while self._to_fetch:
            ids = list(self._to_fetch)
            self._to_fetch.clear()
            job = DeferredJob(REFRESH_CUSTOMER, {"customer_id": ids[0]})
            if len(ids) > 1:
                # A job is a round trip; the worker takes this one apart.
                job = DeferredJob(REFRESH_CUSTOMERS, {"customer_ids": ids})
            try:
                await self._database.send_jobs([job])
            except Exception:
                log.exception("stripe_events.jobs_not_sent", count=len(ids))


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(error)
            done.exception()  # whoever waited may have gone
