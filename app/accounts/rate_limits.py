"""How often something may be tried: one atomic statement per try, the same for all processes."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import RateCount
from app.db.base import now
from app.db.session import Database
from app.web.refusals import TooManyTries


@dataclass(frozen=True)
class RateLimit:
    """At most `tries` in each window of `window_s` seconds."""

    what: str
    tries: int
    window_s: int


# By address: an office shares one. By account: nobody types a password ten times in a quarter hour.
SIGN_IN_BY_ADDRESS = RateLimit("sign-in-address", 50, 900)
SIGN_IN_BY_ACCOUNT = RateLimit("sign-in-account", 10, 900)
LINK_BY_ADDRESS = RateLimit("link-address", 30, 3600)
LINK_BY_ACCOUNT = RateLimit("link-account", 5, 3600)
INVITE_BY_WORKSPACE = RateLimit("invite-workspace", 50, 3600)
INVITE_BY_ADDRESS = RateLimit("invite-address", 5, 3600)


async def count_try(database: Database, limit: RateLimit, who: str) -> None:
    """Counts one try, whatever becomes of the request. Raises TooManyTries over the limit."""
    second = int(now().timestamp())
    start = second - second % limit.window_s
    statement = insert(RateCount).values(
        key=f"{limit.what}:{who}"[:300], window_start=datetime.fromtimestamp(start, UTC), count=1
    )
    # A transaction of its own: a refused request rolls back, its count must stay.
    async with database.session() as session:
        count = await session.scalar(
            statement.on_conflict_do_update(
                index_elements=[RateCount.key, RateCount.window_start],
                set_={"count": RateCount.count + 1},
            ).returning(RateCount.count)
        )
    if count is not None and count > limit.tries:
        raise TooManyTries(start + limit.window_s - second)


async def forget_old_counts(session: AsyncSession, before: datetime) -> None:
    """Removes the windows that began before this time."""
    await session.execute(delete(RateCount).where(RateCount.window_start < before))
