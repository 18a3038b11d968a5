"""Refuses a body that is larger than a route takes, before anything reads or answers it.

Routes that take files name a limit of their own, and say what is too large in their own words.
"""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from app.web.refusals import TooLarge

# Forms are small.
MAX_BODY_BYTES = 1024 * 1024
TOO_LARGE = "More was sent than this address takes: 1 MB at most. Nothing of it was kept."


class BodyLimit:
    """Raises TooLarge for what a request announces. What it does not is counted as it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and announced_bytes(scope) > MAX_BODY_BYTES:
            limit = getattr(scope["route_handler"], "resolve_request_max_body_size", None)
            if limit is None or limit() == MAX_BODY_BYTES:
                raise TooLarge(TOO_LARGE)
        await self.app(scope, receive, send)


def announced_bytes(scope: Scope) -> int:
    """What the request says of its body; 0 where it says nothing."""
    given = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(given) if given.isdigit() else 0
