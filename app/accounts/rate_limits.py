"""How often something may be tried: one atomic statement per try, the same for all processes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network

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
# A sign-in that succeeds clears no count: it would give a guesser another ten tries each time the
# owner comes in, and the owner does without a password at any time, by a letter's link.
SIGN_IN_BY_ADDRESS = RateLimit("sign-in-address", 50, 900)
SIGN_IN_BY_ACCOUNT = RateLimit("sign-in-account", 10, 900)
LINK_BY_ADDRESS = RateLimit("link-address", 30, 3600)
LINK_BY_ACCOUNT = RateLimit("link-account", 5, 3600)
RESET_BY_ADDRESS = RateLimit("reset-address", 30, 3600)
RESET_BY_ACCOUNT = RateLimit("reset-account", 5, 3600)
EMAIL_BY_PERSON = RateLimit("email-person", 5, 3600)
INVITE_BY_WORKSPACE = RateLimit("invite-workspace", 50, 3600)
# Besides: one person may make any number of workspaces.
INVITE_BY_PERSON = RateLimit("invite-person", 50, 3600)
INVITE_BY_ADDRESS = RateLimit("invite-address", 5, 3600)


async def count_try(database: Database, limit: RateLimit, who: str) -> None:
    """Counts one try, whatever becomes of the request. Raises TooManyTries over the limit.

    The caller's session must hold no connection: requests that each hold one and wait for a second
    one would stop each other, and everybody else.
    """
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


def network_of(address: str) -> str:
    """Who is counted as one: an IPv4 address, or the /64 that one IPv6 customer has to itself."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
    return str(known)


async def forget_old_counts(session: AsyncSession, before: datetime) -> None:
    """Removes the windows that began before this time."""
    await session.execute(delete(RateCount).where(RateCount.window_start < before))
