"""Waits for the whole body before a handler begins, so that who sends slowly holds nothing.

A handler's first statement takes a connection of the database. If the body were read after it,
twenty browsers that send a byte a minute would hold them all, and nobody else would get a page.
"""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPRequestEvent, Receive, Scope, Send

from app.web.body_limit import MAX_BODY_BYTES, TOO_LARGE, announced_bytes
from app.web.refusals import TooLarge

# Pictures and pasted lists. Routes that take more, and PUT, which brings a file in pieces, read the
# body themselves and hold no session meanwhile.
HELD_AT_MOST_BYTES = 12 * 1024**2
_WITHOUT = {"GET", "HEAD", "OPTIONS", "PUT"}


class WholeBody:
    """Hands a body on in one piece. Of who is not signed in it holds no more than a form.

    Raises TooLarge for a form that turns out to be more.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = _limit_bytes(scope)
        if limit:
            body = await _read(receive, limit)
            if body is None:
                return  # who asked has gone
            receive = _handing_on(body, receive)
        await self.app(scope, receive, send)


def _limit_bytes(scope: Scope) -> int:
    """How much to wait for; 0 where nothing comes or the handler takes it as it comes."""
    if scope["type"] != ScopeType.HTTP or scope["method"] in _WITHOUT:
        return 0
    resolve = getattr(scope["route_handler"], "resolve_request_max_body_size", None)
    limit = resolve() if resolve is not None else None
    most = HELD_AT_MOST_BYTES if scope["state"].get("person") else MAX_BODY_BYTES
    if not isinstance(limit, int) or limit > most or announced_bytes(scope) > limit:
        return 0
    return limit


async def _read(receive: Receive, limit_bytes: int) -> bytes | None:
    """The body, or a little more than `limit_bytes` of it; None when its sender went away."""
    body = bytearray()
    more = True
    while more and len(body) <= limit_bytes:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message["body"]
        more = message["more_body"]
    if len(body) > limit_bytes == MAX_BODY_BYTES:
        raise TooLarge(TOO_LARGE)
    # More than other routes take: the handler says in its own words what is too large.
    return bytes(body)


def _handing_on(body: bytes, receive: Receive) -> Receive:
    """The body first, then whatever comes, such as the browser's going."""
    first: list[HTTPRequestEvent] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_held() -> HTTPReceiveMessage:
        return first.pop() if first else await receive()  # type: ignore[return-value]

    return receive_held
