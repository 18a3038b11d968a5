"""Staff who act as somebody: for an hour, on one workspace's host, without what is theirs alone.

The session is the person's, so pages are what they see; it says who of staff it is, hangs on the
device of theirs, and ends with it. Who may begin one is decided in app/jobs/operator_acting.py.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import AuthSession, EmailLink, User
from app.accounts.tokens import bound_to, new_token, token_hash
from app.db.base import now
from app.settings import Settings

ACTING_FOR = timedelta(hours=1)
# From the press of the button to the workspace's host: redirects, no letter.
WAY_FOR = timedelta(seconds=60)

# By the names of routes. What is sent there is the person's own: how they sign in, what they are
# called and told, who belongs to the workspace, whose it is and where, and what it pays: asking for
# videos too, for they may be charged beyond the plan. So is what cannot be undone by anybody.
_OWN = re.compile(
    r"(profile|email_change|password|sign_ins|sign_in|notifications|notices|devices|welcome|join|workspaces"
    r"|members|invitations|api_keys|billing)\..+"
    r"|settings\.devices?_.+|workspace\.(leave|transfer|delete|move)"
    r"|domains\.(add|remove)|facecams\.delete|links\.erase"
    r"|renders\.(request|again|retry)"
)
# Ways that begin something with their first page.
_OWN_WAYS = re.compile(r"oauth\..+|hosts\.leave|billing\.(portal|checkout).*")
_LOOKING = {"GET", "HEAD", "OPTIONS"}

NOT_WHILE_ACTING = (
    "Only the person themselves can do this: you act as them. What is about how they sign in, who "
    "belongs to the workspace, whose it is, its addresses, what it pays, for videos too, and what "
    "cannot be undone is left to its people."
)


@dataclass(frozen=True)
class Acting:
    """Who of staff it is, as whom, and until when."""

    session_id: UUID
    staff_id: UUID
    staff_name: str
    person_name: str
    ends_at: datetime


def is_staff(settings: Settings, user: User) -> bool:
    """Whether their confirmed address is in STAFF_EMAILS; no table says so."""
    return user.email_verified_at is not None and user.email in settings.staff_emails


def is_own_act(route: str, method: str) -> bool:
    """Whether this is for the person alone, and not for staff who act as them."""
    if _OWN_WAYS.fullmatch(route):
        return True
    return method not in _LOOKING and _OWN.fullmatch(route) is not None


def acting_of(found: AuthSession) -> Acting | None:
    """Of a session that `is_valid`; None where the person themselves is there."""
    if found.staff is None:
        return None
    return Acting(
        found.id, found.staff.id, found.staff.shown_name, found.user.shown_name, found.expires_at
    )


def is_valid(found: AuthSession, settings: Settings) -> bool:
    """False for one of who is no staff any longer, or as somebody who has become staff."""
    if found.staff_id is None:
        return True
    return (
        found.staff is not None
        and is_staff(settings, found.staff)
        and not is_staff(settings, found.user)
    )


async def allow_acting(
    session: AsyncSession, device_id: UUID, person: User, slug: str, *, next_path: str
) -> str:
    """A token with which this very device may enter this one workspace's host as the person,
    once."""
    token = new_token()
    session.add(
        EmailLink(
            kind="act_as",
            email=person.email,
            user_id=person.id,
            session_id=device_id,
            token_sha256=token_hash(bound_to(token, slug)),
            next_path=next_path[:2000],
            expires_at=now() + WAY_FOR,
        )
    )
    await session.flush()
    return token


async def end_acting(session: AsyncSession, session_id: UUID) -> None:
    """Nobody acts by this session any more; the staff's own one goes on."""
    await session.execute(
        delete(AuthSession).where(AuthSession.id == session_id, AuthSession.staff_id.is_not(None))
    )


def act_as_staff(session: AsyncSession, staff_id: UUID | None) -> None:
    """What the session records from here on was done by this member of staff; None: by staff on
    the command line."""
    session.info["staff"] = (staff_id,)


def staff_of(session: AsyncSession) -> tuple[UUID | None] | None:
    """Who of staff the session works for, if any."""
    staff: tuple[UUID | None] | None = session.info.get("staff")
    return staff
