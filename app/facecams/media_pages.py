"""The files of facecams for members of their workspace; knows no storage's place for them."""

from typing import Final
from uuid import UUID

from litestar import Router, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from starlette.responses import Response

from app.accounts.dependencies import Session
from app.facecams.library import get_facecam
from app.facecams.models import Facecam
from app.storage.interface import FileNotStored
from app.web.media import media_response
from app.web.pages import AnyRequest
from app.web.refusals import NotFound
from app.workspaces.dependencies import Member

PREPARED: Final = ("poster.webp", "hover.mp4", "proxy.mp4", "filmstrip.webp")
# They change only if a clip is prepared anew; then the ETag tells.
KEPT_FOR_S = 3600


@route(
    "/facecams/{facecam_id:uuid}/{file:str}",
    name="facecams.media",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
)
async def facecam_media(
    request: AnyRequest,
    session: Session,
    member: Member,
    facecam_id: FromPath[UUID],
    file: FromPath[str],
) -> Response:
    """A prepared file to be shown, or `original`: the clip as it was uploaded, to be saved."""
    facecam = await get_facecam(session, facecam_id)
    if file != "original" and file not in PREPARED:
        raise NotFound
    try:
        return await _stored(request, facecam, file)
    except FileNotStored as gone:
        raise NotFound(str(gone)) from None


async def _stored(request: AnyRequest, facecam: Facecam, file: str) -> Response:
    storage = request.app.state.storage
    if file == "original":
        return await media_response(
            storage, facecam.clip_key, request, download_name=facecam.file_name
        )
    key = f"{facecam.media_prefix}/{file}"
    return await media_response(storage, key, request, max_age_s=KEPT_FOR_S)


media_router = Router("/", route_handlers=[facecam_media])
