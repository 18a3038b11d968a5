"""The stream of a workspace's pages; it holds no database session while it is open."""

from litestar import Router, get
from litestar.response import ServerSentEvent

from app.accounts.dependencies import Person
from app.web.live import stream_of
from app.web.pages import AnyRequest, state_of
from app.web.refusals import NotFound
from app.workspaces.service import find_membership


@get("/live", name="live.stream")
async def live_stream(request: AnyRequest, person: Person) -> ServerSentEvent:
    """Events named after what changed. A stranger gets 404."""
    slug = state_of(request)["workspace_slug"]
    # Not the injected session: it would stay open as long as the stream.
    async with request.app.state.database.session(user_id=person.id) as session:
        member = await find_membership(session, person.id, slug) if slug else None
    if member is None:
        raise NotFound
    return ServerSentEvent(stream_of(request.app.state.news, member.workspace_id))


live_router = Router("/", route_handlers=[live_stream])
