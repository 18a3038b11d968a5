"""What every request and answer goes through: same-origin writes only, and the security headers."""

from typing import Any
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings
from app.web.hosts import host_of

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def content_security_policy(settings: Settings) -> str:
    """Nothing inline, nothing from elsewhere but the storage's files and our own signed ones.
    `blob:` is the camera's take before it is sent.

    A form may lead on to a workspace's host, and to Stripe's where plans are sold: browsers hold
    redirects to `form-action` too.
    """
    files = " ".join(("'self'", settings.base_url, settings.media_origin or "")).strip()
    own = f"{settings.base_url} {settings.scheme}://*.{settings.host}"
    paying = "".join(f" {each}" for each in settings.payment_pages)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {files} data: blob:",
            f"media-src {files} blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "frame-src 'self'",
            f"form-action 'self' {own}{paying}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """Refuses writes from other origins and adds the headers. No tokens: every browser that has
    `Sec-Fetch-Site` or sends `Origin` with a POST (all since 2020) says where a request comes from,
    and what says neither is no browser and carries no one's cookies.
    https://words.filippo.io/csrf/
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"strict-origin-when-cross-origin"),
            (b"x-frame-options", b"DENY"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(self), microphone=(self), geolocation=()"),
            (b"content-security-policy", content_security_policy(settings).encode()),
        ]
        self.is_https = settings.scheme == "https"
        if self.is_https:
            self.headers.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                if self.is_https:
                    message["headers"] = [_sent_safely(each) for each in message["headers"]]
                # A handler that needs another policy (a letter's own frame) has set it already, and
                # one that anybody may frame would contradict itself with this.
                if _may_be_framed(message["headers"]):
                    given.add(b"x-frame-options")
                message["headers"] = [
                    *message["headers"],
                    *(each for each in self.headers if each[0] not in given),
                ]
            await send(message)

        if scope["method"] not in SAFE_METHODS and _is_from_elsewhere(scope):
            await _refuse(send_guarded)
            return
        await self.app(scope, receive, send_guarded)


def _may_be_framed(headers: Any) -> bool:
    policies = (value for name, value in headers if name.lower() == b"content-security-policy")
    return any(b"frame-ancestors *" in policy for policy in policies)


def _sent_safely(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A cookie that browsers send over https alone, whoever set it; any other header as it is."""
    name, value = header
    if name.lower() != b"set-cookie" or b"; secure" in value.lower():
        return header
    return name, value + b"; Secure"


def _is_from_elsewhere(scope: Any) -> bool:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        # Not same-site: another workspace's subdomain is another origin.
        return site not in {"same-origin", "none"}
    origin = headers.get(b"origin")
    return origin is not None and _place_of(origin) != host_of(scope)


def _place_of(origin: str) -> str:
    """Host and port; “?” for what is no origin, as which no host is served."""
    try:
        return urlsplit(origin).netloc.lower() or "?"
    except ValueError:
        return "?"


async def _refuse(send: Send) -> None:
    text = b"This came from another site and was not done. Open the page here and try again.\n"
    await send(
        {
            "type": "http.response.start",
            "status": 403,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(text)).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": text, "more_body": False})
