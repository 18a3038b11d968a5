"""A link as a QR code for whoever has the link: pictures that a letter on paper is printed with."""

from litestar import Router, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from starlette.responses import Response

from app.viewer.addresses import PAGE
from app.viewer.dependencies import look_up
from app.viewer.landing import CLOSED
from app.viewer.landing_media_pages import nothing_here
from app.viewer.page_answers import ROBOTS
from app.viewer.qr import QR_TYPES, draw_qr
from app.web.pages import AnyRequest

KEPT_S = 3600


@route(
    [f"{PAGE}/qr.{form}" for form in QR_TYPES],
    name="viewer.qr",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    without_session=True,
)
async def link_qr(request: AnyRequest, public_id: FromPath[str]) -> Response:
    """The address of the page on this very host."""
    looked = await look_up(request, public_id)
    if looked.link is None or looked.state(request) in CLOSED:
        return nothing_here()
    form = request.scope["path"].rpartition(".")[2]
    headers = {
        "Cache-Control": f"private, max-age={KEPT_S}",
        "Cross-Origin-Resource-Policy": "cross-origin",
        **ROBOTS,
    }
    content = draw_qr(looked.place.url(public_id), form)
    return Response(content, media_type=QR_TYPES[form], headers=headers)


qr_router = Router("/", route_handlers=[link_qr])
