"""Sharing one lead's video, for its team: a dialog, or a page of its own without script."""

from urllib.parse import quote
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.dependencies import Session
from app.campaigns.service import get_campaign
from app.db.base import now
from app.renders.versions import get_render
from app.renders.video_pages import VIDEO, download_name
from app.viewer.lead_links import open_place_of, place_of
from app.viewer.link_reads import read_link
from app.viewer.qr import QR_TYPES, draw_qr
from app.viewer.sharing import shared_of
from app.web.pages import AnyRequest, page, settings_of
from app.web.refusals import NotFound
from app.workspaces.dependencies import Member


@get(VIDEO + "/share", name="sharing.page")
async def share_page(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    render_id: FromPath[UUID],
) -> Template:
    """A page of its own; for js/share.js what is shown in its dialog."""
    campaign = await get_campaign(session, campaign_id)
    render = await get_render(session, campaign.id, render_id)
    link = await read_link(session, member.workspace.id, render.public_id)
    if link is None:
        raise NotFound
    place = place_of(request.app.state, member.workspace)
    in_dialog = request.headers.get("x-part") == "dialog"
    return page(
        "sharing/_share.html" if in_dialog else "sharing/share_page.html",
        campaign=campaign,
        render=render,
        shown_id=link.video.render_id if link.video else None,
        shared=shared_of(
            link,
            place,
            now(),
            service_url=settings_of(request).base_url,
            open_place=open_place_of(request.app.state, member.workspace),
        ),
        workspace_name=member.workspace.name,
    )


@get(VIDEO + "/qr/{form:str}", name="sharing.qr")
async def share_qr(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    render_id: FromPath[UUID],
    form: FromPath[str],
) -> Response[bytes]:
    """The lead's link as a picture; to be saved with `download`."""
    render = await get_render(session, campaign_id, render_id)
    if form not in QR_TYPES:
        raise NotFound
    url = place_of(request.app.state, member.workspace).url(render.public_id)
    headers = {"Cache-Control": "private, max-age=300"}
    if "download" in request.query_params:
        name = quote(download_name(render, f"qr-code.{form}"))
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return Response(draw_qr(url, form), media_type=QR_TYPES[form], headers=headers)


sharing_router = Router("/", route_handlers=[share_page, share_qr])
