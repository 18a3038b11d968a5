"""What these tests share: one Chromium, a served page, and a person with a browser of their own."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)

from app.pipeline.browser.find import find_chromium
from tests.viewer.browser.landings import ROOT
from tests.viewer.browser.prospect_app import Prospect, prospect_app, write_media
from tests.web.real_server import served

WAIT_MS = 20_000  # for what happens at once on an idle machine
DESKTOP, PHONE = (1280, 900), (360, 740)
expect.set_options(timeout=WAIT_MS)
# Chromium as people have it: sound needs a tap. Without this flag, so that nothing rests on what
# the headless kind takes for granted.
AUTOPLAY = "--autoplay-policy=document-user-activation-required"
NEXT_LOOK = threading.Event()  # never set
Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(os.environ), args=[AUTOPLAY, *sandbox]
        )
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    write_media(folder)
    return folder


@pytest.fixture
def prospect(media: Path) -> Prospect:
    return Prospect(media)


@pytest.fixture
def origin(prospect: Prospect) -> Iterator[str]:
    with served(prospect_app(prospect)) as origin:
        yield origin
        prospect.given = 1.0  # nothing waits for more of a video while the server ends


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(chromium: Browser, origin: str) -> AsyncIterator[Open]:
    """Opens the page in a new browser profile; errors and refusals of its policy fail the test."""
    contexts, faults = [], []

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            faults.append(said.text)

    async def opened(
        size: tuple[int, int] = DESKTOP, script: str = "", *, fails: bool = False, **options: Any
    ) -> Page:
        viewport: ViewportSize = {"width": size[0], "height": size[1]}
        context = await chromium.new_context(base_url=origin, viewport=viewport, **options)
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        if script:
            await page.add_init_script(script)
        page.on("pageerror", lambda error: faults.append(str(error)))
        if not fails:  # what a server refused is logged by Chromium itself
            page.on("console", note)
        await page.goto(ROOT)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert faults == []


async def holds(page: Page, expression: str) -> None:
    """Waits until `expression` is true; `page.wait_for_function` needs eval, which is refused."""
    look = f"const look = () => {expression} ? resolve() : setTimeout(look, 20); look();"
    async with asyncio.timeout(WAIT_MS / 1000):
        await page.evaluate(f"() => new Promise(resolve => {{ {look} }})")


async def comes_true(is_true: Callable[[], bool]) -> None:
    """Waits for what another thread will have noted."""
    async with asyncio.timeout(WAIT_MS / 1000):
        while not is_true():
            await asyncio.to_thread(NEXT_LOOK.wait, 0.02)
