"""A real PostgreSQL for the tests, migrated once; each test gets it rolled back or a copy.

It is a plugin (tests/conftest.py): fixtures here start nothing until a test asks for them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.db.embedded import EmbeddedDatabase, run_embedded
from app.db.migrate import migrate
from app.db.session import Database, DeferredJob, open_engine
from app.db.tenancy import bind_scope
from app.jobs.queue import prepare_queue


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedDatabase]:
    """The server with its one migrated database, which tests leave as it was."""
    folder: Path = tmp_path_factory.mktemp("postgres")
    with run_embedded(folder / "data") as urls:
        asyncio.run(prepare_queue(urls.owner_url))
        migrate(urls.owner_url, "loomlite_app")
        yield urls


class SentJobs(list[DeferredJob]):
    """What left after commits, in order."""

    async def __call__(self, jobs: list[DeferredJob]) -> None:
        self.extend(jobs)


@pytest.fixture
def sent_jobs() -> SentJobs:
    return SentJobs()


class OneConnection(Database):
    """All sessions on one connection. When an inner one ends, the outer one's scope holds again,
    as it would on a connection of its own."""

    def __init__(self, connection: AsyncConnection, send_jobs: SentJobs) -> None:
        super().__init__(connection, send_jobs=send_jobs)
        self._connection = connection
        self._open: list[AsyncSession] = []

    @asynccontextmanager
    async def session(
        self,
        *,
        workspace_id: UUID | None = None,
        user_id: UUID | None = None,
        every_workspace: bool = False,
    ) -> AsyncIterator[AsyncSession]:
        async with super().session(
            workspace_id=workspace_id, user_id=user_id, every_workspace=every_workspace
        ) as session:
            self._open.append(session)
            try:
                yield session
            finally:
                self._open.remove(session)
        if self._open:
            await bind_scope(self._connection, self._open[-1].info)


@pytest.fixture
async def database(postgres: EmbeddedDatabase, sent_jobs: SentJobs) -> AsyncIterator[Database]:
    """The database as the application's role; everything is rolled back when the test ends.

    One connection, so no two requests at once: those tests take `own_database`.
    """
    engine = open_engine(postgres.app_url, pool_size=1)
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield OneConnection(connection, sent_jobs)
        await transaction.rollback()
    await engine.dispose()


@contextmanager
def copied_database(postgres: EmbeddedDatabase) -> Iterator[EmbeddedDatabase]:
    """A database of one's own, copied from the migrated one; real commits, many connections."""
    name = f"test_{uuid4().hex[:12]}"
    admin = postgres.owner_url.replace("/loomlite?", "/postgres?")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template loomlite").format(sql.Identifier(name))
        )
        yield EmbeddedDatabase(
            postgres.owner_url.replace("/loomlite?", f"/{name}?"),
            postgres.app_url.replace("/loomlite?", f"/{name}?"),
        )
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def own_urls(postgres: EmbeddedDatabase) -> Iterator[EmbeddedDatabase]:
    with copied_database(postgres) as urls:
        yield urls


@pytest.fixture
async def own_database(own_urls: EmbeddedDatabase, sent_jobs: SentJobs) -> AsyncIterator[Database]:
    """A copy of the database with a pool, for tests of what happens at once."""
    database = Database(open_engine(own_urls.app_url), send_jobs=sent_jobs)
    yield database
    await database.close()
