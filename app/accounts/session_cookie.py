"""The session's cookie: host-only, out of reach for scripts; and who the asking browser is."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from app.accounts.acting import NOT_WHILE_ACTING, acting_of, is_own_act, is_valid
from app.accounts.auth_sessions import ABSOLUTE_FOR, Browser, find_session
from app.settings import Settings
from app.web.hosts import host_of
from app.web.refusals import NotAllowed


def cookie_name(settings: Settings) -> str:
    # The prefix makes browsers insist on Secure, path / and no Domain; it needs https.
    return "__Host-session" if settings.scheme == "https" else "session"


def set_session_cookie(response: Response[Any], settings: Settings, token: str) -> None:
    response.set_cookie(
        key=cookie_name(settings),
        value=token,
        # The server knows when it falls idle; the cookie itself is never renewed.
        max_age=int(ABSOLUTE_FOR.total_seconds()),
        path="/",
        secure=settings.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def delete_session_cookie(response: Response[Any], settings: Settings) -> None:
    response.set_cookie(
        key=cookie_name(settings),
        value="",
        max_age=0,
        path="/",
        secure=settings.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def browser_of(request: Request[Any, Any, Any]) -> Browser:
    address = request.client.host if request.client else ""
    return Browser(host_of(request.scope), address, request.headers.get("user-agent", ""))


def _method(scope: Scope) -> str:
    return str(scope["method"]) if scope["type"] == ScopeType.HTTP else "GET"


class SessionMiddleware:
    """Sets `state.person` (a User or None), `state.auth_session` and `state.device_id`; and
    `state.acting` where it is not the person but staff as them. Raises NotAllowed for what they
    leave to the person.

    Routes with the option `without_session` are for everybody and need no database: the files of
    the page that says it is gone among them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state: dict[str, Any] = scope.setdefault("state", {})
        state.update(person=None, auth_session=None, device_id=None, member=None, acting=None)
        if scope["route_handler"].opt.get("without_session"):
            await self.app(scope, receive, send)
            return
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        settings: Settings = connection.app.state.settings
        token = connection.cookies.get(cookie_name(settings))
        if token:
            async with connection.app.state.database.session() as session:
                found = await find_session(session, token, host_of(scope))
            if found is not None and is_valid(found, settings):
                device_id: UUID = found.parent_id or found.id
                state.update(person=found.user, auth_session=found, device_id=device_id)
                state["acting"] = acting = acting_of(found)
                if acting and is_own_act(str(scope["route_handler"].name), _method(scope)):
                    raise NotAllowed(NOT_WHILE_ACTING)
        await self.app(scope, receive, send)
