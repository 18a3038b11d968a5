"""Another e-mail address for a person: proved by a letter to it, then taken; it knows no page."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.auth_sessions import end_all_devices
from app.accounts.email_links import LinkNoLongerWorks, end_links, find_link, use_link
from app.accounts.models import EmailLink, User
from app.accounts.sign_in import find_user
from app.db.base import now
from app.db.session import defer
from app.errors import LoomliteError
from app.jobs.catalogue import FOLLOW_ADDRESS, SEND_LETTER

KIND = "change_email"


class AddressTaken(LoomliteError):
    """Somebody has an account with the address already."""

    def __init__(self) -> None:
        super().__init__(
            "There is an account with this address already. Sign in there, or ask for another "
            "address in your settings."
        )


async def find_change(session: AsyncSession, user: User, token: str) -> EmailLink | None:
    """The link of this token while it works and is this person's own."""
    link = await find_link(session, KIND, token)
    return link if link is not None and link.user_id == user.id else None


async def change_email(session: AsyncSession, user: User, token: str, *, but: UUID) -> None:
    """The person has the address that the link was sent to; password and connected accounts stay.

    `but` is the device that stays signed in. The former address has a letter, and receipts follow.
    Raises LinkNoLongerWorks for any other person's link too: whoever reads the letter must not give
    their mailbox to an account that somebody else is in. Raises AddressTaken.
    """
    if await find_change(session, user, token) is None:
        raise LinkNoLongerWorks
    email, former = (await use_link(session, KIND, token)).email, user.email
    if await find_user(session, email) is not None:
        raise AddressTaken
    try:
        async with session.begin_nested():
            user.email, user.email_verified_at = email, now()
    except IntegrityError:  # of two at once
        raise AddressTaken from None
    for kind in ("sign_in", "reset"):
        await end_links(session, kind, former)
    await session.execute(
        delete(EmailLink).where(EmailLink.kind == KIND, EmailLink.user_id == user.id)
    )
    await end_all_devices(session, user.id, but=but)
    context = {"email": email, "time": now().isoformat(timespec="seconds")}
    defer(session, SEND_LETTER, letter="email_changed", to=former, context=context)
    defer(session, FOLLOW_ADDRESS, user_id=str(user.id), former_email=former)
