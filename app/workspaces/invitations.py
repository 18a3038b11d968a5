"""Invitations by e-mail: made, renewed, withdrawn, accepted; it sends no letter.

An invitation belongs to an address. The token in its letter shows whose it is, but only a person
who is signed in with that address may accept: a letter that was passed on lets nobody in.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.accounts.tokens import new_token, token_hash
from app.db.base import new_id, now
from app.db.session import defer
from app.db.tenancy import enter_workspace, workspace_of
from app.errors import LoomliteError
from app.jobs.catalogue import SEND_INVITATION
from app.web.refusals import NotFound, WebRefusal
from app.workspaces.audit import record
from app.workspaces.models import Invitation, Membership, Role, Workspace
from app.workspaces.plan_seen import PlansSeen
from app.workspaces.seats import keep_seat, lock_seats, take_seat
from app.workspaces.service import record_activity

VALID_FOR = timedelta(days=7)


class AlreadyMember(LoomliteError):
    """The address belongs to a member."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} is a member of this workspace already.")


class InvitationNoLongerWorks(WebRefusal):
    """It was used, withdrawn, renewed by a later letter, or is too old."""

    status = 404
    title = "This invitation no longer works"

    def __init__(self) -> None:
        super().__init__(
            "It was used, withdrawn or replaced by a later one, or it is older than 7 days. "
            "Ask the person who invited you for another one."
        )


@dataclass(frozen=True)
class OpenInvitation:
    """What an invitation says to who was invited."""

    workspace: Workspace
    email: str
    role: str
    inviter_name: str


async def invite(
    session: AsyncSession, plans: PlansSeen, person: User, email: str, role: Role
) -> UUID:
    """The id of an open invitation for this address, replacing an earlier one; a letter leaves.

    Raises AlreadyMember, and NoSeatLeft where the plan has room for nobody else.
    """
    await _refuse_members(session, email)
    await keep_seat(session, plans, email)
    invitation_id = await _put_invitation(session, person, email, role)
    await record_activity(session, person, "member.invited", invitation_id, email, role=role)
    await record(session, person, "member.invited", thing=email, after={"role": role})
    workspace_id = str(workspace_of(session))
    defer(session, SEND_INVITATION, workspace_id=workspace_id, invitation_id=str(invitation_id))
    return invitation_id


async def list_invitations(session: AsyncSession) -> list[Invitation]:
    """The workspace's invitations that nobody has accepted, also those that are too old."""
    rows = await session.scalars(
        select(Invitation).where(Invitation.accepted_at.is_(None)).order_by(Invitation.email)
    )
    return list(rows)


async def get_invitation(session: AsyncSession, invitation_id: UUID) -> Invitation:
    """One of them. Raises NotFound."""
    invitation = await session.scalar(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.accepted_at.is_(None))
    )
    if invitation is None:
        raise NotFound
    return invitation


async def revoke_invitation(session: AsyncSession, person: User, invitation_id: UUID) -> str:
    """The invitation no longer works; the address it was for. Raises NotFound."""
    invitation = await get_invitation(session, invitation_id)
    await session.execute(delete(Invitation).where(Invitation.id == invitation_id))
    await record(session, person, "member.invitation_revoked", thing=invitation.email)
    return invitation.email


async def read_invitation(session: AsyncSession, workspace_id: UUID, token: str) -> OpenInvitation:
    """The invitation of this token; the session has entered its workspace.

    Raises InvitationNoLongerWorks.
    """
    return await _read(session, workspace_id, Invitation.token_sha256 == token_hash(token))


async def read_invitation_for(
    session: AsyncSession, workspace_id: UUID, person: User
) -> OpenInvitation:
    """The invitation for the person's address. Raises InvitationNoLongerWorks."""
    return await _read(session, workspace_id, Invitation.email == person.email)


async def accept_invitation(
    session: AsyncSession, plans: PlansSeen, workspace_id: UUID, person: User
) -> Workspace:
    """The person belongs to the workspace; the invitation is used up. Twice does no harm.

    Raises InvitationNoLongerWorks when the person's proved address has none, NoSeatForYou when
    others have taken the last seat.
    """
    await enter_workspace(session, workspace_id)
    await lock_seats(session)
    role = await session.scalar(
        update(Invitation)
        .where(Invitation.email == person.email, *_is_open())
        .values(accepted_at=now())
        .returning(Invitation.role)
    )
    member = await session.get(Membership, (workspace_id, person.id))
    if person.email_verified_at is not None and role is not None:
        if member is None:
            await take_seat(session, plans)
        await session.execute(
            insert(Membership)
            .values(workspace_id=workspace_id, user_id=person.id, role=role, created_at=now())
            .on_conflict_do_nothing()
        )
        await record_activity(session, person, "member.joined", person.id, person.shown_name)
        await record(session, person, "member.joined", after={"role": role})
    member = await session.get(Membership, (workspace_id, person.id))
    workspace = await session.get(Workspace, workspace_id)
    if member is None or workspace is None:
        raise InvitationNoLongerWorks
    return workspace


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return Invitation.accepted_at.is_(None), Invitation.expires_at > now()


async def _read(
    session: AsyncSession, workspace_id: UUID, condition: ColumnElement[bool]
) -> OpenInvitation:
    await enter_workspace(session, workspace_id)
    found = (
        await session.execute(
            select(Invitation, Workspace, User)
            .join(Workspace, Workspace.id == Invitation.workspace_id)
            .outerjoin(User, User.id == Invitation.invited_by_id)
            .where(condition, *_is_open())
        )
    ).first()
    if found is None:
        raise InvitationNoLongerWorks
    invitation, workspace, inviter = found
    name = inviter.shown_name if inviter else workspace.name
    return OpenInvitation(workspace, invitation.email, invitation.role, name)


async def _put_invitation(session: AsyncSession, person: User, email: str, role: Role) -> UUID:
    values = {
        "role": role,
        "invited_by_id": person.id,
        "expires_at": now() + VALID_FOR,
        "accepted_at": None,
        # Nobody knows it: the job makes the real one, so that none lies in a queue.
        "token_sha256": token_hash(new_token()),
    }
    kept = await session.execute(
        insert(Invitation)
        .values(
            id=new_id(), workspace_id=workspace_of(session), email=email, created_at=now(), **values
        )
        .on_conflict_do_update(
            index_elements=[Invitation.workspace_id, Invitation.email], set_=values
        )
        .returning(Invitation.id)
    )
    invitation_id: UUID = kept.scalar_one()
    return invitation_id


async def _refuse_members(session: AsyncSession, email: str) -> None:
    member = await session.scalar(
        select(Membership.user_id)
        .join(Membership.user)
        .where(Membership.workspace_id == workspace_of(session), User.email == email)
    )
    if member is not None:
        raise AlreadyMember(email)
