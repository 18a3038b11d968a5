"""What happens to a tab while a URL is opened, recorded and waited for; judges nothing."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from app.pipeline.browser.address_guard import AddressGuard, Blocked, DialFailure
from app.pipeline.browser.address_rules import normal_host
from app.pipeline.browser.cdp import Params
from app.pipeline.errors import BrowserHangs, DialogStorm, PageNeverSettles, RedirectLoop

DIALOGS_AT_MOST = 5
ARRIVALS_AT_MOST = (
    6  # documents one after the other; a sign-on or consent detour takes two or three
)
POLL_S = 2.0  # a request open for longer is a long poll or a dead tracker, not a piece of the page
FOLLOW_S = 3.0  # "you will be taken there in 3 seconds" is followed, a news page's refresh is not
# A stream never ends; waiting for it would always cost the whole limit.
_STREAMS = frozenset(
    {"EventSource", "WebSocket", "Ping", "Media", "Prefetch", "CSPViolationReport"}
)

T = TypeVar("T")
Target = tuple[str, int]


@dataclass(frozen=True)
class Limits:
    """How long each part of opening a page may take, in seconds."""

    answer_s: float = 20.0  # until the first byte; a visitor is gone long before
    document_s: float = 30.0  # until the document is parsed
    load_s: float = 8.0  # then at most this long for what the document names
    content_s: float = 6.0  # then until a page made by scripts shows something
    wake_s: float = 6.0  # the pass down the page that wakes what is lazy
    decode_s: float = 4.0  # for pictures and fonts to be there
    hang_s: float = 10.0  # without any answer from the page's own thread


@dataclass
class Document:
    """One document the tab went to, or tried to; `failure` is Chromium's net::ERR_… text."""

    url: str = ""
    status: int = 0
    mime: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    failure: str = ""
    download: bool = False
    parsed: bool = False
    loaded: bool = False


@dataclass
class Visit:
    """One opening of `asked_url`. `url` is where the tab is now, `document` what it shows."""

    asked_url: str
    limits: Limits = field(default_factory=Limits)
    url: str = ""
    document: Document | None = None
    notices: list[str] = field(default_factory=list)
    dialogs: int = 0
    downloaded: bool = False
    frames: set[str] = field(default_factory=set)
    active_s: float = 0.0  # when a request began or ended, or elements came or went (loop time)
    loaded_s: float = 0.0  # when the document had loaded
    trouble: Exception | None = None
    _guard: AddressGuard | None = None
    _guard_start: tuple[int, int] = (0, 0)
    _documents: dict[str, Document] = field(default_factory=dict)
    _leaving: str = ""
    _leave_due_s: float | None = None
    _arrivals: int = 0
    _in_flight: dict[str, float] = field(default_factory=dict)
    _targets: set[Target] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    # ── what is so ──

    def begin(self, guard: AddressGuard) -> None:
        self._guard = guard
        self._guard_start = (len(guard.blocked), len(guard.failures))

    def refusal(self, url: str) -> Blocked | DialFailure | None:
        """What the guard had against the host and port of `url` since this visit began."""
        try:
            here = target_of(url)
        except ValueError:
            return None
        found = [each for each in self._refusals() if (each.host, each.port) == here]
        return found[-1] if found else None

    @property
    def private_parts(self) -> bool:
        """Whether something the page asked for led to an address that is not public."""
        return any(
            isinstance(each, Blocked) and (each.host, each.port) in self._targets
            for each in self._refusals()
        )

    @property
    def leaving(self) -> bool:
        """Whether the tab is on its way to another document, or will be in a moment."""
        due_s = self._leave_due_s
        return bool(self._leaving) or (due_s is not None and due_s - now_s() < FOLLOW_S)

    @property
    def refreshes(self) -> bool:
        """Whether the page will load itself, or another, anew after a while."""
        return self._leave_due_s is not None

    @property
    def busy(self) -> bool:
        """Whether a piece of the page is still being fetched."""
        return any(now_s() - begun_s < POLL_S for begun_s in self._in_flight.values())

    def find_document(self, loader: str) -> Document:
        return self._documents.setdefault(loader, Document())

    def notice(self, sentence: str) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)

    # ── waiting ──

    async def wait_for(self, condition: Callable[[], bool], limit_s: float) -> bool:
        """True once `condition` holds, False after `limit_s`; raises what befell the tab."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while True:
                    news = self._news
                    if self.trouble:
                        raise self.trouble
                    if condition():
                        return True
                    await news.wait()
        return False

    async def watched(self, work: Awaitable[T], limit_s: float) -> T:
        """The result of `work` on the page, which ends when something befalls the tab.

        Raises that, or PageNeverSettles when the page does not answer for `limit_s`.
        """
        task = asyncio.ensure_future(work)
        task.add_done_callback(lambda _: self._tell())
        try:
            if await self.wait_for(task.done, limit_s):
                return task.result()
        except BrowserHangs:
            pass
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        raise PageNeverSettles(self.asked_url, limit_s=limit_s)

    # ── what the tab tells: events of the main frame, then of every frame ──

    def going(self, params: Params) -> None:
        if "ameDocument" not in params["navigationType"]:
            self._leaving = params["loaderId"]
            self._tell()

    def going_later(self, params: Params) -> None:
        self._leave_due_s = now_s() + params["delay"]
        self._tell()

    def not_going(self) -> None:
        self._leave_due_s = None
        self._tell()

    def arrived(self, frame: Params) -> None:
        self.document = self.find_document(frame["loaderId"])
        # An error page has an address of its own; what could not be opened is more telling.
        self.url = frame.get("unreachableUrl") or frame["url"] + frame.get("urlFragment", "")
        self._leaving, self._leave_due_s = "", None
        self._in_flight.clear()
        self.frames.clear()
        self._arrivals += 1
        if self._arrivals > ARRIVALS_AT_MOST:
            self.befall(RedirectLoop(self.asked_url))
        self.active()

    def stopped(self) -> None:
        self._leaving = ""
        self._tell()

    def stage(self, loader: str, name: str) -> None:
        if name in ("DOMContentLoaded", "load") and loader in self._documents:
            document = self._documents[loader]
            document.parsed = True
            if name == "load" and not document.loaded:
                document.loaded = True
                self.loaded_s = now_s()
            self._tell()

    def answered(self, loader: str, answer: Params) -> None:
        document = self.find_document(loader)
        document.url, document.status = answer["url"], answer["status"]
        document.mime = answer["mimeType"]
        document.headers = {name.lower(): value for name, value in answer["headers"].items()}

    def dialog(self, kind: str) -> None:
        self.dialogs += kind != "beforeunload"
        if self.dialogs:
            self.notice("The page opened a message box, which was closed.")
        if self.dialogs > DIALOGS_AT_MOST:
            self.befall(DialogStorm(self.asked_url))

    def befall(self, trouble: Exception) -> None:
        self.trouble = self.trouble or trouble
        self._tell()

    def request_begun(self, params: Params) -> None:
        url, kind = params["request"]["url"], params.get("type")
        if kind not in _STREAMS and url.startswith("http"):
            self._in_flight[params["requestId"]] = now_s()
            self.active()
        with contextlib.suppress(ValueError):
            self._targets.add(target_of(url))
        if params["requestId"] == params.get("loaderId"):
            self.find_document(params["loaderId"]).url = url

    def request_ended(self, params: Params) -> None:
        if self._in_flight.pop(params["requestId"], None) is not None:
            self.active()
        document = self._documents.get(params["requestId"])
        if document is not None and (failure := params.get("errorText")):
            document.failure = failure
            self._tell()

    def active(self) -> None:
        self.active_s = now_s()
        self._tell()

    def _refusals(self) -> list[Blocked | DialFailure]:
        if self._guard is None:
            return []
        blocked, failed = self._guard_start
        return [*self._guard.failures[failed:], *self._guard.blocked[blocked:]]

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


def now_s() -> float:
    return asyncio.get_running_loop().time()


def target_of(url: str) -> Target:
    """Host and port of an http(s) or ws(s) URL, as the guard writes them. Raises ValueError."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme in ("https", "wss")
    port = parts.port or (443 if secure else 80)
    return normal_host(f"[{host}]" if ":" in host else host), port
