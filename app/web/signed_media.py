"""Files for whoever holds an address that was signed for them: letters, pages without a session.

No person is asked for and nothing is told: an address that is wrong in any way is a 404.
"""

from litestar import Router, route
from litestar.enums import HttpMethod
from litestar.params import FromPath, FromQuery
from starlette.responses import PlainTextResponse, Response

from app.storage.interface import FileNotStored, Storage
from app.web.media import media_response
from app.web.pages import AnyRequest

KEPT_AT_MOST_S = 3600


@route(
    "/media/{key:path}",
    name="media.signed",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    without_session=True,
)
async def signed_media(
    request: AnyRequest,
    key: FromPath[str],
    expires: FromQuery[str] = "",
    signature: FromQuery[str] = "",
) -> Response:
    """The file, whole or in ranges, until the address ends."""
    storage: Storage = request.app.state.storage
    bare = key.removeprefix("/")
    seconds_left = storage.links.seconds_left(bare, expires, signature)
    if not seconds_left:
        return _nothing_here()
    try:
        answer = await media_response(
            storage, bare, request, max_age_s=min(seconds_left, KEPT_AT_MOST_S)
        )
    except FileNotStored:
        return _nothing_here()
    # A page on a customer's own domain shows it, and so does whoever reads letters in a browser.
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _nothing_here() -> Response:
    return PlainTextResponse("Nothing here.\n", 404, {"Cache-Control": "no-store"})


signed_media_router = Router("/", route_handlers=[signed_media])
