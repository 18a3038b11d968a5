"""Settings of a workspace: who belongs to it, and who is invited."""

from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from starlette.responses import Response as FileAnswer

from app.accounts.dependencies import Person, Session
from app.accounts.rate_limits import (
    INVITE_BY_ADDRESS,
    INVITE_BY_PERSON,
    INVITE_BY_WORKSPACE,
    count_try,
)
from app.db.base import now
from app.web.forms import Form, blank_form, read_form
from app.web.media import media_response
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other
from app.web.refusals import Conflict, NotFound
from app.workspaces.dependencies import Member, Plans, require_manager
from app.workspaces.invitations import (
    AlreadyMember,
    get_invitation,
    invite,
    list_invitations,
    revoke_invitation,
)
from app.workspaces.members import change_role, get_member, list_members, remove_member
from app.workspaces.models import Membership, Role
from app.workspaces.plan_seen import PlansSeen
from app.workspaces.seats import NoSeatLeft, count_seats
from app.workspaces.workspace_forms import InvitationForm, RoleForm


@get("/settings/members", name="settings.members")
async def members_page(session: Session, member: Member, plans: Plans) -> Template:
    return await _page(session, member, plans, blank_form(role="member"))


@get("/settings/members/{user_id:uuid}/avatar", name="members.avatar")
async def member_avatar(
    request: AnyRequest, session: Session, member: Member, user_id: FromPath[UUID]
) -> FileAnswer:
    other = await get_member(session, user_id)
    if other.user.avatar_key is None:
        raise NotFound
    return await media_response(request.app.state.storage, other.user.avatar_key, request)


@post("/settings/members/invitations", name="members.invite")
async def member_invite(
    request: AnyRequest, session: Session, person: Person, member: Member, plans: Plans
) -> Answer:
    require_manager(member)
    form = await read_form(request, InvitationForm)
    if form.errors:
        return await _page(session, member, plans, form)
    await _count_invitation(request, session, member, form.data.email)
    try:
        await invite(session, plans, person, form.data.email, form.data.role)
    except (AlreadyMember, NoSeatLeft) as refusal:
        form.add_error("email", str(refusal))
        return await _page(session, member, plans, form)
    return flash(_to_members(request), "good", f"An invitation is on its way to {form.data.email}.")


@post("/settings/members/invitations/{invitation_id:uuid}/renew", name="invitations.renew")
async def invitation_renew(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    plans: Plans,
    invitation_id: FromPath[UUID],
) -> Answer:
    require_manager(member)
    found = await get_invitation(session, invitation_id)
    await _count_invitation(request, session, member, found.email)
    role: Role = "admin" if found.role == "admin" else "member"
    try:
        await invite(session, plans, person, found.email, role)
    except NoSeatLeft as refusal:
        return flash(_to_members(request), "warn", str(refusal))
    return flash(_to_members(request), "good", f"Another letter is on its way to {found.email}.")


@post("/settings/members/invitations/{invitation_id:uuid}/revoke", name="invitations.revoke")
async def invitation_revoke(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    invitation_id: FromPath[UUID],
) -> Answer:
    require_manager(member)
    email = await revoke_invitation(session, person, invitation_id)
    return flash(_to_members(request), "good", f"The invitation of {email} no longer works.")


@post("/settings/members/{user_id:uuid}/role", name="members.change_role")
async def member_change_role(
    request: AnyRequest, session: Session, person: Person, member: Member, user_id: FromPath[UUID]
) -> Answer:
    require_manager(member)
    form = await read_form(request, RoleForm)
    if form.errors:
        raise Conflict("A member is either an admin or a member. Choose one of them.")
    changed = await change_role(session, person, user_id, form.data.role)
    text = f"{changed.user.shown_name} is {'an admin' if changed.can_manage else 'a member'} now."
    return flash(_to_members(request), "good", text)


@post("/settings/members/{user_id:uuid}/remove", name="members.remove")
async def member_remove(
    request: AnyRequest, session: Session, person: Person, member: Member, user_id: FromPath[UUID]
) -> Answer:
    require_manager(member)
    removed = await remove_member(session, person, user_id)
    return flash(_to_members(request), "good", f"{removed.user.shown_name} no longer has access.")


async def _page(
    session: Session, member: Membership, plans: PlansSeen, form: Form[Any]
) -> Template:
    plan = await plans.read(session)
    seats = await count_seats(session, plan.seats)
    return page(
        "settings/members_page.html",
        status=422 if form.errors else 200,
        form=form,
        members=await list_members(session),
        invitations=await list_invitations(session) if member.can_manage else [],
        own_id=member.user_id,
        can_manage=member.can_manage,
        seats=seats,
        offer=plan.offer(seats=seats.used + 1) if seats.are_taken else None,
        now=now(),
    )


async def _count_invitation(
    request: AnyRequest, session: Session, member: Membership, email: str
) -> None:
    """Whoever sends letters to strangers by us does so slowly."""
    database = request.app.state.database
    await session.close()  # gives its connection back; what follows is another transaction
    await count_try(database, INVITE_BY_PERSON, str(member.user_id))
    await count_try(database, INVITE_BY_WORKSPACE, str(member.workspace_id))
    await count_try(database, INVITE_BY_ADDRESS, email)


def _to_members(request: AnyRequest) -> Answer:
    return see_other(path_for(request, "settings.members"))


member_router = Router(
    "/",
    route_handlers=[
        members_page,
        member_avatar,
        member_invite,
        invitation_renew,
        invitation_revoke,
        member_change_role,
        member_remove,
    ],
)
