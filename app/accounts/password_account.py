"""The password of a person: signing in with it, setting, resetting and removing it; no page."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.auth_sessions import end_all_devices
from app.accounts.email_links import LinkNoLongerWorks, end_links, find_link, use_link
from app.accounts.models import User
from app.accounts.passwords import (
    check_password_async,
    hash_password_async,
    needs_rehash,
    password_problems,
)
from app.accounts.sign_in import find_user, get_or_create_user
from app.db.base import now
from app.db.session import defer
from app.errors import LoomliteError
from app.jobs.catalogue import SEND_LETTER


class WrongPassword(LoomliteError):
    """Address and password do not belong together; the text is the same when neither is known."""

    def __init__(self) -> None:
        super().__init__(
            "The e-mail address or the password is not right. "
            "Try again, or get a sign-in link by e-mail."
        )


class PasswordRefused(LoomliteError):
    """A password that would be guessed; the text says why and what to use instead."""


async def sign_in_by_password(session: AsyncSession, email: str, password: str) -> User:
    """The person with this address and password, hashed anew when the hash has aged.

    Raises WrongPassword, after the same work whether or not there is such a person.
    """
    user = await find_user(session, email)
    stored = user.password_hash if user else None
    right = await check_password_async(stored, password)
    if user is None or stored is None or not right:
        raise WrongPassword
    if needs_rehash(stored):
        user.password_hash = await hash_password_async(password)
    return user


async def set_password(
    session: AsyncSession, user: User, password: str, *, link: str, but: UUID | None = None
) -> None:
    """The person's password is this one; other devices are signed out and a letter says so.

    `link` is where a new password is asked for, `but` the device that may stay signed in. Raises
    PasswordRefused.
    """
    if problem := password_problems(password, email=user.email, name=user.name):
        raise PasswordRefused(problem)
    user.password_hash = await hash_password_async(password)
    await end_links(session, "reset", user.email)
    await end_all_devices(session, user.id, but=but)
    context = {"time": now().isoformat(timespec="seconds"), "link": link}
    defer(session, SEND_LETTER, letter="password_changed", to=user.email, context=context)


async def remove_password(session: AsyncSession, user: User) -> None:
    """The person signs in by a letter's link or a provider; links for a new password are dead."""
    user.password_hash = None
    await end_links(session, "reset", user.email)


async def reset_password(session: AsyncSession, token: str, password: str, *, link: str) -> User:
    """As `set_password` for whose letter this token was in; all devices are signed out.

    Raises LinkNoLongerWorks; raises PasswordRefused and leaves the link as it is.
    """
    found = await find_link(session, "reset", token)
    if found is None:
        raise LinkNoLongerWorks
    known = await find_user(session, found.email)
    if problem := password_problems(password, email=found.email, name=known.name if known else ""):
        raise PasswordRefused(problem)
    used = await use_link(session, "reset", token)
    user = await get_or_create_user(session, used.email)
    await set_password(session, user, password, link=link)
    return user
