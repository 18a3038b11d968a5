"""Reads the Host header before routing: whose page is asked for. Unknown hosts get nothing."""

import re
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings
from app.web.served_hosts import ServedHosts

# A DNS label; what a workspace may call itself is stricter (app/workspaces/slugs.py).
_LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
_LOOPBACK = re.compile(r"^(127(\.\d{1,3}){3}|\[::1\]|localhost)$")
TLS_ASK = "/internal/tls-ask"


def host_of(scope: Any) -> str:
    """The Host header in small letters, with its port; "" unless it is there exactly once."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return hosts[0].decode("latin-1").lower() if len(hosts) == 1 else ""


def names_loopback(scope: Any) -> bool:
    """Whether the Host header names this machine as only it calls itself."""
    return bool(_LOOPBACK.match(_without_port(host_of(scope))))


class HostDispatch:
    """Sets `scope["state"]["workspace_slug"]`: the subdomain's, or None on the app's own host; and
    `["domain_workspace_id"]`: whose own host it is, or None on any of ours.

    On a team's own host there is nothing but its landing pages, at `/<id>`, and their files. They
    are routed as `/v/<id>`, which works there, too: links outlive the coming and going of a host.
    The port is not compared: behind a proxy it is the proxy's.
    """

    def __init__(self, app: ASGIApp, settings: Settings, served: ServedHosts) -> None:
        self.app = app
        self.own = settings.host_name
        self.served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) == "lifespan":
            await self.app(scope, receive, send)
            return
        name = _without_port(host_of(scope))
        slug, domain_workspace_id = self._slug_of(name), None
        if name != self.own and slug is None:
            # After our own: no row makes one of those somebody's.
            domain_workspace_id = self.served.workspace_of(name)
            if domain_workspace_id is not None:
                _lead_to_viewer(scope)
            elif not _is_probe(scope, name):
                await _refuse(send)
                return
        state = scope.setdefault("state", {})
        state["workspace_slug"] = slug
        state["domain_workspace_id"] = domain_workspace_id
        await self.app(scope, receive, send)

    def _slug_of(self, name: str) -> str | None:
        label, dot, parent = name.partition(".")
        return label if dot and parent == self.own and _LABEL.match(label) else None


def _lead_to_viewer(scope: Any) -> None:
    """Every path is the viewer's, but for the files that its pages need."""
    path = str(scope["path"])
    if path.startswith(("/static/", "/v/")):
        return
    # The host alone is a link whose end was lost: the viewer has the words for that.
    scope["path"] = "/v/-" if path == "/" else f"/v{path}"
    if raw_path := scope.get("raw_path"):
        scope["raw_path"] = b"/v/-" if path == "/" else b"/v" + raw_path


def _without_port(host: str) -> str:
    return re.sub(r":\d+$", "", host).rstrip(".")


def _is_probe(scope: Any, name: str) -> bool:
    path = str(scope["path"])
    if path == "/metrics":
        return True  # Prometheus calls machines by any name; what it may read is its handler's
    if path == TLS_ASK:
        return bool(_LOOPBACK.match(name))
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
