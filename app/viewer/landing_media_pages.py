"""What a landing page plays and shows: the video in ranges, its pictures, captions and the logo.

The page names a version of each; then it may be kept for ever. Without one, or with another's, the
file of today is given, to be asked for again: an address that was sent outlives a new video.
"""

from typing import Final

from litestar import Router, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from starlette.responses import PlainTextResponse, Response

from app.storage.interface import FileNotStored
from app.viewer.addresses import PAGE, version_of
from app.viewer.caption_tracks import TrackKey
from app.viewer.captions_read import find_caption
from app.viewer.dependencies import Looked, look_up, memory_of
from app.viewer.link import LinkVideo
from app.viewer.page_answers import ROBOTS
from app.web.media import media_response
from app.web.pages import AnyRequest

KEPT_S: Final = 365 * 86_400
# For each address the stored file, the first that there is.
FILES: Final = {
    "video": ("video.mp4",),
    # The same in few bytes; videos of earlier releases have none.
    "light": ("light.mp4",),
    "poster.jpg": ("poster.jpg",),
    # What a pasted link shows; videos of earlier releases have no card.
    "card.jpg": ("card.jpg", "poster.jpg"),
    "thumbnail.jpg": ("thumbnail.jpg", "poster.jpg"),
    "preview.gif": ("preview.gif",),
    "preview.webp": ("preview.webp",),
}
_BOTH: Final = [HttpMethod.GET, HttpMethod.HEAD]


@route(
    [f"{PAGE}/{thing}" for thing in FILES],
    name="viewer.file",
    http_method=_BOTH,
    without_session=True,
)
async def landing_file(request: AnyRequest, public_id: FromPath[str]) -> Response:
    """A file of the video that the link shows; with `download` to be saved, where one may."""
    looked = await look_up(request, public_id)
    thing = request.scope["path"].rstrip("/").rpartition("/")[2]
    video = _shown(request, looked)
    key = video.key_of(*FILES[thing]) if video else None
    if looked.link is None or key is None:
        return nothing_here()
    download_name = None
    if thing == "video" and "download" in request.query_params:
        if not looked.link.choices.allows_download:
            return nothing_here()
        download_name = _download_name(looked)
    return await stored_file(request, key, download_name=download_name)


@route(PAGE + "/logo", name="viewer.logo", http_method=_BOTH, without_session=True)
async def landing_logo(request: AnyRequest, public_id: FromPath[str]) -> Response:
    looked = await look_up(request, public_id)
    if looked.link is None or looked.link.logo_key is None:
        return nothing_here()
    return await stored_file(request, looked.link.logo_key)


@route(
    PAGE + "/captions/{track:str}",
    name="viewer.captions",
    http_method=_BOTH,
    without_session=True,
)
async def landing_captions(
    request: AnyRequest, public_id: FromPath[str], track: FromPath[str]
) -> Response:
    """`<language>.vtt` on the video's own time: the clip's, from where it was cut."""
    looked = await look_up(request, public_id)
    video = _shown(request, looked)
    language = track.removesuffix(".vtt")
    if looked.link is None or video is None or video.facecam_id is None:
        return nothing_here()
    if (version := dict(video.captions).get(language)) is None:
        return nothing_here()
    cut = video.facecam_start_s, video.facecam_end_s
    key = TrackKey(video.facecam_id, language, version, *cut)
    tracks = memory_of(request).captions
    if (sent := tracks.find(key)) is None:
        found = await find_caption(request.app.state.database, looked.link, language)
        if found is None:
            return nothing_here()
        # The words may be newer than what is remembered of the link.
        key = key._replace(version=found[0])
        sent = await tracks.make(key, found[1])
    headers = {"Cache-Control": _kept_for(request, f"{key.version} {cut[0]} {cut[1]}"), **ROBOTS}
    return Response(sent, media_type="text/vtt; charset=utf-8", headers=headers)


async def stored_file(
    request: AnyRequest, key: str, *, download_name: str | None = None
) -> Response:
    """A stored file for whoever may see it; where it is named by its version, for ever.

    Pages of other sites may show it: letters are read in a browser, too.
    """
    try:
        answer = await media_response(
            request.app.state.storage, key, request, download_name=download_name
        )
    except FileNotStored:
        return nothing_here()
    # A storage with addresses of its own is asked anew: those addresses end.
    if answer.status_code < 300 or answer.status_code == 304:
        answer.headers["Cache-Control"] = _kept_for(request, key)
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers.update(ROBOTS)
    return answer


def nothing_here() -> Response:
    return PlainTextResponse("Nothing here.\n", 404, {"Cache-Control": "no-store", **ROBOTS})


def _shown(request: AnyRequest, looked: Looked) -> LinkVideo | None:
    """The video, for whom the link shows it now."""
    is_open = looked.link is not None and looked.state(request) == "ready"
    return looked.link.video if is_open and looked.link else None


def _kept_for(request: AnyRequest, key: str) -> str:
    if request.query_params.get("v") == version_of(key):
        return f"private, max-age={KEPT_S}, immutable"
    return "private, no-cache"


def _download_name(looked: Looked) -> str:
    lead = looked.link.lead if looked.link else None
    name = "".join(c if c.isalnum() else "-" for c in (lead.name if lead else "").lower())
    return f"{name.strip('-')[:80] or 'video'}.mp4"


landing_media_router = Router("/", route_handlers=[landing_file, landing_logo, landing_captions])
