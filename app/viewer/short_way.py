"""A page that was drawn and is remembered is sent at once, without looking for its route.

The same answer as app/viewer/landing_pages.py gives, for who has no cookie and does not ask for few
bytes: most of what a load of such a page costs is finding out which handler to ask.
"""

from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from app.viewer.dependencies import LinkMemory, Looked, own_place
from app.viewer.landing_pages import READY, counted_answer
from app.viewer.sent_page import SentPage
from app.web.pages import AnyRequest

# Headers of those who may get another page.
_NOT_FOR = frozenset({b"cookie", b"save-data"})
PREFIX, ROUTE = "/v/", "/v/{public_id}"


class ShortWay:
    """Inside of what says whose host it is, around the application."""

    def __init__(self, app: Litestar) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (page := await self._find(scope)) is None:
            await self.app(scope, receive, send)
        else:
            await page.send_as_it_is(send)

    async def _find(self, scope: Scope) -> SentPage | None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "GET":
            return None
        path, state = scope["path"], scope["state"]
        public_id = path[len(PREFIX) :]
        whose = state.get("domain_workspace_id") or state["workspace_slug"]
        if whose is None or not path.startswith(PREFIX):
            return None
        memory: LinkMemory = self.app.state.link_memory
        held = memory.links.find_fresh((whose, public_id))
        if held is None or any(name in _NOT_FOR for name, _ in scope["headers"]):
            return None
        scope["litestar_app"] = self.app
        request: AnyRequest = Request(scope)
        looked = Looked(public_id, own_place(request, whose), held)
        drawn = held.drawn.get((READY, looked.place))
        if drawn is None or looked.state(request) != "ready":
            return None
        scope["path_template"] = ROUTE  # for the log
        return await counted_answer(request, looked, drawn)
