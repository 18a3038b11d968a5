"""A draft of one lead's video: asked for, watched while it is made, played."""

from uuid import UUID

from litestar import Router, get, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.accounts.dependencies import Person, Session
from app.campaigns.service import get_campaign
from app.renders.check_models import Preview
from app.renders.freezing import NotToBeRendered
from app.renders.previews import get_preview, request_preview
from app.renders.state_words import step_words, time_left
from app.renders.verdict_words import short_url
from app.storage.interface import FileNotStored
from app.web.forms import FormModel, read_form
from app.web.media import media_response
from app.web.pages import Answer, AnyRequest, page, path_for, see_other
from app.web.refusals import NotFound
from app.workspaces.dependencies import Member

PREVIEW = "/previews/{preview_id:uuid}"
KEPT_FOR_S = 3600


class PreviewForm(FormModel):
    """`anew` is sent where an earlier draft will not do."""

    anew: str = ""


@post("/campaigns/{campaign_id:uuid}/leads/{lead_id:uuid}/preview", name="previews.create")
async def preview_create(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    lead_id: FromPath[UUID],
) -> Answer:
    """The way to the draft; 422 with the reason where the campaign gives none yet."""
    campaign = await get_campaign(session, campaign_id)
    form = await read_form(request, PreviewForm)
    try:
        anew = bool(form.values["anew"])
        preview = await request_preview(session, campaign, lead_id, person, anew=anew)
    except NotToBeRendered as refusal:
        context = {"campaign": campaign, "refusal": str(refusal)}
        return page(_template(request, "preview_refused"), status=422, **context)
    return see_other(path_for(request, "previews.preview", preview_id=preview.id))


@get(PREVIEW, name="previews.preview")
async def preview_page(
    request: AnyRequest, session: Session, member: Member, preview_id: FromPath[UUID]
) -> Template:
    """A page of its own; for js/preview.js what is shown in its dialog."""
    return await _show(request, session, preview_id, _template(request, "preview"))


@get(PREVIEW + "/state", name="previews.state")
async def preview_state(
    request: AnyRequest, session: Session, member: Member, preview_id: FromPath[UUID]
) -> Template:
    """How far it is; the draft itself once there is one."""
    return await _show(request, session, preview_id, "renders/_preview_state.html")


@route(PREVIEW + "/draft.mp4", name="previews.media", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def preview_media(
    request: AnyRequest, session: Session, member: Member, preview_id: FromPath[UUID]
) -> Response:
    preview = await get_preview(session, preview_id)
    if preview.state != "ready":
        raise NotFound
    storage = request.app.state.storage
    try:
        return await media_response(storage, preview.draft_key, request, max_age_s=KEPT_FOR_S)
    except FileNotStored as gone:
        raise NotFound(str(gone)) from None


async def _show(
    request: AnyRequest, session: AsyncSession, preview_id: UUID, template: str
) -> Template:
    preview: Preview = await get_preview(session, preview_id)
    left_s = preview.progress.get("left_s")
    return page(
        template,
        preview=preview,
        campaign=await get_campaign(session, preview.campaign_id),
        doing=step_words("preparing" if preview.state == "running" else "queued", preview.progress),
        left=time_left(left_s) if left_s else "",
        short_url=short_url,
    )


def _template(request: AnyRequest, name: str) -> str:
    """The part for a dialog, or a whole page where there is no script."""
    in_dialog = request.headers.get("x-part") == "dialog"
    return f"renders/_{name}.html" if in_dialog else f"renders/{name}_page.html"


preview_router = Router(
    "/", route_handlers=[preview_create, preview_page, preview_state, preview_media]
)
