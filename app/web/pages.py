"""Answers of handlers: a page, a part of one, the way to another; it knows no feature."""

import json
from collections.abc import Hashable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.response import Redirect, Stream, Template

from app.settings import Settings
from app.web.exports import Export, export_lines
from app.web.template_engine import TemplateEngine

AnyRequest = Request[Any, Any, Any]
# What a handler gives back when it may be a page or a way to another.
Answer = Response[Any]


class Page(Template):
    """A template that also knows who looks at it: `person`, `member`, `acting` where it is staff as
    that person, and the toasts in `flash`."""

    def create_template_context(self, request: AnyRequest) -> dict[str, Any]:
        state = state_of(request)
        toasts = unpack_flash(request.cookies.get("flash")) if self._is_whole(request) else []
        if toasts:
            # Said once. Litestar reads the list after the template is rendered.
            self.cookies.append(Cookie(key="flash", path="/", max_age=0))
        return {
            "person": state.get("person"),
            "member": state.get("member"),
            "acting": state.get("acting"),
            "flash": toasts,
            **super().create_template_context(request),
        }

    def _is_whole(self, request: AnyRequest) -> bool:
        """Whether a person gets to see the toasts: htmx takes a piece and leaves the rest."""
        return "hx-request" not in request.headers


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


def page_for_anybody(
    request: AnyRequest, template_name: str, key: Hashable, **context: Any
) -> Response[Any]:
    """A whole page that holds nothing of who asks: drawn once for each `key`, which decides the
    context. Drawn as usual for who has a toast to be shown, or acts as somebody."""
    engine = request.app.template_engine
    is_for_all = "flash" not in request.cookies and not state_of(request).get("acting")
    if not is_for_all or not isinstance(engine, TemplateEngine):
        return page(template_name, **context)
    return Response(
        engine.draw_once(request.app, template_name, key, context),
        media_type=MediaType.HTML,
        headers={"Cache-Control": "no-store"},
    )


def see_other(url: str) -> Redirect:
    """303: what was sent is done, look there now."""
    return Redirect(url, status_code=303)


def flash(
    response: Response[Any], kind: str, text: str, *, undo_path: str | None = None
) -> Response[Any]:
    """Shows a toast on the next page; `kind` is good, info, warn or bad.

    With `undo_path` the toast has an Undo button that posts there.
    """
    response.set_cookie(
        key="flash",
        value=_packed(kind, text, undo_path),
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


def _packed(*parts: str | None) -> str:
    # Cookies hold ASCII without commas and semicolons.
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode().hex()


def unpack_flash(value: str | None) -> list[tuple[str, str, dict[str, str] | None]]:
    """The toasts a flash cookie holds: kind, text, undo; nothing for a cookie that is not ours."""
    try:
        kind, text, undo_path = json.loads(bytes.fromhex(value or ""))
    except (ValueError, TypeError, RecursionError):
        return []
    if kind not in ("good", "info", "warn", "bad") or not isinstance(text, str) or not text:
        return []
    # A path and nothing else: the button must not post to another site.
    undo = isinstance(undo_path, str) and safe_next_path(undo_path) == undo_path
    return [(kind, text, {"action": undo_path, "label": "Undo"} if undo else None)]


def csv_file(request: AnyRequest, workspace_id: UUID, export: Export, name: str) -> Stream:
    """The answer that sends a table while it is read."""
    return Stream(
        export_lines(request.app.state.database, workspace_id, export),
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
