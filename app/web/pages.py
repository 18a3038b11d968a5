"""Answers of handlers: a page, a part of one, the way to another; it knows no feature."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.response import Redirect, Template

from app.settings import Settings

AnyRequest = Request[Any, Any, Any]
# What a handler gives back when it may be a page or a way to another.
Answer = Response[Any]


class Page(Template):
    """A template that also knows who looks at it: `person`, `member` and the toasts in `flash`."""

    def create_template_context(self, request: AnyRequest) -> dict[str, Any]:
        state = state_of(request)
        return {
            "person": state.get("person"),
            "member": state.get("member"),
            "flash": unpack_flash(request.cookies.get("flash")),
            **super().create_template_context(request),
        }


def state_of(request: AnyRequest) -> dict[str, Any]:
    """What was found out about this request. `request.state` would copy all of it, deeply."""
    return request.scope["state"]


def page(template_name: str, *, status: int = 200, **context: Any) -> Template:
    """A whole page, or a part of one, from its template."""
    return Page(
        template_name=template_name,
        context=context,
        status_code=status,
        # A page may hold a person's data: neither proxies nor the back button may show it stale.
        headers={"Cache-Control": "no-store"},
    )


def see_other(url: str) -> Redirect:
    """303: what was sent is done, look there now."""
    return Redirect(url, status_code=303)


def flash(response: Response[Any], kind: str, text: str) -> Response[Any]:
    """Shows a toast on the next page; `kind` is good, info, warn or bad."""
    response.set_cookie(
        key="flash",
        value=_packed(kind, text),
        max_age=60,
        path="/",
        httponly=True,
        samesite="lax",
    )
    return response


def path_for(request: AnyRequest, route: str, **params: Any) -> str:
    """The path of a route by its name."""
    return str(request.app.route_reverse(route, **params))


def safe_next_path(text: str | None) -> str:
    """A path on this very host to go on to, or "/" for anything else: no open redirect."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or any(ord(sign) < 32 for sign in text) or "\\" in text:
        return "/"
    return text


def settings_of(request: AnyRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _packed(kind: str, text: str) -> str:
    # Cookies hold ASCII without commas and semicolons.
    return f"{kind}:{text}".encode().hex()


def unpack_flash(value: str | None) -> list[tuple[str, str]]:
    """The toasts a flash cookie holds; nothing for one that is not ours."""
    try:
        kind, _, text = bytes.fromhex(value or "").decode().partition(":")
    except ValueError:
        return []
    return [(kind, text)] if kind in {"good", "info", "warn", "bad"} and text else []
