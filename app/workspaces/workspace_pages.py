"""Settings of a workspace: its name, its address, and the place of its API keys."""

from typing import Any

from litestar import Router, get, post
from litestar.response import Template

from app.accounts.dependencies import Person, Session
from app.web.forms import Form, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other, settings_of
from app.workspaces.branding import move_workspace, rename_workspace
from app.workspaces.colours import contrast_words, ink_on
from app.workspaces.dependencies import Member, Plans, require_manager
from app.workspaces.models import Membership
from app.workspaces.service import SlugTaken
from app.workspaces.workspace_forms import AddressForm, NameForm


@get("/settings/workspace", name="settings.workspace")
async def workspace_page(request: AnyRequest, member: Member) -> Template:
    return settings_page(request, member)


@post("/settings/workspace/name", name="workspace.rename")
async def workspace_rename(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_manager(member)
    form = await read_form(request, NameForm)
    if form.errors:
        return settings_page(request, member, name=form)
    await rename_workspace(session, member.workspace, person, form.data.name)
    return flash(to_settings(request), "good", "Saved.")


@post("/settings/workspace/address", name="workspace.move")
async def workspace_move(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    """The workspace answers at its other address; the browser signs in there by itself."""
    require_manager(member)
    form = await read_form(request, AddressForm)
    if form.errors:
        return settings_page(request, member, address=form)
    try:
        await move_workspace(session, member.workspace, person, form.data.slug)
    except SlugTaken as refusal:
        form.add_error("slug", str(refusal))
        return settings_page(request, member, address=form)
    enter = settings_of(request).workspace_url(form.data.slug) + path_for(request, "hosts.enter")
    return see_other(f"{enter}?next={path_for(request, 'settings.workspace')}")


@get("/settings/api-keys", name="settings.api_keys")
async def api_keys_page(session: Session, member: Member, plans: Plans) -> Template:
    plan = await plans.read(session)
    return page(
        "settings/api_keys_page.html",
        plan=plan,
        offer=None if plan.has_api else plan.offer(api=True),
    )


def settings_page(request: AnyRequest, member: Membership, **forms: Form[Any]) -> Template:
    """The page with the forms as sent, the others as the workspace is."""
    workspace = member.workspace
    return page(
        "settings/workspace_page.html",
        status=422 if forms else 200,
        workspace=workspace,
        host=settings_of(request).host,
        can_manage=member.can_manage,
        name=forms.get("name") or blank_form(name=workspace.name),
        address=forms.get("address") or blank_form(slug=workspace.slug),
        logo=forms.get("logo") or blank_form(),
        colours=forms.get("colours")
        or blank_form(accent=workspace.accent, background=workspace.background),
        **look_of(workspace.accent, workspace.background),
    )


def look_of(accent: str, background: str) -> dict[str, Any]:
    """What the preview draws: the colours, the inks on them, and what is to say about both."""
    return {
        "accent": accent,
        "background": background,
        "accent_ink": ink_on(accent),
        "background_ink": ink_on(background),
        "contrast": contrast_words(accent, background),
    }


def to_settings(request: AnyRequest) -> Answer:
    return see_other(path_for(request, "settings.workspace"))


workspace_router = Router(
    "/", route_handlers=[workspace_page, workspace_rename, workspace_move, api_keys_page]
)
