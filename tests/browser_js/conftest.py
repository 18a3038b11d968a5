"""What the tests of modules share: one Chromium with an invented camera, pages, and a wire."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from app.pipeline.browser.find import find_chromium
from tests.browser_js.page_app import Pages, page_app
from tests.browser_js.uploading import WHOLE
from tests.browser_js.wire import Wire, wire_to
from tests.web.real_server import served
from tests.web.upload_app import Uploads

CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
SANDBOX = ("--no-sandbox",) if os.geteuid() == 0 else ()
WAIT_MS = 15_000  # for what happens at once on an idle machine
expect.set_options(timeout=WAIT_MS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(os.environ), args=[*CAMERA, *SANDBOX]
        )
        try:
            yield browser
        finally:
            await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def pages(tmp_path: Path) -> Pages:
    media = tmp_path / "media"
    media.mkdir()
    return Pages(Uploads(tmp_path / "uploads"), media)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "My clip.mp4"
    path.write_bytes(WHOLE)
    return path


@pytest_asyncio.fixture(loop_scope="module")
async def wire(pages: Pages) -> AsyncIterator[Wire]:
    with served(page_app(pages)) as origin:
        async with wire_to(urlsplit(origin).port or 0) as opened:
            yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser, wire: Wire) -> AsyncIterator[Page]:
    """A page on which any error of a script, or a refusal of the policy, fails the test."""
    context = await chromium.new_context(base_url=wire.origin)
    context.set_default_timeout(WAIT_MS)
    opened = await context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console",
        lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield opened
    await context.close()
    assert faults == []


async def holds(page: Page, expression: str) -> None:
    """Waits until `expression` is true; `page.wait_for_function` needs eval, which is refused."""
    look = f"const look = () => {expression} ? resolve() : requestAnimationFrame(look); look();"
    async with asyncio.timeout(WAIT_MS / 1000):
        await page.evaluate(f"() => new Promise(resolve => {{ {look} }})")
