"""Takes what pages tell, many at a time, into the inbox; it adds nothing up.

An answer is given when the rows are committed, so what was answered is not lost. While a batch is
being written the next one gathers: no request waits for a clock, and a thousand of them a second
are a few dozen transactions.
"""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db.session import Database
from app.viewer.events import Event
from app.viewer.page_tokens import PageToken
from app.viewer.visit_signs import Seen

log = structlog.get_logger()

MOST_IN_BATCH = 1_000
# About 20 MB. With more waiting the database is away or far too slow.
MOST_WAITING = 20_000

# A row, and what is done once it is committed.
_Waiting = tuple[str, asyncio.Future[None]]
_TAKE = text("select take_visits(cast(:told as jsonb))")


class IntakeFull(Exception):
    """So much waits already that this would not be kept; it may be told again later."""


def told_of(
    page: PageToken,
    seen: Seen,
    address_hash: bytes | None,
    events: Iterable[Event] = (),
    *,
    is_open: bool = False,
    is_sample: bool = False,
) -> dict[str, Any]:
    """One row of the inbox; rollups.py reads it. `is_open`: it is the page itself that was asked
    for, whose request tells more of who asks than a later one."""
    return {
        "visit": page.visit_id.hex,
        "campaign": page.campaign_id.hex,
        "render": page.render_id.hex,
        "public_id": page.public_id,
        "opened": page.opened_at.isoformat(),
        "duration_s": page.duration_s,
        "source": page.source,
        "is_team": page.is_team,
        "is_private": page.is_private or seen.is_private,
        "is_sample": is_sample,
        "is_open": is_open,
        "sign": seen.sign,
        "address": address_hash.hex() if address_hash else None,
        "device": seen.device,
        "browser": seen.browser,
        "referrer": seen.referrer_host,
        "events": [each.row() for each in events],
    }


class Intake:
    """The rows that wait for the next transaction of this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self, page: PageToken, told: dict[str, Any]) -> None:
        """The row is committed. Raises IntakeFull when it is not even tried, else what kept it from
        being committed: mostly SQLAlchemyError."""
        if len(self._waiting) >= MOST_WAITING:
            raise IntakeFull
        row = json.dumps({"w": page.workspace_id.hex, "t": told}, separators=(",", ":"))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._waiting:
            batch = self._waiting[:MOST_IN_BATCH]
            del self._waiting[:MOST_IN_BATCH]
            try:
                await self._commit([row for row, _ in batch])
            except (SQLAlchemyError, OSError) as error:
                log.warning("visits.not_taken", count=len(batch), reason=type(error).__name__)
                _fail(batch, error)
            except Exception as error:
                log.exception("visits.not_taken", count=len(batch))
                _fail(batch, error)
            except BaseException:  # the process ends: nobody would write those that still wait
                _fail([*batch, *self._waiting], IntakeFull())
                self._waiting.clear()
                raise
            else:
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)

    async def _commit(self, rows: list[str]) -> None:
        async with self._database.session() as session:
            await session.execute(_TAKE, {"told": f"[{','.join(rows)}]"})


def _fail(batch: list[_Waiting], error: Exception) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(error)
            done.exception()  # whoever waited may have gone
