"""Signed-in browsers: started with a new token, found by it, ended one by one or all at once."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.accounts.acting import ACTING_FOR
from app.accounts.models import AuthSession, User
from app.accounts.tokens import new_token, token_hash
from app.db.base import now

IDLE_FOR = timedelta(days=14)
ABSOLUTE_FOR = timedelta(days=90)
# After a sign-in the way in may be changed without proving oneself again.
FRESH_FOR = timedelta(minutes=15)
# One write in five minutes, not one for each request.
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Browser:
    """What is known of the browser that asks."""

    host: str
    address: str
    user_agent: str


async def start_session(
    session: AsyncSession,
    user: User,
    browser: Browser,
    *,
    parent: AuthSession | None = None,
    staff_id: UUID | None = None,
) -> str:
    """The token of a new session, for the cookie. A child ends with its parent at the latest, and
    one of staff who act as the user within the hour."""
    token = new_token()
    started = now()
    expires_at = parent.expires_at if parent else started + ABSOLUTE_FOR
    if staff_id is not None:
        expires_at = min(expires_at, started + ACTING_FOR)
    session.add(
        AuthSession(
            user_id=user.id,
            parent_id=parent.id if parent else None,
            token_sha256=token_hash(token),
            host=browser.host[:255],
            address=browser.address[:64],
            user_agent=browser.user_agent[:400],
            last_seen_at=started,
            expires_at=expires_at,
            staff_id=staff_id,
        )
    )
    await session.flush()
    return token


async def find_session(session: AsyncSession, token: str, host: str) -> AuthSession | None:
    """The living session of this token on this host, with its user; notes that it was seen."""
    found = await session.scalar(
        select(AuthSession)
        .options(joinedload(AuthSession.user), joinedload(AuthSession.staff))
        .where(
            AuthSession.token_sha256 == token_hash(token),
            AuthSession.host == host,
            AuthSession.expires_at > now(),
            AuthSession.last_seen_at > now() - IDLE_FOR,
        )
    )
    if found is not None and found.last_seen_at < now() - SEEN_EVERY:
        # The device as a whole was seen: the parent must not fall idle while a child is in use.
        await session.execute(
            update(AuthSession)
            .where(AuthSession.id.in_([found.id, found.parent_id or found.id]))
            .values(last_seen_at=now())
        )
    return found


async def list_devices(session: AsyncSession, user_id: UUID) -> list[AuthSession]:
    """The person's signed-in browsers, last seen first."""
    rows = await session.scalars(
        select(AuthSession)
        .where(
            AuthSession.user_id == user_id,
            AuthSession.parent_id.is_(None),
            AuthSession.expires_at > now(),
            AuthSession.last_seen_at > now() - IDLE_FOR,
        )
        .order_by(AuthSession.last_seen_at.desc())
    )
    return list(rows)


async def end_device(session: AsyncSession, user_id: UUID, session_id: UUID) -> bool:
    """Sign one browser out, on all hosts. False when it is not this person's."""
    ended = await session.execute(
        delete(AuthSession).where(
            AuthSession.user_id == user_id,
            AuthSession.parent_id.is_(None),
            AuthSession.id == session_id,
        )
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]


async def signed_in_lately(session: AsyncSession, device_id: UUID) -> bool:
    """Whether this device has proved within FRESH_FOR whose it is."""
    started = await session.scalar(
        select(AuthSession.created_at).where(AuthSession.id == device_id)
    )
    return started is not None and started > now() - FRESH_FOR


async def forget_ended_sessions(session: AsyncSession) -> None:
    """Removes the sessions that nobody can use any longer."""
    await session.execute(
        delete(AuthSession).where(
            or_(AuthSession.expires_at < now(), AuthSession.last_seen_at < now() - IDLE_FOR)
        )
    )


async def end_all_devices(session: AsyncSession, user_id: UUID, *, but: UUID | None = None) -> None:
    """Sign out everywhere; `but` is the device that asks and may stay."""
    condition = AuthSession.user_id == user_id
    if but is not None:
        kept = or_(AuthSession.id == but, AuthSession.parent_id == but)
        condition = condition & ~kept.is_(True)
    await session.execute(delete(AuthSession).where(condition))
