"""Who may sign in: an address that was proved becomes a person. It knows no page."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.auth_sessions import end_all_devices
from app.accounts.email_links import use_link
from app.accounts.models import Identity, User
from app.db.base import new_id, now


async def find_user(session: AsyncSession, email: str) -> User | None:
    """The person with this (normalised) address."""
    return await session.scalar(select(User).where(User.email == email))


async def get_or_create_user(session: AsyncSession, email: str, *, name: str = "") -> User:
    """The person who proved to own this address; a first sign-in is a sign-up."""
    # Two first clicks at once: one inserts, both read the same row.
    await session.execute(
        insert(User)
        .values(
            id=new_id(),
            created_at=now(),
            email=email,
            email_verified_at=now(),
            name=name[:120],
            notifications={},
        )
        .on_conflict_do_nothing(index_elements=[User.email])
    )
    user = await session.scalar(select(User).where(User.email == email))
    if user is None:
        raise LookupError("the person vanished between two statements")
    if user.email_verified_at is None:
        await _hand_over(session, user)
    return user


async def _hand_over(session: AsyncSession, user: User) -> None:
    """The account is now the owner's of its address, who alone was just proved to be.

    Whoever set a password, connected a provider or signed in before need not be that person.
    """
    user.email_verified_at = now()
    user.password_hash = None
    await session.execute(delete(Identity).where(Identity.user_id == user.id))
    await end_all_devices(session, user.id)


async def sign_in_by_link(session: AsyncSession, token: str) -> tuple[User, str]:
    """The person whose link this is and where they wanted to go. Raises LinkNoLongerWorks."""
    link = await use_link(session, "sign_in", token)
    return await get_or_create_user(session, link.email), link.next_path
