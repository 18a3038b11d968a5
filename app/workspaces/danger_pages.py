"""Settings of a workspace that cannot be taken back: leaving, handing over, deleting."""

from typing import Any

from litestar import Router, get, post
from litestar.response import Template

from app.accounts.dependencies import Person, Session
from app.accounts.models import User
from app.db.session import defer
from app.jobs.catalogue import SEND_LETTER
from app.web.forms import Form, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other, settings_of
from app.workspaces.deletion import count_contents, delete_workspace
from app.workspaces.dependencies import Member, Plans, require_owner
from app.workspaces.members import leave_workspace, list_members, transfer_ownership
from app.workspaces.models import Membership
from app.workspaces.workspace_forms import DeletionForm, TransferForm

NOT_THE_NAME = "This is not the workspace's name. Type it as it is written above."


@get("/settings/danger", name="settings.danger")
async def danger_page(
    request: AnyRequest, session: Session, member: Member, plans: Plans
) -> Template:
    return await _page(session, member, await _why_kept(request, session, plans))


@post("/settings/danger/leave", name="workspace.leave")
async def workspace_leave(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    await leave_workspace(session, person)
    return _to_workspaces(request)


@post("/settings/danger/transfer", name="workspace.transfer")
async def workspace_transfer(
    request: AnyRequest, session: Session, person: Person, member: Member, plans: Plans
) -> Answer:
    require_owner(member)
    form = await read_form(request, TransferForm)
    if form.values["name"].strip() != member.workspace.name:
        form.add_error("name", NOT_THE_NAME)
    if form.errors:
        kept = await _why_kept(request, session, plans)
        return await _page(session, member, kept, transfer=form)
    owner = await transfer_ownership(session, person, form.data.user_id)
    await plans.change_owner(session, person)
    _tell_of_transfer(request, session, member, person, owner.user)
    text = f"{owner.user.shown_name} owns {member.workspace.name} now. You are an admin."
    return flash(see_other(path_for(request, "settings.members")), "good", text)


@post("/settings/danger/delete", name="workspace.delete")
async def workspace_delete(
    request: AnyRequest, session: Session, person: Person, member: Member, plans: Plans
) -> Answer:
    require_owner(member)
    form = await read_form(request, DeletionForm)
    kept = await _why_kept(request, session, plans)
    if form.values["name"].strip() != member.workspace.name:
        form.add_error("name", NOT_THE_NAME)
    if form.errors or kept:
        return await _page(session, member, kept, deletion=form)
    await plans.close(session)
    await delete_workspace(session, member.workspace, person)
    return _to_workspaces(request)


async def _page(
    session: Session,
    member: Membership,
    kept: str,
    *,
    transfer: Form[Any] | None = None,
    deletion: Form[Any] | None = None,
) -> Template:
    others = [each for each in await list_members(session) if each.user_id != member.user_id]
    return page(
        "settings/danger_page.html",
        status=422 if transfer or deletion else 200,
        workspace=member.workspace,
        is_owner=member.is_owner,
        heirs=[(each.user_id, each.user.shown_name) for each in others],
        contents=await count_contents(session),
        kept=kept,
        transfer=transfer or blank_form(),
        deletion=deletion or blank_form(),
    )


async def _why_kept(request: AnyRequest, session: Session, plans: Plans) -> str:
    # Who sells nothing any more hears nothing more of a subscription, and has no button to end it.
    return await plans.why_kept(session) if settings_of(request).sells else ""


def _tell_of_transfer(
    request: AnyRequest, session: Session, member: Membership, former: User, owner: User
) -> None:
    url = settings_of(request).workspace_url(member.workspace.slug)
    context = {
        "workspace_name": member.workspace.name,
        "previous_owner_name": former.shown_name,
        "new_owner_name": owner.shown_name,
        "link": url + path_for(request, "settings.members"),
    }
    for email in (owner.email, former.email):
        defer(session, SEND_LETTER, letter="ownership_transferred", to=email, context=context)


def _to_workspaces(request: AnyRequest) -> Answer:
    return see_other(settings_of(request).base_url + path_for(request, "workspaces.list"))


danger_router = Router(
    "/", route_handlers=[danger_page, workspace_leave, workspace_transfer, workspace_delete]
)
