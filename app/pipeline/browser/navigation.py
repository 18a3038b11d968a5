"""Opens a URL, follows it to where it stays, raises why that is no page; films and waits not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from app.pipeline.browser.address_guard import AddressGuard
from app.pipeline.browser.cdp import CallFailed, Params
from app.pipeline.browser.page import Page, script
from app.pipeline.browser.verdict import (
    answer_error,
    failure_error,
    host_of,
    is_blank,
    is_filled,
    wall_error,
)
from app.pipeline.browser.visit import FOLLOW_S, Document, Limits, Visit, now_s
from app.pipeline.errors import (
    BlankPage,
    BrowserDied,
    BrowserHangs,
    DownloadInsteadOfPage,
    NoSuchHost,
    PageNeverSettles,
    PageTimeout,
    PrivateAddress,
)

__all__ = ["Limits", "Visit", "check_content", "navigate", "prepare", "where_it_stays"]

LOOK_S = 0.05

T = TypeVar("T")


async def prepare(page: Page, visit: Visit, scripts: tuple[str, ...]) -> None:
    """Listens to the tab, puts `scripts` into every frame, and refuses dialogs.

    Call it once, before `navigate`; `visit` then knows all that happens to the tab.
    """
    _listen_to_tab(page, visit)
    await _prepare_session(page, visit, page.session, scripts)
    # Widgets that wait for somebody to look at them would wait for ever in a tab behind others.
    await page.call("Emulation.setFocusEmulationEnabled", {"enabled": True})


def _listen_to_tab(page: Page, visit: Visit) -> None:
    async def dialog(params: Params) -> None:
        visit.dialog(params["type"])
        if visit.trouble is not None:
            # Closing this box would open the next, and none of them lets a frame be drawn.
            await page.call("Page.crash")
            return
        accept = {"accept": params["type"] == "beforeunload"}
        await page.call("Page.handleJavaScriptDialog", accept)

    def of_the_tab(handler: Callable[[Params], None]) -> Callable[[Params], None]:
        return lambda params: handler(params) if params["frameId"] == page.target else None

    def navigated(params: Params) -> None:
        if params["frame"]["id"] == page.target:
            visit.arrived(params["frame"])

    def detached(params: Params) -> None:
        if params["reason"] == "remove":
            visit.frames.discard(params["frameId"])

    def download(params: Params) -> None:
        visit.downloaded = True
        visit.stopped()

    def lost(_: object) -> None:
        visit.befall(BrowserDied(f"opening {visit.asked_url}"))

    page.on("Page.javascriptDialogOpening", dialog)
    page.on("Page.frameStartedNavigating", of_the_tab(visit.going))
    page.on("Page.frameScheduledNavigation", of_the_tab(visit.going_later))
    page.on("Page.frameClearedScheduledNavigation", of_the_tab(lambda _: visit.not_going()))
    page.on("Page.frameStoppedLoading", of_the_tab(lambda _: visit.stopped()))
    page.on("Page.navigatedWithinDocument", of_the_tab(lambda p: setattr(visit, "url", p["url"])))
    page.on("Page.downloadWillBegin", of_the_tab(download))
    page.on("Page.lifecycleEvent", of_the_tab(lambda p: visit.stage(p["loaderId"], p["name"])))
    page.on("Page.frameNavigated", navigated)
    page.on("Page.frameAttached", lambda p: visit.frames.add(p["frameId"]))
    page.on("Page.frameDetached", detached)
    page.on("Inspector.targetCrashed", lost)
    page.connection.closed.add_done_callback(lost)


async def _prepare_session(
    page: Page, visit: Visit, session: str, scripts: tuple[str, ...]
) -> None:
    """The tab's own session, or that of a frame which lives in another process."""
    connection = page.connection

    async def attached(params: Params) -> None:
        inner, kind = params["sessionId"], params["targetInfo"]["type"]
        try:
            if kind == "iframe":
                await connection.call("Network.enable", session=inner)
                await _prepare_session(page, visit, inner, (script("clock.js"), *scripts))
        finally:  # a worker or frame that is not told so would wait for ever, and the page for it
            await connection.call("Runtime.runIfWaitingForDebugger", session=inner)

    def response(params: Params) -> None:
        if params["requestId"] == params["loaderId"]:
            visit.answered(params["loaderId"], params["response"])

    for event, handler in {
        "Target.attachedToTarget": attached,
        "Network.responseReceived": response,
        "Network.requestWillBeSent": visit.request_begun,
        "Network.loadingFinished": visit.request_ended,
        "Network.loadingFailed": visit.request_ended,
        "Runtime.bindingCalled": lambda _: visit.active(),
    }.items():
        connection.on(event, handler, session=session)
    await asyncio.gather(
        connection.call("Runtime.addBinding", {"name": "__loomChanged"}, session=session),
        *(
            connection.call(
                "Page.addScriptToEvaluateOnNewDocument", {"source": source}, session=session
            )
            for source in (script("watch.js"), *scripts)
        ),
        connection.call(
            "Target.setAutoAttach",
            {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True},
            session=session,
        ),
    )


async def navigate(page: Page, url: str, guard: AddressGuard, visit: Visit) -> None:
    """Opens `url` until the document where it stays is parsed and, within a limit, loaded.

    The tab must be pumped. Raises a PageError of the fitting kind, or BrowserDied.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise PrivateAddress(url, address=url.partition(":")[0], reason="not a web address")
    visit.begin(guard)
    limit_s = visit.limits.answer_s
    try:
        answer = await visit.watched(page.call("Page.navigate", {"url": url}), limit_s)
    except CallFailed as error:  # "Cannot navigate to invalid URL"
        raise NoSuchHost(url, host=host_of(url)) from error
    except (PageNeverSettles, BrowserHangs) as error:
        raise PageTimeout(url, limit_s=limit_s) from error
    document = visit.find_document(answer.get("loaderId", ""))
    document.download = answer.get("isDownload", False)
    if text := answer.get("errorText"):
        raise failure_error(url, document, text, visit.refusal(document.url or url))
    await visit.wait_for(lambda: visit.document is not None, limit_s)
    await _arrive(page, visit)


async def _arrive(page: Page, visit: Visit) -> None:
    """Follows redirects of every kind until the tab stays; raises what is wrong with that place."""
    url, limits = visit.asked_url, visit.limits
    while (document := visit.document) is not None:

        def moved(document: Document = document) -> bool:
            return visit.document is not document

        def ended(document: Document = document) -> bool:
            return document.parsed or bool(document.failure) or moved()

        if not await visit.wait_for(ended, limits.document_s):
            raise PageNeverSettles(url, limit_s=limits.document_s)
        if moved():
            continue
        if document.failure:
            found = visit.refusal(document.url)
            raise failure_error(url, document, document.failure, found)
        if error := answer_error(url, document, visit.refusal(document.url)):
            if document.status >= 400 and (wall := await _wall(page, visit)):
                raise wall
            raise error
        await visit.wait_for(lambda: document.loaded or moved(), limits.load_s)
        leave_s = FOLLOW_S + limits.answer_s
        if not await visit.wait_for(lambda: moved() or not visit.leaving, leave_s):
            raise PageTimeout(url, limit_s=limits.answer_s)
        if not moved():
            return


async def _wall(page: Page, visit: Visit) -> Exception | None:
    """Whether an answer with an error status is a wall in truth: most challenges come as 403."""
    content = await visit.watched(_content(page), visit.limits.hang_s)
    return wall_error(visit.asked_url, visit.url, content)


async def _content(page: Page) -> dict[str, Any]:
    content: dict[str, Any] = await page.evaluate(f"({script('ready.js')}).content()")
    return content


async def where_it_stays(page: Page, visit: Visit, work: Callable[[], Awaitable[T]]) -> T:
    """Does `work` on the tab's document, and again when the document changes under it.

    Raises RedirectLoop when that never ends, and all that `navigate` raises.
    """
    while True:
        document = visit.document
        try:
            result = await work()
        except CallFailed:
            if visit.document is document and not visit.leaving:
                raise
        else:
            if visit.document is document and not visit.leaving:
                return result
        await _arrive(page, visit)


async def check_content(page: Page, visit: Visit) -> dict[str, Any]:
    """The page's content facts (see ready.js), as soon as there is content.

    Raises LoginWall, BotChallenge, DialogStorm, BlankPage, or what `navigate` raises.
    """
    end_s = now_s() + visit.limits.content_s
    while True:
        content = await where_it_stays(
            page, visit, lambda: visit.watched(_content(page), visit.limits.hang_s)
        )
        if wall := wall_error(visit.asked_url, visit.url, content):
            raise wall
        if is_filled(content):
            return content
        if visit.downloaded and is_blank(content):
            raise DownloadInsteadOfPage(visit.asked_url, mime="a file")
        if now_s() > end_s:
            break
        await asyncio.sleep(LOOK_S)
    if is_blank(content):
        raise BlankPage(visit.asked_url)
    return content
