"""The render's one browser: started with the first page, replaced when it died or hung."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from app.pipeline.browser.address_guard import AddressGuard
from app.pipeline.browser.address_rules import parse_allow
from app.pipeline.browser.launch import Browser
from app.pipeline.browser.page import Page
from app.pipeline.errors import BrowserDied, BrowserHangs

PAGES_AT_ONCE = 2  # a page loads while another is drawn; more would only share two cores


class Studio:
    """Pages of `width` × `height` behind one address guard. Everything ends with the context."""

    def __init__(
        self,
        executable: Path,
        *,
        frame_control: bool,
        width: int,
        height: int,
        allow: Sequence[str] = (),
        folder: Path | None = None,
    ) -> None:
        self.guard = AddressGuard(allow=[parse_allow(text) for text in allow])
        self.product = ""
        self._executable, self._frame_control = executable, frame_control
        self._width, self._height, self._folder = width, height, folder
        self._stack = contextlib.AsyncExitStack()
        self._browser: Browser | None = None
        self._browser_stack = contextlib.AsyncExitStack()
        self._starting = asyncio.Lock()
        self._slots = asyncio.Semaphore(PAGES_AT_ONCE)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.guard)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._browser_stack.aclose()
        await self._stack.aclose()

    @contextlib.asynccontextmanager
    async def page(self) -> AsyncIterator[Page]:
        """A fresh page. A browser that died or hung while it was used is replaced for the next."""
        async with self._slots:
            browser = await self._running()
            try:
                async with Page.open(browser, width=self._width, height=self._height) as page:
                    yield page
            except (BrowserDied, BrowserHangs):
                await self._discard(browser)
                raise

    def memory_bytes(self) -> int:
        return self._browser.memory_bytes() if self._browser else 0

    async def _running(self) -> Browser:
        async with self._starting:
            if self._browser is not None and self._browser.connection.closed.done():
                await self._end()
            if self._browser is None:
                self._browser = await self._browser_stack.enter_async_context(
                    Browser.launch(
                        self._executable,
                        frame_control=self._frame_control,
                        arguments=[
                            f"--window-size={self._width},{self._height}",
                            *self.guard.chromium_arguments(),
                        ],
                        folder=self._folder,
                    )
                )
                self.product = self._browser.product
            return self._browser

    async def _discard(self, browser: Browser) -> None:
        async with self._starting:
            if self._browser is browser:
                await self._end()

    async def _end(self) -> None:
        self._browser = None
        stack, self._browser_stack = self._browser_stack, contextlib.AsyncExitStack()
        await stack.aclose()
