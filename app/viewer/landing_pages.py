"""A prospect's page in each of its states, and whether it has another one by now.

On a workspace's host and, led here from `/<id>`, on a team's own. Nobody is signed in here.
"""

from functools import partial
from typing import Any

from litestar import Response, Router, get, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from app.viewer.addresses import PAGE
from app.viewer.dependencies import Looked, is_team, look_up, memory_of
from app.viewer.event_pages import note_opened, wants_privacy
from app.viewer.landing import CLOSED
from app.viewer.page_answers import ROBOTS, DrawnPage, answer, closed_answer, drawn_of
from app.viewer.page_tokens import Source, make, new_page
from app.viewer.sent_page import SentPage
from app.web.pages import AnyRequest

# How often a page that waits may ask, and what a browser without scripts is told.
ASK_AGAIN_S = 10
# With the place: under what the finished page is kept with its link, and that for who saves data.
READY, SAVING = "ready", "saving"


@route(
    PAGE, name="viewer.page", http_method=[HttpMethod.GET, HttpMethod.HEAD], without_session=True
)
async def landing_page(request: AnyRequest, public_id: FromPath[str]) -> Response[Any]:
    looked = await look_up(request, public_id)
    state = looked.state(request)
    if state in CLOSED:
        return closed_answer(request, looked, state)
    if state == "password":
        return password_answer(request, looked)
    if state == "waiting":
        return _waiting_answer(request, looked)
    return await counted_answer(request, looked, await _drawn_ready(request, looked))


@get(PAGE + "/state", name="viewer.state", without_session=True)
async def landing_state(request: AnyRequest, public_id: FromPath[str]) -> Response[Any]:
    """For a page that waits: `{"state": "waiting", "ask_again_s": 10}`."""
    looked = await look_up(request, public_id)
    state = looked.state(request)
    return Response(
        {"state": state, "ask_again_s": ASK_AGAIN_S},
        status_code=404 if state == "gone" else 200,
        headers={"Cache-Control": "no-store", **ROBOTS},
    )


def password_answer(
    request: AnyRequest, looked: Looked, *, error: str | None = None, status: int = 200
) -> Response[Any]:
    """The page that asks for the link's password, and says what was wrong."""
    drawn = drawn_of(
        request,
        looked,
        "password",
        "viewer/password_page.html",
        error,
        error=error,
        password_url=looked.place.path(looked.public_id, "password"),
    )
    return answer(drawn, status=status)


async def counted_answer(
    request: AnyRequest, looked: Looked, drawn: DrawnPage, *, source: Source = "page"
) -> SentPage:
    """The page of a link that is ready, with the token of this load of it. That it was opened is
    noted once it has been sent: who looks waits for nothing of that."""
    link, storage = looked.link, request.app.state.storage
    if link is None or link.video is None or link.campaign_id is None:
        return answer(drawn)
    page = new_page(
        link.workspace_id,
        link.campaign_id,
        link.video.render_id,
        link.public_id,
        link.video.duration_s,
        is_team=await is_team(request, looked),
        is_private=wants_privacy(request),
        source=source,
    )
    noting = partial(note_opened, request, page) if request.method == "GET" else None
    return answer(drawn, token=make(storage.links.secret, page), then=noting)


def saves_data(request: AnyRequest) -> bool:
    """Whether this browser asks for few bytes: the light copy then stands first in the page, for
    without scripts nobody else would choose it."""
    return request.headers.get("save-data", "").lower() == "on"


async def _drawn_ready(request: AnyRequest, looked: Looked) -> DrawnPage:
    """The page with its video, and with the poster in small where that could be had in time, to be
    seen while the sharp one is on its way."""
    is_saving = saves_data(request)
    kept = looked.held.drawn if looked.held else {}
    which = (SAVING if is_saving else READY, looked.place)
    if which in kept:
        page: DrawnPage = kept[which]
        return page
    video = looked.link.video if looked.link else None
    key = video.key_of("poster.jpg") if video else None
    glimpses = memory_of(request).glimpses
    glimpse = await glimpses.find(request.app.state.storage, key)
    drawn = drawn_of(
        request,
        looked,
        "ready",
        "viewer/landing_page.html",
        (bool(glimpse), is_saving),
        glimpse=glimpse,
        light_first=is_saving,
    )
    if glimpses.is_settled(key):
        kept[which] = drawn
    return drawn


def _waiting_answer(request: AnyRequest, looked: Looked) -> Response[Any]:
    drawn = drawn_of(
        request,
        looked,
        "waiting",
        "viewer/waiting_page.html",
        state_url=looked.place.path(looked.public_id, "state"),
    )
    return answer(drawn)


landing_router = Router("/", route_handlers=[landing_page, landing_state])
