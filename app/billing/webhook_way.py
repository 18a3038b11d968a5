"""An event of Stripe's is taken at once, without looking for its route.

The same answers as webhook_pages.py gives: when a thousand events come in one moment, most of what
each costs would be finding out which handler to ask.
"""

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from app.billing.webhook_pages import PATH, answer_event, stripe_webhook
from app.web.body_limit import MAX_BODY_BYTES, announced_bytes


class WebhookWay:
    """Inside of what says whose host it is, around the application."""

    def __init__(self, app: ASGIApp, litestar: Litestar) -> None:
        self.app = app
        self.state = litestar.state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._takes(scope):
            await self.app(scope, receive, send)
            return
        # For the log.
        scope["path_template"], scope["route_handler"] = PATH, stripe_webhook
        body, signature = await _read(receive), _signature(scope)
        if body is None:
            return
        status, text = await answer_event(self.state, body, signature)
        await _send(send, status, text.encode())

    def _takes(self, scope: Scope) -> bool:
        return (
            scope["type"] == ScopeType.HTTP
            and scope["path"] == PATH
            and scope["method"] == "POST"
            and self.state.settings.stripe_webhook_secret is not None
            # What is too large, or does not say how large it is, the application refuses or counts.
            and 0 < announced_bytes(scope) <= MAX_BODY_BYTES
        )


async def _read(receive: Receive) -> bytes | None:
    """The body, or None when who sent it has gone."""
    pieces = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        pieces.append(message["body"])
        if not message["more_body"]:
            return b"".join(pieces)


def _signature(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"stripe-signature":
            return value.decode("latin-1")
    return None


async def _send(send: Send, status: int, text: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text, "more_body": False})
