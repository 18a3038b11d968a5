"""How many people may belong to a workspace: counted, and held to what its plan has room for.

A seat is taken by a member, or kept by an invitation that still works. Nobody loses one: where a
plan has fewer than there are, there are no further ones until there are fewer.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import now
from app.db.tenancy import workspace_of
from app.errors import LoomliteError
from app.phrases import plural
from app.web.refusals import WebRefusal
from app.workspaces.models import Invitation, Membership
from app.workspaces.plan_seen import PlansSeen


class NoSeatLeft(LoomliteError):
    """The plan has room for nobody else; nobody was invited."""

    def __init__(self, seats: int) -> None:
        super().__init__(f"All {plural(seats, 'seat', 'seats')} of your plan are taken.")


class NoSeatForYou(WebRefusal):
    """Who was invited finds the seat taken; the invitation stays as it is."""

    status = 409
    title = "No seat is free"

    def __init__(self) -> None:
        super().__init__(
            "Everybody that this workspace’s plan has room for belongs to it already. Your "
            "invitation works again once a seat is free: tell the person who invited you."
        )


@dataclass(frozen=True)
class Seats:
    """`limit` None: as many as one likes. `invited`: invitations that still work."""

    limit: int | None
    members: int
    invited: int

    @property
    def used(self) -> int:
        return self.members + self.invited

    @property
    def are_taken(self) -> bool:
        return self.limit is not None and self.used >= self.limit

    @property
    def are_too_few(self) -> bool:
        """Whether there are more people than the plan has room for, as after a downgrade."""
        return self.limit is not None and self.used > self.limit

    @property
    def sentence(self) -> str:
        """What there is to say of seats that are taken."""
        has = plural(self.limit or 0, "seat", "seats")
        if not self.are_too_few:
            return f"All {has} are taken." if self.limit != 1 else "The only seat is taken."
        who = plural(self.members, "member", "members")
        also = plural(self.invited, "open invitation", "open invitations")
        return f"{who}{f' and {also}' if self.invited else ''} for {has}."


async def lock_seats(session: AsyncSession) -> None:
    """Whoever else takes one in this workspace waits until the transaction ends. A statement of its
    own: what is counted after it is what the others left."""
    key = func.hashtextextended(f"seats of {workspace_of(session)}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))


async def count_seats(
    session: AsyncSession, limit: int | None, *, but_for: str | None = None
) -> Seats:
    """Of the session's workspace; `but_for`: an address whose invitation is not counted."""
    workspace_id = workspace_of(session)
    members = select(func.count()).where(Membership.workspace_id == workspace_id)
    invited = select(func.count()).where(
        Invitation.workspace_id == workspace_id,
        Invitation.accepted_at.is_(None),
        Invitation.expires_at > now(),
        Invitation.email != (but_for or ""),
    )
    row = await session.execute(select(members.scalar_subquery(), invited.scalar_subquery()))
    return Seats(limit, *row.one())


async def keep_seat(session: AsyncSession, plans: PlansSeen, email: str) -> None:
    """There is a seat for an invitation to this address. Raises NoSeatLeft."""
    await lock_seats(session)
    limit = (await plans.read(session)).seats
    if limit is not None and (await count_seats(session, limit, but_for=email)).are_taken:
        raise NoSeatLeft(limit)


async def take_seat(session: AsyncSession, plans: PlansSeen) -> None:
    """There is a seat for one who was invited; invitations of others keep none from coming first.

    The caller has locked the seats. Raises NoSeatForYou.
    """
    limit = (await plans.read(session)).seats
    if limit is not None and (await count_seats(session, limit)).members >= limit:
        raise NoSeatForYou
