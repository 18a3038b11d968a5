"""A drawn page as an answer of few steps: its headers were put together when it was drawn.

Litestar's own Response makes each header anew for each request, which took a quarter of the time
of a page that is remembered.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

Headers = tuple[tuple[bytes, bytes], ...]
# What is done once the page has been sent. Making a BackgroundTask takes longer than most of it.
Then = Callable[[], Awaitable[None]]


class SentPage(Response[bytes]):
    """HTML with these headers, as they are sent; more of them can be set as on any Response."""

    def __init__(
        self, page: bytes, known: Headers, *, status: int = 200, then: Then | None = None
    ) -> None:
        super().__init__(page, status_code=status, media_type="text/html")
        self.known, self.then = known, then

    def to_asgi_response(self, app: Any, request: Any, **_: Any) -> ASGIResponse:
        return _AsItIs(self)

    async def send_as_it_is(self, send: Send) -> None:
        """HEAD gets the same headers; the server leaves the body out."""
        own = self.headers
        given = [(name.lower().encode(), text.encode("latin-1")) for name, text in own.items()]
        known = [each for each in self.known if each[0] not in dict(given)] if given else self.known
        given += [each.to_encoded_header() for each in self.cookies]
        length = (b"content-length", str(len(self.content)).encode())
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code or 200,
                "headers": [*known, *given, length],
            }
        )
        await send({"type": "http.response.body", "body": self.content, "more_body": False})
        if self.then is not None:
            await self.then()


class _AsItIs(ASGIResponse):
    def __init__(self, page: SentPage) -> None:
        self.page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.page.send_as_it_is(send)
