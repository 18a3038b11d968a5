"""Every failure as a page in the house's style, or as a toast for a part of one."""

from typing import Any

import psycopg
import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.errors import LoomliteError
from app.web.body_limit import TOO_LARGE
from app.web.pages import AnyRequest, Page, see_other, state_of
from app.web.refusals import SignInNeeded, TooManyTries, WebRefusal
from app.web.request_log import route_of

log = structlog.get_logger()

_TEXTS = {
    403: ("Not yours to see", "You are signed in, but this is not open to you."),
    404: ("Nothing here", "This page does not exist, or is not yours to see."),
    405: ("Not that way", "This address does not take this kind of request."),
    413: ("Too large", TOO_LARGE),
    429: ("Too many tries", "Wait a minute and try again."),
}
_BROKEN = (
    "This did not work",
    "Something went wrong on our side. Nothing you entered was changed. Try again in a minute.",
)
_DATABASE_GONE = (
    "Back in a moment",
    "The database does not answer right now. This page tries again by itself; "
    "what you saved before is safe.",
)


def refusal_page(request: AnyRequest, error: WebRefusal) -> Response[Any]:
    """The answer to an expected refusal. A missing sign-in leads to the sign-in and back."""
    if isinstance(error, SignInNeeded):
        if request.headers.get("hx-request"):
            return Response(None, status_code=200, headers={"HX-Redirect": error.sign_in_url})
        return see_other(error.sign_in_url)
    response = _page(request, error.status, error.title, str(error))
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def expected_error_page(request: AnyRequest, error: LoomliteError) -> Response[Any]:
    """An expected failure that no handler made part of its page."""
    return _page(request, getattr(error, "status", 400), "That did not work", str(error))


def http_error_page(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What the framework refuses. A malformed id is no page of ours: 404."""
    status = 404 if error.status_code == 400 and "path" in str(error.extra) else error.status_code
    title, text = _TEXTS.get(status, ("That did not work", "This request could not be understood."))
    return _page(request, status, title, text)


def database_error_page(request: AnyRequest, error: Exception) -> Response[Any]:
    """The database gone: 503 with a retry. Anything else of it is a fault of ours."""
    gone = isinstance(error, PoolTimeout | psycopg.OperationalError) or (
        isinstance(error, DBAPIError)
        and (error.connection_invalidated or type(error.orig).__name__ in _GONE)
    )
    if not gone:
        return unexpected_error_page(request, error)
    log.warning("database.gone", route=route_of(request.scope), reason=type(error).__name__)
    response = _page(request, 503, *_DATABASE_GONE)
    response.headers["Retry-After"] = "5"
    return response


_GONE = {"OperationalError", "InterfaceError", "AdminShutdown", "ConnectionTimeout"}


def unexpected_error_page(request: AnyRequest, error: Exception) -> Response[Any]:
    """A fault of ours: the cause goes to the log, never to the page."""
    log.error("request.failed", route=route_of(request.scope), exc_info=error)
    return _page(request, 500, *_BROKEN)


def _page(request: AnyRequest, status: int, title: str, text: str) -> Page:
    is_own_host = state_of(request).get("domain_workspace_id") is not None
    return Page(
        template_name="errors/plain_error.html" if is_own_host else "errors/error.html",
        context={"status": status, "title": title, "text": text},
        status_code=status,
        headers={"Cache-Control": "no-store"},
    )
