"""Pages of prospects as answers: drawn once for each link and state, with headers of their own.

Of what is drawn only the token differs from one load of the page to the next.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from app.settings import Settings
from app.viewer.booking_links import origin_of
from app.viewer.dependencies import LinkOutOfReach, Looked, memory_of
from app.viewer.landing import CLOSED, Landing, State
from app.viewer.landings import make_landing, neutral_landing
from app.viewer.page_style import PageStyle, style_of
from app.viewer.sent_page import Headers, SentPage, Then
from app.web.pages import AnyRequest, settings_of
from app.web.template_engine import TemplateEngine

# Stands for the token where a page is drawn; nothing that a team or a lead typed can be it, for it
# is taken as the text of an attribute that only the token fills.
_TOKEN_MARK: Final = "token-of-this-load"  # noqa: S105
_TOKEN_PLACE: Final = f'data-token="{_TOKEN_MARK}"'

# Whoever is asked for a link that was closed knows that it was one.
STATUS: dict[State, int] = {
    "gone": 404,
    "revoked": 410,
    "expired": 410,
    "removed": 410,
    "erased": 410,
    "away": 503,
}
AGAIN_AFTER_S = 5
NEVER_KEPT: Final = "private, no-store"
ROBOTS: Final = {"X-Robots-Tag": "noindex, nofollow, noarchive"}


@dataclass(frozen=True)
class DrawnPage:
    """A page around its token, ready to be sent."""

    before: bytes
    after: bytes | None
    headers: dict[str, str]

    @cached_property
    def encoded(self) -> Headers:
        kind = (b"content-type", b"text/html; charset=utf-8")
        return kind, *(
            (name.lower().encode(), text.encode()) for name, text in self.headers.items()
        )

    def with_token(self, token: str) -> bytes:
        if self.after is None:
            return self.before
        return b"".join((self.before, f'data-token="{token}"'.encode(), self.after))


def viewer_policy(settings: Settings, style: PageStyle, frame_origin: str | None) -> str:
    """What a landing page may load: its own, the storage's files, and the calendar it shows."""
    files = " ".join(filter(None, ("'self'", settings.media_origin)))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {style.sources}",
            f"img-src {files} data:",
            f"media-src {files} blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "frame-src " + (frame_origin or "'none'"),
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def draw_page(request: AnyRequest, name: str, landing: Landing, **context: Any) -> DrawnPage:
    """The template with this landing; its token is left open where the page has one."""
    style = style_of(landing.brand)
    calendar = landing.booking if landing.booking and landing.booking.kind == "calendly" else None
    frame_origin = origin_of(calendar.embed_url) if calendar else None
    engine = request.app.template_engine
    assert isinstance(engine, TemplateEngine)  # noqa: S101 - app/asgi.py
    text = engine.draw_for_anybody(
        request.app,
        name,
        {
            "landing": replace(landing, token=_TOKEN_MARK),
            "style": style.element,
            "frame_origin": frame_origin or "",
            **context,
        },
    )
    before, place, after = text.partition(_TOKEN_PLACE)
    # Which copy stands first. Nothing keeps these pages; who would all the same has been told.
    varies = {"Vary": "Save-Data"} if landing.video and landing.video.light_url else {}
    return DrawnPage(
        before.encode(),
        after.encode() if place else None,
        {
            "Cache-Control": NEVER_KEPT,
            "Content-Security-Policy": viewer_policy(settings_of(request), style, frame_origin),
            "Referrer-Policy": "strict-origin-when-cross-origin",
            **varies,
            **ROBOTS,
        },
    )


def drawn_of(
    request: AnyRequest,
    looked: Looked,
    state: State,
    name: str,
    key: Hashable = None,
    **context: Any,
) -> DrawnPage:
    """The page of a link in this state, drawn at most once as long as the link stays as it is.

    `key` decides the context besides link and state.
    """
    if looked.held is None:
        return _neutral(request, "gone")
    drawn, which = looked.held.drawn, (name, state, looked.place, key)
    if which not in drawn:
        service_url = settings_of(request).base_url
        landing = make_landing(looked.held.link, state, looked.place, service_url=service_url)
        drawn[which] = draw_page(request, name, landing, **context)
    page: DrawnPage = drawn[which]
    return page


def answer(
    drawn: DrawnPage, *, status: int = 200, token: str = "", then: Then | None = None
) -> SentPage:
    """The page; `then` is done once it has been sent."""
    return SentPage(drawn.with_token(token), drawn.encoded, status=status, then=then)


def closed_answer(request: AnyRequest, looked: Looked, state: State) -> SentPage:
    """The kind page of a link that is closed, or of an address that never was one."""
    assert state in CLOSED  # noqa: S101
    drawn = drawn_of(request, looked, state, "viewer/closed_page.html")
    return answer(drawn, status=STATUS[state])


def away_page(request: AnyRequest, _error: LinkOutOfReach) -> SentPage:
    """The database is away, and nothing of this link is remembered."""
    response = answer(_neutral(request, "away"), status=STATUS["away"])
    # Browsers without scripts understand it, too.
    response.headers["Refresh"] = response.headers["Retry-After"] = str(AGAIN_AFTER_S)
    return response


def _neutral(request: AnyRequest, state: State) -> DrawnPage:
    """Without the id that was asked for: it is the same for all."""
    kept: dict[State, DrawnPage] = memory_of(request).neutral
    if state not in kept:
        kept[state] = draw_page(request, "viewer/closed_page.html", neutral_landing(state))
    return kept[state]
