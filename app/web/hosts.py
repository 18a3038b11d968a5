"""Reads the Host header before routing: whose page is asked for. Unknown hosts get nothing."""

import re
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings

# A DNS label; what a workspace may call itself is stricter (app/workspaces/slugs.py).
_LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")


def host_of(scope: Any) -> str:
    """The Host header in small letters, with its port; "" unless it is there exactly once."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return hosts[0].decode("latin-1").lower() if len(hosts) == 1 else ""


class HostDispatch:
    """Sets `scope["state"]["workspace_slug"]`: the subdomain's, or None on the app's own host.

    The port is not compared: behind a proxy it is the proxy's.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.own = settings.host_name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) == "lifespan":
            await self.app(scope, receive, send)
            return
        name = _without_port(host_of(scope))
        slug = None
        if name != self.own and not _is_probe(scope, name):
            label, dot, parent = name.partition(".")
            if not dot or parent != self.own or not _LABEL.match(label):
                await _refuse(send)
                return
            slug = label
        scope.setdefault("state", {})["workspace_slug"] = slug
        await self.app(scope, receive, send)


def _without_port(host: str) -> str:
    return re.sub(r":\d+$", "", host).rstrip(".")


def _is_probe(scope: Any, name: str) -> bool:
    path = str(scope["path"])
    if path == "/metrics":
        return True  # Prometheus calls machines by any name; what it may read is its handler's
    # Health checks of load balancers name an address, not a host.
    return path.startswith("/health/") and bool(
        re.match(r"^(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\]|localhost)$", name)
    )


async def _refuse(send: Send) -> None:
    text = b"This host is not served here.\n"
    await send(
        {
            "type": "http.response.start",
            "status": 421,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(text)).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": text, "more_body": False})
