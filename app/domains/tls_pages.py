"""Answers the proxy on this machine that asks whether it may get a certificate for a host.

It asks at any handshake, so the answer comes from memory: no database, no session, no page.
"""

from ipaddress import ip_address
from typing import Any

from litestar import Response, Router, get
from litestar.enums import MediaType
from litestar.params import FromQuery

from app.web.hosts import TLS_ASK, names_loopback
from app.web.pages import AnyRequest, settings_of
from app.web.served_hosts import ServedHosts

# What a proxy adds to what it passes on: somebody else's question.
PASSED_ON = {b"x-forwarded-for", b"x-forwarded-host", b"forwarded", b"x-real-ip", b"via"}


@get(TLS_ASK, name="tls.ask", without_session=True)
async def tls_ask(request: AnyRequest, domain: FromQuery[str] = "") -> Response[str]:
    """200 for a team's own host whose records were proven (verified, or failing and not yet
    withdrawn) and for the subdomain of a workspace that exists; 404 for everything else, IP
    addresses and our own host among it, and for whoever asks from elsewhere."""
    served: ServedHosts = request.app.state.served_hosts
    host = domain.lower().rstrip(".")
    slug, _, parent = host.partition(".")
    is_served = served.workspace_of(host) is not None or (
        parent == settings_of(request).host_name and served.has_slug(slug)
    )
    if not is_served or not _asks_from_here(request.scope):
        return _answer(404, "no")
    return _answer(200, "yes")


def _asks_from_here(scope: Any) -> bool:
    """Whether a program on this machine asks for itself."""
    if any(name.lower() in PASSED_ON for name, _ in scope["headers"]):
        return False
    try:
        is_near = ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False
    return is_near and names_loopback(scope)


def _answer(status: int, word: str) -> Response[str]:
    return Response(
        f"{word}\n",
        status_code=status,
        media_type=MediaType.TEXT,
        headers={"Cache-Control": "no-store"},
    )


tls_router = Router("/", route_handlers=[tls_ask])
