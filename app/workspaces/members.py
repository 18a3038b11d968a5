"""Who belongs to a workspace and as what: roles changed, people removed, ownership handed over.

One owner, always. Admins do what owners do, except to the owner and to ownership itself.
"""

from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.db.tenancy import workspace_of
from app.web.refusals import Conflict, NotAllowed, NotFound
from app.workspaces.audit import record
from app.workspaces.models import Membership, Role
from app.workspaces.service import record_activity

OTHER_OWNER = "The workspace has another owner by now. Reload the page to see who."
_RANK = case({"owner": 0, "admin": 1}, value=Membership.role, else_=2)


async def list_members(session: AsyncSession) -> list[Membership]:
    """The workspace's members with their users: the owner, then admins, then the others."""
    rows = await session.scalars(
        select(Membership)
        .join(Membership.user)
        .options(joinedload(Membership.user))
        .where(Membership.workspace_id == workspace_of(session))
        .order_by(_RANK, User.name, User.email)
    )
    return list(rows)


async def get_member(session: AsyncSession, user_id: UUID) -> Membership:
    """The workspace's member with the user. Raises NotFound."""
    member = await session.scalar(
        select(Membership)
        .options(joinedload(Membership.user))
        .where(Membership.workspace_id == workspace_of(session), Membership.user_id == user_id)
    )
    if member is None:
        raise NotFound
    return member


async def change_role(session: AsyncSession, person: User, user_id: UUID, role: Role) -> Membership:
    """The member has this role, admin or member. Raises NotFound, NotAllowed for the owner's."""
    if role == "owner":
        raise NotAllowed("Ownership is handed over by the owner, in the danger zone.")
    member = await _get_changeable(session, user_id)
    if member.role != role:
        before, member.role = member.role, role
        user = member.user
        await record_activity(
            session, person, "member.role_changed", user_id, user.shown_name, role=role
        )
        roles = {"role": before}, {"role": role}
        await record(
            session, person, "member.role_changed", about=user, before=roles[0], after=roles[1]
        )
    return member


async def remove_member(session: AsyncSession, person: User, user_id: UUID) -> Membership:
    """The member no longer belongs to the workspace. Raises NotFound, NotAllowed for the owner."""
    if user_id == person.id:
        raise Conflict("To leave the workspace yourself, use the danger zone.")
    member = await _get_changeable(session, user_id)
    await session.delete(member)
    await record_activity(session, person, "member.removed", user_id, member.user.shown_name)
    before = {"role": member.role}
    await record(session, person, "member.removed", about=member.user, before=before)
    return member


async def leave_workspace(session: AsyncSession, person: User) -> None:
    """The person no longer belongs to the workspace. Raises Conflict for its owner."""
    member = await _get_locked(session, person.id)
    if member.is_owner:
        raise Conflict("You own this workspace. Hand it over to another member first.")
    # Before the row goes: the feed's line is written by a member.
    await record_activity(session, person, "member.left", person.id, person.shown_name)
    await record(session, person, "member.left", before={"role": member.role})
    await session.delete(member)
    await session.flush()


async def transfer_ownership(session: AsyncSession, person: User, user_id: UUID) -> Membership:
    """The other member owns the workspace, the person is an admin of it.

    Raises NotFound when the other is no member, Conflict when the person does not own it (any
    longer) or is the other.
    """
    own = await lock_ownership(session, person)
    if user_id == person.id:
        raise Conflict(OTHER_OWNER)
    other = await _get_locked(session, user_id)
    # In this order: the database allows one owner at any moment.
    own.role = "admin"
    await session.flush()
    other.role = "owner"
    name = other.user.shown_name
    await record_activity(session, person, "workspace.transferred", user_id, name)
    await record(session, person, "workspace.transferred", about=other.user)
    return other


async def lock_ownership(session: AsyncSession, person: User) -> Membership:
    """The person's membership, which stays the owner's until the transaction ends.

    Raises NotFound for who is no member, Conflict for who does not own the workspace (any longer).
    """
    own = await _get_locked(session, person.id)
    if not own.is_owner:
        raise Conflict(OTHER_OWNER)
    return own


async def _get_changeable(session: AsyncSession, user_id: UUID) -> Membership:
    member = await _get_locked(session, user_id)
    if member.is_owner:
        raise NotAllowed("The owner's place can only be changed by handing the workspace over.")
    return member


async def _get_locked(session: AsyncSession, user_id: UUID) -> Membership:
    """Locked and read anew: two people may change one member at once."""
    member = await session.scalar(
        select(Membership)
        # The workspace too: read anew, the asking member would otherwise lose it.
        .options(
            joinedload(Membership.user, innerjoin=True),
            joinedload(Membership.workspace, innerjoin=True),
        )
        .where(Membership.workspace_id == workspace_of(session), Membership.user_id == user_id)
        .with_for_update(of=Membership)
        .execution_options(populate_existing=True)
    )
    if member is None:
        raise NotFound
    return member
