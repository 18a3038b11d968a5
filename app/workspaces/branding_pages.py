"""Settings of a workspace: its logo and colours, drawn as the landing page will show them."""

from litestar import Router, get, post
from litestar.params import FromQuery
from litestar.response import Template
from starlette.responses import Response as FileAnswer

from app.accounts.dependencies import Person, Session
from app.web.forms import blank_form, check_form, read_form
from app.web.images import PICTURE_BODY_BYTES, PictureRefused, find_upload, read_picture
from app.web.media import media_response
from app.web.pages import Answer, AnyRequest, flash, page
from app.web.refusals import NotFound
from app.workspaces.audit import record
from app.workspaces.branding import LOGO_PX, remove_logo, set_colours, set_logo
from app.workspaces.dependencies import Member, require_manager
from app.workspaces.models import Workspace
from app.workspaces.workspace_forms import ColoursForm
from app.workspaces.workspace_pages import look_of, settings_page, to_settings


@get("/brand/logo", name="workspace.logo")
async def workspace_logo(request: AnyRequest, member: Member) -> FileAnswer:
    if member.workspace.logo_key is None:
        raise NotFound
    return await media_response(request.app.state.storage, member.workspace.logo_key, request)


@post(
    "/settings/workspace/logo",
    name="workspace.set_logo",
    request_max_body_size=PICTURE_BODY_BYTES,
)
async def workspace_set_logo(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_manager(member)
    await session.close()  # gives its connection back while the picture is drawn
    try:
        upload = await find_upload(request, "logo")
        if upload is None:
            raise PictureRefused("Choose a picture first.")
        webp = await read_picture(upload, size_px=LOGO_PX)
    except PictureRefused as refusal:
        form = blank_form()
        form.add_error("logo", str(refusal))
        return settings_page(request, member, logo=form)
    workspace = await session.get_one(Workspace, member.workspace_id)
    await set_logo(session, request.app.state.storage, workspace, webp)
    await record(session, person, "workspace.logo_set")
    return flash(to_settings(request), "good", "The logo is saved.")


@post("/settings/workspace/logo/remove", name="workspace.remove_logo")
async def workspace_remove_logo(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_manager(member)
    remove_logo(session, member.workspace)
    await record(session, person, "workspace.logo_removed")
    return flash(to_settings(request), "good", "The logo is removed.")


@post("/settings/workspace/colours", name="workspace.set_colours")
async def workspace_set_colours(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_manager(member)
    form = await read_form(request, ColoursForm)
    if form.errors:
        return settings_page(request, member, colours=form)
    await set_colours(session, member.workspace, person, form.data.accent, form.data.background)
    return flash(to_settings(request), "good", "The colours are saved.")


@get("/settings/workspace/preview", name="workspace.preview")
async def workspace_preview(
    request: AnyRequest,
    member: Member,
    accent: FromQuery[str] = "",
    background: FromQuery[str] = "",
) -> Template:
    """The part that shows colours while they are chosen; wrong ones leave those that are saved."""
    workspace = member.workspace
    form = check_form({"accent": accent, "background": background}, ColoursForm)
    chosen = (
        (workspace.accent, workspace.background)
        if form.errors
        else (form.data.accent, form.data.background)
    )
    return page("settings/_brand_preview.html", workspace=workspace, **look_of(*chosen))


branding_router = Router(
    "/",
    route_handlers=[
        workspace_logo,
        workspace_set_logo,
        workspace_remove_logo,
        workspace_set_colours,
        workspace_preview,
    ],
)
