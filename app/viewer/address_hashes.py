"""Addresses of visitors as numbers that lead back to nobody: salted, with another salt each day.

All processes share a day's salt, so that a scanner is known by opening several links at once. It is
deleted when the day is over; what was hashed with it cannot be tried out any more.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.rate_limits import network_of
from app.db.base import now
from app.db.session import Database
from app.viewer.visit_models import VisitSalt

HASH_BYTES = 16


class AddressHashes:
    """Keeps today's salt; a hash is made without the database but for the first of the day."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database, self._clock = database, clock
        self._day: date | None = None
        self._salt = b""
        self._lock = asyncio.Lock()

    async def hash_address(self, workspace_id: UUID, address: str) -> bytes | None:
        """The same for the same address (of IPv6: network) in this workspace today; None for none.

        Two workspaces cannot compare theirs.
        """
        if not address:
            return None
        today = self._clock().date()
        if self._day != today:
            async with self._lock:
                if self._day != today:
                    async with self._database.session() as session:
                        self._salt = await todays_salt(session, today)
                    self._day = today
        told = workspace_id.bytes + network_of(address).encode("utf-8", "replace")
        return hashlib.blake2b(told, digest_size=HASH_BYTES, key=self._salt).digest()


async def todays_salt(session: AsyncSession, today: date) -> bytes:
    """The day's salt, made by whoever asks first."""
    await session.execute(
        insert(VisitSalt).values(day=today, salt=secrets.token_bytes(32)).on_conflict_do_nothing()
    )
    salt = await session.scalar(select(VisitSalt.salt).where(VisitSalt.day == today))
    if salt is None:
        raise LookupError("the salt is gone as soon as it was made")
    return salt


async def forget_salts(session: AsyncSession) -> None:
    """Those of days that are over are gone; a page that is open over midnight has two hashes."""
    await session.execute(delete(VisitSalt).where(VisitSalt.day < now().date()))
