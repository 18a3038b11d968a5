"""Single-use links in letters: 15 minutes, kept as hashes, bound to what they are for."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import AuthSession, EmailLink, User
from app.accounts.tokens import bound_to, new_token, token_hash
from app.db.base import now
from app.errors import LoomliteError

VALID_FOR = timedelta(minutes=15)
# From one of our hosts to another: a redirect, no letter.
HOST_CHANGE_FOR = timedelta(seconds=60)


class LinkNoLongerWorks(LoomliteError):
    """The link was used, is too old or was never ours; the text says how to get another."""

    def __init__(self) -> None:
        super().__init__(
            "This link no longer works. It was used already, or it is older than 15 minutes. "
            "Ask for a new one below."
        )


async def make_link(
    session: AsyncSession,
    kind: str,
    email: str,
    *,
    user: User | None = None,
    next_path: str = "",
) -> str:
    """The token of a new link of this kind for this address; it goes into a letter only."""
    token = new_token()
    session.add(
        EmailLink(
            kind=kind,
            email=email,
            user_id=user.id if user else None,
            token_sha256=token_hash(token),
            next_path=next_path[:2000],
            expires_at=now() + VALID_FOR,
        )
    )
    await session.flush()
    return token


async def use_link(session: AsyncSession, kind: str, token: str) -> EmailLink:
    """The link of this token, now used up. Raises LinkNoLongerWorks."""
    # One statement: of two clicks at once one wins.
    link: EmailLink | None = await session.scalar(
        update(EmailLink).where(*_works(kind, token)).values(used_at=now()).returning(EmailLink)
    )
    if link is None:
        raise LinkNoLongerWorks
    return link


async def find_link(session: AsyncSession, kind: str, token: str) -> EmailLink | None:
    """The link of this token while it works; it is not used up by being looked at."""
    return await session.scalar(select(EmailLink).where(*_works(kind, token)))


async def end_links(session: AsyncSession, kind: str, email: str) -> None:
    """The links of this kind that are still on their way to this address no longer work."""
    await session.execute(delete(EmailLink).where(EmailLink.kind == kind, EmailLink.email == email))


async def make_host_change(
    session: AsyncSession,
    auth_session: AuthSession,
    slug: str,
    browser_sha256: bytes,
    next_path: str,
    *,
    as_user_id: UUID | None = None,
) -> str:
    """The token that carries a signed-in browser to the host of this workspace and to no
    other, there as somebody else with `as_user_id`.

    `browser_sha256` is the hash of a cookie there: without it a stranger could sign somebody in as
    themselves.
    """
    token = new_token()
    session.add(
        EmailLink(
            kind="enter",
            email=auth_session.user.email,
            user_id=as_user_id or auth_session.user_id,
            session_id=auth_session.parent_id or auth_session.id,
            token_sha256=token_hash(bound_to(token, slug)),
            browser_sha256=browser_sha256,
            next_path=next_path[:2000],
            expires_at=now() + HOST_CHANGE_FOR,
        )
    )
    await session.flush()
    return token


async def forget_old_links(session: AsyncSession) -> None:
    """Removes what can no longer be used."""
    await session.execute(delete(EmailLink).where(EmailLink.expires_at < now()))


def _works(kind: str, token: str) -> tuple[ColumnElement[bool], ...]:
    return (
        EmailLink.kind == kind,
        EmailLink.token_sha256 == token_hash(token),
        EmailLink.used_at.is_(None),
        EmailLink.expires_at > now(),
    )
