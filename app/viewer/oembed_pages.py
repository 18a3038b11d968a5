"""What other sites ask when somebody pastes a link into them: https://oembed.com."""

from typing import Any

from litestar import Response, Router, get
from litestar.params import FromQuery

from app.viewer.dependencies import Looked, look_up_of
from app.viewer.embed_pages import may_embed
from app.viewer.landings import make_landing
from app.viewer.oembed import CACHED_S, oembed_of, read_asked, read_room
from app.viewer.page_answers import ROBOTS
from app.viewer.share_cards import OEMBED
from app.web.pages import AnyRequest, settings_of
from app.web.served_hosts import ServedHosts


@get(OEMBED, name="viewer.oembed", without_session=True)
async def oembed(
    request: AnyRequest,
    url: FromQuery[str] = "",
    maxwidth: FromQuery[str] = "",
    maxheight: FromQuery[str] = "",
    format: FromQuery[str] = "json",  # noqa: A002 - the protocol's own name
) -> Response[Any]:
    """JSON for a page that is here and open to whoever has its link; 404 for anything else."""
    settings = settings_of(request)
    if format != "json":
        return _said({"error": "Only JSON is given."}, status=501)
    served: ServedHosts = request.app.state.served_hosts
    asked = read_asked(url, settings, served)
    looked = await look_up_of(request, asked.whose, asked.public_id, asked.place) if asked else None
    found = _found(request, looked, read_room(maxwidth, maxheight)) if looked else None
    if found is None:
        return _said({"error": "There is no video here."}, status=404)
    return _said(found)


def _found(request: AnyRequest, looked: Looked, room: tuple[int, int]) -> dict[str, Any] | None:
    """Only of a link that is open to everybody; a cookie of this browser's opens none here."""
    link = looked.link
    if link is None or link.password_hash or looked.state(request) != "ready":
        return None
    service_url = settings_of(request).base_url
    share = make_landing(link, "ready", looked.place, service_url=service_url).share
    if share is None:
        return None
    return oembed_of(link, looked.place, share, room, may_embed=may_embed(link))


def _said(content: dict[str, Any], *, status: int = 200) -> Response[Any]:
    kept = f"public, max-age={CACHED_S}" if status == 200 else "no-store"
    return Response(
        content,
        status_code=status,
        headers={
            "Cache-Control": kept,
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            **ROBOTS,
        },
    )


oembed_router = Router("/", route_handlers=[oembed])
