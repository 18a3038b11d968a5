"""News from the database: one LISTEN per process, fanned out to whoever waits for a topic.

A piece of news is a topic and an id, and no content: who hears it reads the rows again, in the own
scope. The one exception is the progress of a render, which changes too often for that: its news is
a word and JSON after it. News may be lost while the connection is renewed, or when nobody fetches
them; `RENEWED` then tells to look at everything again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from uuid import UUID

import psycopg
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of

log = structlog.get_logger()

CHANNEL = "loomlite_news"
PROGRESS = "progress"
RENEWED = "renewed"
RENEW_AFTER_S = 1.0
# Who falls this far behind is a browser that sleeps.
BEHIND_AT_MOST = 100


async def notify(session: AsyncSession, kind: str, thing_id: UUID) -> None:
    """Tells every page of this workspace that a thing changed, once the transaction commits."""
    await session.execute(
        text("select pg_notify(:channel, :payload)"),
        {"channel": CHANNEL, "payload": f"{workspace_of(session)} {kind}-{thing_id}"},
    )


async def notify_all(session: AsyncSession, kind: str, thing_ids: Iterable[UUID]) -> None:
    """The same for many things of one kind, in one statement."""
    own = workspace_of(session)
    await session.execute(
        text("select pg_notify(:channel, payload) from unnest(cast(:told as text[])) payload"),
        {"channel": CHANNEL, "told": [f"{own} {kind}-{each}" for each in thing_ids]},
    )


class News:
    """The listeners of this process, by workspace."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Queue[str]]] = {}

    @asynccontextmanager
    async def subscribe(self, workspace_id: UUID) -> AsyncIterator[asyncio.Queue[str]]:
        """A queue that gets `kind-id` for each thing of the workspace that changes, `progress {…}`
        for each step of a render, and RENEWED when something may have been missed."""
        queue: asyncio.Queue[str] = asyncio.Queue(BEHIND_AT_MOST)
        listeners = self._waiting.setdefault(str(workspace_id), set())
        listeners.add(queue)
        try:
            yield queue
        finally:
            listeners.discard(queue)
            if not listeners:
                self._waiting.pop(str(workspace_id), None)

    def tell(self, workspace_id: str, what: str) -> None:
        for queue in self._waiting.get(workspace_id, ()):
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(RENEWED)
            queue.put_nowait(what)

    def tell_all(self, what: str) -> None:
        for workspace_id in list(self._waiting):
            self.tell(workspace_id, what)


@asynccontextmanager
async def run_news(url: str) -> AsyncIterator[News]:
    """Listens as long as the block lasts; a lost connection is renewed until then."""
    news, ready = News(), asyncio.Event()
    task = asyncio.create_task(_listen(url, news, ready))
    try:
        yield news
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _listen(url: str, news: News, ready: asyncio.Event) -> None:
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(f"listen {CHANNEL}")
                if ready.is_set():
                    news.tell_all(RENEWED)
                ready.set()
                async for each in connection.notifies():
                    workspace_id, _, what = each.payload.partition(" ")
                    news.tell(workspace_id, what)
        except psycopg.Error as error:
            log.warning("news.connection_lost", reason=type(error).__name__)
        await asyncio.sleep(RENEW_AFTER_S)
