"""The worker's own connections to the database: one to write quickly, one to hear on; no ORM.

A render's progress and its lease are written many times a minute; each is one statement and one
round trip here. After a loss the next statement connects anew.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
import structlog

log = structlog.get_logger()

CONNECT_S = 3
RENEW_AFTER_S = 1.0
# A connection whose other end is gone without a word must not hold up heartbeats.
_ALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


class Wire:
    """One autocommit connection that sees every workspace; its statements go one after another."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def rows(self, query: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """What the statement gives. Raises psycopg.OperationalError while there is no database."""
        async with self._lock:
            connection = await self._connected()
            try:
                cursor = await connection.execute(query.encode(), values)
                return await cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                await self._drop()
                raise
            except asyncio.CancelledError:
                # Cut off in the middle of an answer, it could give the next one a wrong answer.
                await self._drop()
                raise

    async def close(self) -> None:
        async with self._lock:
            await self._drop()

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url,
                autocommit=True,
                connect_timeout=CONNECT_S,
                options="-c app.every_workspace=on -c statement_timeout=10000 -c timezone=UTC",
                **_ALIVE,  # type: ignore[arg-type]
            )
        return self._connection

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


async def hear(url: str, channels: Mapping[str, Callable[[], None]]) -> None:
    """Calls a channel's function for each of its notices, for ever. After a loss it calls all."""
    lost = False
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                url,
                autocommit=True,
                connect_timeout=CONNECT_S,
                **_ALIVE,  # type: ignore[arg-type]
            ) as connection:
                for channel in channels:
                    await connection.execute(f"listen {channel}".encode())
                if lost:
                    log.info("worker.hears_again")
                lost = False
                for told in channels.values():
                    told()
                async for each in connection.notifies():
                    channels[each.channel]()
        except psycopg.Error as error:
            if not lost:
                log.warning("worker.hears_nothing", reason=type(error).__name__)
            lost = True
        await asyncio.sleep(RENEW_AFTER_S)
