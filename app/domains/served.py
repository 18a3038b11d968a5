"""Keeps what hosts this process serves as the rows say: told of each change, and by the clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import structlog

from app.web.served_hosts import ServedHosts

log = structlog.get_logger()

CHANNEL = "loomlite_hosts"
# For news that were lost with a connection that nobody closed.
READ_EVERY_S = 60.0
RENEW_AFTER_S = 1.0
ANSWERED_WITHIN_S = 10.0

Connection = psycopg.AsyncConnection[tuple[Any, ...]]


@asynccontextmanager
async def run_served_hosts(url: str, served: ServedHosts) -> AsyncIterator[None]:
    """Keeps `served` true as long as the block lasts, from its first moment on.

    While the database is away what was read last stays.
    """
    read = asyncio.Event()
    task = asyncio.create_task(_follow(url, served, read))
    try:
        # A database that is away already holds up nobody's start.
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            await read.wait()
    except TimeoutError:
        log.warning("hosts.not_read")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _follow(url: str, served: ServedHosts, read: asyncio.Event) -> None:
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                # Listening first: what changes while the rows are read is told afterwards.
                await connection.execute(f"listen {CHANNEL}")
                while True:
                    await _read_all(connection, served)
                    read.set()
                    await _hear(connection, served)
        except (psycopg.Error, TimeoutError) as error:
            log.warning("hosts.connection_lost", reason=type(error).__name__)
        except Exception:  # without this task teams' hosts would stay as they are, for good
            log.exception("hosts.not_followed")
        await asyncio.sleep(RENEW_AFTER_S)


async def _hear(connection: Connection, served: ServedHosts) -> None:
    """Takes in what is told, until nothing was for READ_EVERY_S."""
    while True:
        told = [
            each.payload async for each in connection.notifies(timeout=READ_EVERY_S, stop_after=1)
        ]
        if not told:
            return
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            if "hosts" in told:
                await _read_hosts(connection, served)
            for slug in {each.removeprefix("slug ") for each in told if each.startswith("slug ")}:
                found = await connection.execute("select workspace_of_slug(%s)", [slug])
                row = await found.fetchone()
                served.take_slug(slug, is_there=row is not None and row[0] is not None)


async def _read_all(connection: Connection, served: ServedHosts) -> None:
    async with asyncio.timeout(ANSWERED_WITHIN_S):
        await _read_hosts(connection, served)
        slugs = await connection.execute("select served_slug from workspace_slugs()")
        served.take_slugs([slug async for (slug,) in slugs])


async def _read_hosts(connection: Connection, served: ServedHosts) -> None:
    found = await connection.execute("select served_host, served_for from served_hosts()")
    served.take_hosts([(host, workspace_id) async for host, workspace_id in found])
