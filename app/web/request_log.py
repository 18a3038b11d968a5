"""One line in the log for each request: what was asked, what was answered, how long it took; none
for what pages tell of visits, unless it is refused.

Never more of an address than its route: paths hold tokens, and queries hold what people typed.
"""

import time
from secrets import token_hex

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

log = structlog.get_logger()

UNMATCHED = "–"


class RequestLog:
    """Gives each request an id: in every line of the log that belongs to it, and in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        request_id, began, status = token_hex(8), time.perf_counter(), 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                name = (b"x-request-id", request_id.encode())
                message["headers"] = [*message["headers"], name]
            await send(message)

        with bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_named)
            finally:
                if not _is_quiet(scope, status):
                    log.info(
                        "request.done",
                        method=scope["method"],
                        route=route_of(scope),
                        status=status,
                        ms=round((time.perf_counter() - began) * 1000),
                    )


def _is_quiet(scope: Scope, status: int) -> bool:
    """Whether the route is asked thousands of times a second (its option `quiet`) and all is well:
    the lines would be the most of the log, and a good part of the work."""
    handler = scope.get("route_handler")
    return 200 <= status < 300 and handler is not None and bool(handler.opt.get("quiet"))


def route_of(scope: Scope) -> str:
    """The route's template, such as `/sign-in/link/{token}`, never what stands in its place."""
    return scope.get("path_template") or UNMATCHED
