"""One tab: navigation, evaluation, frames on demand; knows both ways to make a frame.

Where the compositor can be driven (`beginFrame`, headless shell only) nothing is drawn unless
asked, so somebody must always pump: `pumping` while the page lives in real time, `frame` once its
clock is armed.
"""

import asyncio
import base64
import contextlib
import time
from collections.abc import AsyncIterator
from importlib import resources
from typing import Any, Literal

from app.pipeline.browser.cdp import CallFailed, Connection, Params
from app.pipeline.browser.launch import Browser
from app.pipeline.errors import BrowserDied, BrowserHangs

PUMP_S = 1 / 60
FRAME_LIMIT_S = 10.0  # a frame takes 0.05 s; the first one of a heavy page has taken 2 s
JPEG_QUALITY = 90

PictureFormat = Literal["jpeg", "png"]


def script(name: str) -> str:
    """The text of one of our scripts in browser/js."""
    return (resources.files("app.pipeline.browser") / "js" / name).read_text(encoding="utf-8")


class Page:
    """A tab of its own browser context. `session` is its DevTools session."""

    def __init__(self, browser: Browser, target: str, session: str, context: str) -> None:
        self.browser = browser
        self.connection: Connection = browser.connection
        self.target, self.session, self.context = target, session, context
        self.crashed = False
        self.armed = False
        self._ticks_ms = 0.0
        self._armed_ticks_ms = 0.0

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, browser: Browser, *, width: int, height: int) -> AsyncIterator["Page"]:
        """A fresh tab, on about:blank, in a context without cookies; closed afterwards."""
        connection = browser.connection
        context = (await connection.call("Target.createBrowserContext"))["browserContextId"]
        try:
            created = await connection.call(
                "Target.createTarget",
                {
                    "url": "about:blank",
                    "width": width,
                    "height": height,
                    "browserContextId": context,
                }
                | ({"enableBeginFrameControl": True} if browser.frame_control else {}),
            )
            target = created["targetId"]
            attached = await connection.call(
                "Target.attachToTarget", {"targetId": target, "flatten": True}
            )
            page = cls(browser, target, attached["sessionId"], context)
            await page._prepare(width, height)
            yield page
            connection.forget(page.session)
        finally:
            with contextlib.suppress(Exception):
                await connection.call(
                    "Target.disposeBrowserContext", {"browserContextId": context}, limit_s=5
                )

    async def _prepare(self, width: int, height: int) -> None:
        if not self.browser.frame_control:
            # A full browser takes its window's frame off the height. Under frame control this call
            # would freeze the drawing, and is not needed.
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            await self.call("Emulation.setDeviceMetricsOverride", size)
        await asyncio.gather(
            self.call("Page.enable"),
            self.call("Runtime.enable"),
            self.call("Network.enable"),
            self.call("Page.setLifecycleEventsEnabled", {"enabled": True}),
            self.call("Page.addScriptToEvaluateOnNewDocument", {"source": script("clock.js")}),
            self.connection.call(
                "Browser.setDownloadBehavior",
                {"behavior": "deny", "browserContextId": self.context, "eventsEnabled": True},
            ),
            self.call("Network.setUserAgentOverride", self._identity()),
        )
        self.on("Inspector.targetCrashed", lambda _: setattr(self, "crashed", True))

    def _identity(self) -> Params:
        """The browser's real version, without the word "Headless", in header and hints."""
        version = self.browser.product.partition("/")[2]
        major = version.partition(".")[0]
        brands = [
            {"brand": "Chromium", "version": major},
            {"brand": "Not=A?Brand", "version": "24"},
        ]
        return {
            "userAgent": self.browser.user_agent.replace("HeadlessChrome", "Chrome"),
            "acceptLanguage": "en-US,en",
            "userAgentMetadata": {
                "brands": brands,
                "fullVersionList": [dict(b, version=version) for b in brands[:1]],
                "platform": "Linux",
                "platformVersion": "",
                "architecture": "x86",
                "model": "",
                "mobile": False,
            },
        }

    # ── calls ──

    async def call(self, method: str, params: Params | None = None, **options: Any) -> Params:
        return await self.connection.call(method, params, session=self.session, **options)

    def on(self, event: str, handler: Any) -> None:
        self.connection.on(event, handler, session=self.session)

    async def evaluate(self, expression: str, *, limit_s: float = 30.0) -> Any:
        """The JSON value of an expression, awaited when it is a promise. Raises CallFailed."""
        answer = await self.call(
            "Runtime.evaluate",
            {"expression": expression, "returnByValue": True, "awaitPromise": True},
            limit_s=limit_s,
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details.get("text", "")
            raise CallFailed("Runtime.evaluate", text)
        return answer["result"].get("value")

    # ── frames ──

    @contextlib.asynccontextmanager
    async def pumping(self) -> AsyncIterator[None]:
        """Keeps the page drawing in real time, for loading and for calls that wait for a frame."""
        if not self.browser.frame_control:
            yield
            return
        task = asyncio.ensure_future(self._pump())
        try:
            yield
        finally:
            # Never cut a frame short: the next one would overlap it.
            async with self.browser.drawing:
                task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _pump(self) -> None:
        with contextlib.suppress(
            BrowserDied, BrowserHangs
        ):  # whoever waits for the page is told too
            while True:
                async with self.browser.drawing:
                    with contextlib.suppress(CallFailed):
                        await self._begin_frame(time.monotonic() * 1000)
                await asyncio.sleep(PUMP_S)

    async def arm(self) -> None:
        """Stops the page's real time. From here on `frame` moves it, and nothing else does."""
        if not self.armed:
            await self.evaluate(f"__loom.arm({'true' if self.browser.frame_control else 'false'})")
            self.armed = True
            self._armed_ticks_ms = max(time.monotonic() * 1000, self._ticks_ms + 1)

    async def frame(self, at_ms: float, picture: PictureFormat | None = None) -> tuple[bool, bytes]:
        """Draws the frame `at_ms` after arming: (whether anything changed, the picture or b"").

        `at_ms` must grow from call to call: the compositor waits for ever on a clock that does not.
        """
        if not self.browser.frame_control:
            await self.evaluate(f"__loom.tick({at_ms})")
            return True, await self.screenshot(picture) if picture else b""
        async with self.browser.drawing:
            return await self._begin_frame(self._armed_ticks_ms + at_ms, picture)

    async def _begin_frame(
        self, ticks_ms: float, picture: PictureFormat | None = None
    ) -> tuple[bool, bytes]:
        self._ticks_ms = max(ticks_ms, self._ticks_ms + 0.01)
        params: Params = {"frameTimeTicks": self._ticks_ms, "interval": 1000 / 60}
        if picture:
            params["screenshot"] = _encoding(picture)
        answer = await self.call("HeadlessExperimental.beginFrame", params, limit_s=FRAME_LIMIT_S)
        return answer["hasDamage"], base64.b64decode(answer.get("screenshotData", ""))

    async def screenshot(self, picture: PictureFormat) -> bytes:
        """What the tab shows. Needs a pump where frames are driven."""
        answer = await self.call("Page.captureScreenshot", _encoding(picture))
        return base64.b64decode(answer["data"])


def _encoding(picture: PictureFormat) -> Params:
    quality = {"quality": JPEG_QUALITY} if picture == "jpeg" else {}
    return {"format": picture, "optimizeForSpeed": True, **quality}
