"""Sessions: returning commits, raising rolls back, jobs leave after the commit."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)

import app.db.tenancy  # noqa: F401 - it binds every transaction to the scope of its session

CONNECT_TIMEOUT_S = 3  # a database that is gone must become a page, not a hanging browser
STATEMENT_TIMEOUT_MS = 30_000
# A request that forgot its transaction must not hold rows for ever; moving a 2 GB clip is quicker.
IDLE_IN_TRANSACTION_MS = 300_000


@dataclass(frozen=True)
class DeferredJob:
    """A job that leaves when the transaction that asked for it is committed."""

    name: str
    arguments: dict[str, Any]


SendJobs = Callable[[list[DeferredJob]], Awaitable[None]]


async def _keep_no_jobs(_jobs: list[DeferredJob]) -> None:
    """For processes without a queue: a reconciler or the next start finds the work in the rows."""


class Database:
    """One pool of connections as the application's role, which row-level security binds."""

    def __init__(
        self, bind: AsyncEngine | AsyncConnection, *, send_jobs: SendJobs = _keep_no_jobs
    ) -> None:
        self.bind = bind
        self.send_jobs = send_jobs

    @asynccontextmanager
    async def session(
        self,
        *,
        workspace_id: UUID | None = None,
        user_id: UUID | None = None,
        every_workspace: bool = False,
    ) -> AsyncIterator[AsyncSession]:
        """A session in the given scope; commits when the block ends, rolls back when it raises.

        `every_workspace` is for the jobs that look after all of them, and for nothing else.
        """
        session = AsyncSession(
            self.bind,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={
                "workspace_id": workspace_id,
                "user_id": user_id,
                "every_workspace": "on" if every_workspace else "",
                "jobs": [],
                "after_commit": [],
            },
        )
        async with session:
            yield session
            jobs: list[DeferredJob] = session.info["jobs"]
            await session.commit()
        acts: list[Callable[[], None]] = session.info["after_commit"]
        for act in acts:
            act()
        if jobs:
            await self.send_jobs(jobs)

    async def close(self) -> None:
        if isinstance(self.bind, AsyncEngine):
            await self.bind.dispose()


def defer(session: AsyncSession, name: str, **arguments: Any) -> None:
    """Send this job once the session's transaction is committed; never if it rolls back."""
    session.info["jobs"].append(DeferredJob(name, arguments))


def after_commit(session: AsyncSession, act: Callable[[], None]) -> None:
    """Do this in memory, once the session's transaction is committed; never if it rolls back.

    `act` is quick and does not raise: what was committed stays so.
    """
    session.info["after_commit"].append(act)


def open_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """A pool for a `postgresql://` URL. Connects on first use; a broken connection is replaced."""
    return create_async_engine(
        url.replace("postgres://", "postgresql://", 1).replace(
            "postgresql://", "postgresql+psycopg://", 1
        ),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=CONNECT_TIMEOUT_S,
        hide_parameters=True,  # a log of an error must not hold what people typed
        pool_pre_ping=True,  # after a restart of the database the next request just works
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC "
            f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}",
        },
    )
