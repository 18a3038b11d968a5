"""The player alone, for a page of the team's own: the one page here that others may frame."""

from typing import Any, Final

from litestar import Response, Router, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from app.viewer.addresses import PAGE
from app.viewer.dependencies import look_up
from app.viewer.landing_pages import counted_answer, saves_data
from app.viewer.link import Link
from app.viewer.page_answers import STATUS, answer, drawn_of
from app.web.pages import AnyRequest

# Guard leaves X-Frame-Options out where a page's own policy says who may frame it.
_FRAMED: Final = {"Cross-Origin-Resource-Policy": "cross-origin"}
NOT_HERE = 403


def may_embed(link: Link | None) -> bool:
    """Whether the link's video may stand on other pages: never behind a password."""
    return link is not None and link.choices.allows_embed and not link.password_hash


@route(
    PAGE + "/embed",
    name="viewer.embed",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    without_session=True,
)
async def embed_page(request: AnyRequest, public_id: FromPath[str]) -> Response[Any]:
    """The player; else a few words, with a way to the page where there is one."""
    looked = await look_up(request, public_id)
    state = looked.state(request)
    is_shown = state == "ready" and may_embed(looked.link)
    name = "viewer/embed_page.html" if is_shown else "viewer/embed_closed_page.html"
    page_url = looked.place.url(public_id) if looked.link else ""
    light_first = saves_data(request)
    drawn = drawn_of(
        request, looked, state, name, light_first, page_url=page_url, light_first=light_first
    )
    if is_shown:
        framed = await counted_answer(request, looked, drawn, source="embed")
    else:
        # Not shown here, though its own page shows it: a frame that is not permitted says so.
        framed = answer(drawn, status=200 if state == "waiting" else STATUS.get(state, NOT_HERE))
    policy = _framed_policy(drawn.headers["Content-Security-Policy"])
    framed.headers.update({"Content-Security-Policy": policy, **_FRAMED})
    return framed


def _framed_policy(of_page: str) -> str:
    """The page's own, but for frames: it stands in any, and has no calendar in one."""
    kept = [each for each in of_page.split("; ") if not each.startswith("frame-")]
    return "; ".join((*kept, "frame-src 'none'", "frame-ancestors *"))


embed_router = Router("/", route_handlers=[embed_page])
