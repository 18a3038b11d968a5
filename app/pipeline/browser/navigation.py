"""Opens a URL in a tab and says, as an error of its own kind, why it is no page worth filming."""

import asyncio
import contextlib
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from app.pipeline.browser.address_guard import AddressGuard
from app.pipeline.browser.cdp import CallFailed, Params
from app.pipeline.browser.page import Page, script
from app.pipeline.errors import (
    BlankPage,
    BotChallenge,
    BrowserDied,
    ConnectionLost,
    ConnectionRefused,
    DialogStorm,
    DownloadInsteadOfPage,
    LoginWall,
    NoSuchHost,
    PageError,
    PageNeverSettles,
    PageNotFound,
    PageTimeout,
    PrivateAddress,
    RedirectLoop,
    ServerError,
    TlsFailure,
)

ANSWER_LIMIT_S = 20.0  # until the first byte; a visitor is gone long before
DOM_LIMIT_S = 30.0  # until the document is parsed
LOAD_LIMIT_S = 8.0  # then at most this long for what the document names
DIALOGS_AT_MOST = 5
BLANK_CHARACTERS = 20
LOOK_S = 0.02

_LOGIN_PATH = re.compile(
    r"/(authwall|uas/login|checkpoint|accounts/login|users/sign_in|signin|sign-in|login)\b"
)
_CHALLENGE_TITLE = re.compile(
    r"just a moment|attention required|access denied|are you (a )?human|verify you are human|"
    r"security check|pardon our interruption|please wait\.\.\.|robot check|ddos-guard",
    re.IGNORECASE,
)
_CHALLENGE_TEXT = re.compile(
    r"verify(ing)? (that )?you are (a )?human|checking your browser|enable javascript and cookies to continue|"
    r"unusual traffic|complete the security check|prove (that )?you are not a robot|i'm not a robot",
    re.IGNORECASE,
)


@dataclass
class Visit:
    """What happened while a URL was opened."""

    asked_url: str
    url: str = ""
    status: int = 0
    mime: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    dialogs: int = 0
    download: str | None = None
    in_flight: set[str] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)
    _loader: str = ""
    _dom: asyncio.Event = field(default_factory=asyncio.Event)
    _load: asyncio.Event = field(default_factory=asyncio.Event)


async def prepare(page: Page, visit: Visit, scripts: tuple[str, ...]) -> None:
    """Listens to the tab, puts `scripts` into every frame, and refuses dialogs and downloads."""
    connection = page.connection

    async def dialog(params: Params) -> None:
        visit.dialogs += 1
        await page.call(
            "Page.handleJavaScriptDialog", {"accept": params.get("type") == "beforeunload"}
        )

    async def frame_of_another_origin(params: Params) -> None:
        session = params["sessionId"]
        for source in (script("clock.js"), *scripts):
            await connection.call(
                "Page.addScriptToEvaluateOnNewDocument", {"source": source}, session=session
            )
        await connection.call("Runtime.runIfWaitingForDebugger", session=session)

    def response(params: Params) -> None:
        if params["type"] == "Document" and params.get("frameId") == page.target:
            answer = params["response"]
            visit.url, visit.status, visit.mime = (
                answer["url"],
                answer["status"],
                answer["mimeType"],
            )
            visit.headers = {name.lower(): value for name, value in answer["headers"].items()}

    def lifecycle(params: Params) -> None:
        if params["frameId"] == page.target and params["loaderId"] == visit._loader:
            {"DOMContentLoaded": visit._dom, "load": visit._load}.get(
                params["name"], asyncio.Event()
            ).set()

    def request_started(params: Params) -> None:
        # A stream never ends; waiting for it would always cost the whole limit.
        if params.get("type") not in ("EventSource", "WebSocket", "Ping", "Media", "Prefetch"):
            visit.in_flight.add(params["requestId"])

    def request_ended(params: Params) -> None:
        visit.in_flight.discard(params["requestId"])

    page.on("Page.javascriptDialogOpening", dialog)
    page.on("Target.attachedToTarget", frame_of_another_origin)
    page.on("Network.responseReceived", response)
    page.on("Network.requestWillBeSent", request_started)
    page.on("Network.loadingFinished", request_ended)
    page.on("Network.loadingFailed", request_ended)
    page.on("Page.lifecycleEvent", lifecycle)
    page.on(
        "Page.downloadWillBegin", lambda p: setattr(visit, "download", p.get("suggestedFilename"))
    )
    await page.call(
        "Target.setAutoAttach",
        {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True},
    )
    for source in scripts:
        await page.call("Page.addScriptToEvaluateOnNewDocument", {"source": source})


async def navigate(page: Page, url: str, guard: AddressGuard, visit: Visit) -> None:
    """Opens `url` until its document is parsed and, within a limit, loaded. The tab must be pumped.

    Raises a PageError of the fitting kind.
    """
    refused_before = len(guard.blocked)
    try:
        answer = await page.call("Page.navigate", {"url": url}, limit_s=ANSWER_LIMIT_S + 5)
    except CallFailed as error:
        raise ConnectionLost(url, cause=str(error)) from error
    except Exception as error:
        if page.crashed:
            raise BrowserDied(f"opening {url}") from error
        raise PageTimeout(url, limit_s=ANSWER_LIMIT_S) from error
    if text := answer.get("errorText"):
        raise _network_error(url, text, guard, refused_before, visit)
    visit._loader = answer.get("loaderId", "")
    _check_answer(visit, guard, refused_before)
    await _wait(visit._dom, page, visit, DOM_LIMIT_S, url)
    with contextlib.suppress(PageNeverSettles):
        await _wait(visit._load, page, visit, LOAD_LIMIT_S, url)


async def _wait(event: asyncio.Event, page: Page, visit: Visit, limit_s: float, url: str) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + limit_s
    while not event.is_set():
        if page.crashed:
            raise BrowserDied(f"opening {url}")
        if visit.dialogs > DIALOGS_AT_MOST:
            raise DialogStorm(url)
        if loop.time() > end:
            raise PageNeverSettles(url, limit_s=limit_s)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await event.wait()


async def check_content(page: Page, visit: Visit) -> dict[str, Any]:
    """Raises LoginWall, BotChallenge, DialogStorm or BlankPage; else returns the page's content facts."""
    host = urlsplit(visit.asked_url).hostname or ""
    if visit.dialogs > DIALOGS_AT_MOST:
        raise DialogStorm(visit.asked_url)
    if visit.dialogs:
        visit.notices.append("The page opened a message box, which was closed.")
    content: dict[str, Any] = await page.evaluate(f"({script('ready.js')}).content()")
    short = content["length"] < 1500
    if short and (
        _CHALLENGE_TITLE.search(content["title"]) or _CHALLENGE_TEXT.search(content["text"])
    ):
        raise BotChallenge(visit.asked_url, host=host)
    asked, shown = urlsplit(visit.asked_url), urlsplit(visit.url)
    moved_to_login = _LOGIN_PATH.search(shown.path) and not _LOGIN_PATH.search(asked.path)
    if moved_to_login or (content["password"] and short and asked.path not in ("", "/")):
        raise LoginWall(visit.asked_url, host=host)
    if content["length"] < BLANK_CHARACTERS and not content["media"]:
        raise BlankPage(visit.asked_url)
    return content


def _check_answer(visit: Visit, guard: AddressGuard, refused_before: int) -> None:
    url, host = visit.asked_url, urlsplit(visit.asked_url).hostname or ""
    refused = visit.headers.get("x-loomlite-refused")
    if refused and visit.url.startswith("http:"):  # behind TLS the site itself could say so
        raise _refusal(url, host, refused, guard, refused_before)
    if visit.status == 999:
        raise LoginWall(url, host=host)  # LinkedIn's own answer to visitors it does not know
    if visit.status in (403, 429, 503) and (
        "cf-mitigated" in visit.headers or "challenge" in visit.headers.get("server-timing", "")
    ):
        raise BotChallenge(url, host=host)
    if visit.status >= 500 or visit.status == 429:
        raise ServerError(url, status=visit.status)
    if visit.status in (401, 407):
        raise LoginWall(url, host=host)
    if visit.status >= 400:
        raise PageNotFound(url, status=visit.status)


def _refusal(
    url: str, host: str, refused: str, guard: AddressGuard, refused_before: int
) -> PageError:
    match refused:
        case "no-such-host":
            return NoSuchHost(url, host=host)
        case "refused" | "unreachable":
            return ConnectionRefused(url, host=host)
        case "timeout":
            return PageTimeout(url, limit_s=10)
    if blocked := guard.blocked[refused_before:]:
        last = blocked[-1]
        return PrivateAddress(url, address=last.address or last.host, reason=last.reason)
    return PrivateAddress(url, address=host, reason=refused)


def _network_error(
    url: str, text: str, guard: AddressGuard, refused_before: int, visit: Visit
) -> PageError:
    """The error behind Chromium's net::ERR_… text. A refused tunnel is explained by the guard."""
    host = urlsplit(url).hostname or ""
    if visit.download is not None or text == "net::ERR_ABORTED":
        return DownloadInsteadOfPage(url, mime=visit.mime or "a file")
    if blocked := guard.blocked[refused_before:]:
        last = blocked[-1]
        return PrivateAddress(url, address=last.address or last.host, reason=last.reason)
    if "TUNNEL" in text or "PROXY" in text:
        kind = next((f.kind for f in reversed(guard.failures) if f.host == host), "")
        return _refusal(url, host, kind.replace("_", "-") or "refused", guard, refused_before)
    if "TOO_MANY_REDIRECTS" in text:
        return RedirectLoop(url)
    if "CERT" in text or "SSL" in text:
        return TlsFailure(url, cause=text.removeprefix("net::ERR_").replace("_", " ").lower())
    if "NAME_NOT_RESOLVED" in text:
        return NoSuchHost(url, host=host)
    if "TIMED_OUT" in text:
        return PageTimeout(url, limit_s=ANSWER_LIMIT_S)
    if "UNSAFE_PORT" in text or "BLOCKED" in text or "DISALLOWED" in text:
        return PrivateAddress(url, address=host, reason="not a web address")
    return ConnectionLost(url, cause=text.removeprefix("net::ERR_").replace("_", " ").lower())
