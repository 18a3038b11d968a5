"""The render's browsers: started with the first pages, replaced when they died or hung."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from app.pipeline.browser.address_guard import AddressGuard
from app.pipeline.browser.address_rules import parse_allow
from app.pipeline.browser.launch import Browser
from app.pipeline.browser.page import Page
from app.pipeline.errors import BrowserDied, BrowserHangs

# One page loads or is filmed beside another; more would only share two cores.
BROWSERS = 2


class Studio:
    """Pages of `width` × `height` behind one address guard. Everything ends with the context.

    A browser serves page after page, and `tabs` of them at the same time. Pages that are filmed
    have one each, for a browser draws one frame at a time; pages that are merely looked at can
    share one, and then its crash is the end of all that it has open.
    """

    def __init__(
        self,
        executable: Path,
        *,
        frame_control: bool,
        width: int,
        height: int,
        allow: Sequence[str] = (),
        folder: Path | None = None,
        tabs: int = 1,
    ) -> None:
        self.guard = AddressGuard(allow=[parse_allow(text) for text in allow])
        self.product = ""
        self._executable, self._frame_control = executable, frame_control
        self._width, self._height, self._folder = width, height, folder
        self._stages = [_Stage() for _ in range(BROWSERS)]
        self._leaving: set[_Stage] = set()
        self._slots = asyncio.Semaphore(BROWSERS * tabs)

    async def __aenter__(self) -> Self:
        await self.guard.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await asyncio.gather(*(stage.end() for stage in self._all_stages()))
        finally:
            await self.guard.__aexit__(kind, error, trace)

    @contextlib.asynccontextmanager
    async def page(self) -> AsyncIterator[Page]:
        """A fresh page. A browser that died or hung while it was used is replaced for the next."""
        async with self._slots, contextlib.AsyncExitStack() as opened:
            try:
                page = await opened.enter_async_context(self._page())
            except BrowserDied:
                # It may have died while nobody used it, which is found only now.
                page = await opened.enter_async_context(self._page())
            yield page

    @contextlib.asynccontextmanager
    async def _page(self) -> AsyncIterator[Page]:
        stage = min(self._stages, key=lambda each: each.users)
        stage.users += 1
        try:
            browser = await stage.running(self._launch)
            async with Page.open(browser, width=self._width, height=self._height) as page:
                yield page
        except (BrowserDied, BrowserHangs):
            self._replace(stage)
            raise
        finally:
            stage.users -= 1
            if stage in self._leaving and not stage.users:
                self._leaving.discard(stage)
                await stage.end()

    def memory_bytes(self) -> int:
        return sum(stage.browser.memory_bytes() for stage in self._all_stages() if stage.browser)

    def _all_stages(self) -> list["_Stage"]:
        return [*self._stages, *self._leaving]

    def _replace(self, stage: "_Stage") -> None:
        """It may be that one tab alone has crashed: the others keep their browser till they end."""
        if stage in self._stages:
            self._stages[self._stages.index(stage)] = _Stage()
            self._leaving.add(stage)

    @contextlib.asynccontextmanager
    async def _launch(self) -> AsyncIterator[Browser]:
        async with Browser.launch(
            self._executable,
            frame_control=self._frame_control,
            arguments=[
                f"--window-size={self._width},{self._height}",
                *self.guard.chromium_arguments(),
            ],
            folder=self._folder,
        ) as browser:
            self.product = browser.product
            yield browser


class _Stage:
    """A place for pages, with the browser that serves them, once there is one."""

    def __init__(self) -> None:
        self.browser: Browser | None = None
        self.users = 0
        self._starting = asyncio.Lock()
        self._stack = contextlib.AsyncExitStack()

    async def running(
        self, launch: Callable[[], contextlib.AbstractAsyncContextManager[Browser]]
    ) -> Browser:
        async with self._starting:
            if self.browser is not None and self.browser.connection.closed.done():
                await self.end()
            if self.browser is None:
                self.browser = await self._stack.enter_async_context(launch())
            return self.browser

    async def end(self) -> None:
        self.browser = None
        stack, self._stack = self._stack, contextlib.AsyncExitStack()
        await stack.aclose()
