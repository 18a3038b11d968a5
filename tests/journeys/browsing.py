"""A browser that notices what goes wrong in it, and ways to wait; knows no page of ours."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize

WAIT_MS = 30_000  # for what happens within a second on an idle machine
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
# Over a page's own width; a page that is wider can be pushed sideways.
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@asynccontextmanager
async def browsing(
    chromium: Browser, *, refusals: Collection[int] = (), cookies: Any = (), **options: Any
) -> AsyncIterator[Page]:
    """A page of a browser that knows nobody but by `cookies`.

    On leaving fails for every error of a script and every word of one on the console: what the
    policy stopped, and answers of an error's status but for those in `refusals`.
    """
    context = await chromium.new_context(**{"viewport": DESKTOP, **options})
    context.set_default_timeout(WAIT_MS)
    if cookies:
        await context.add_cookies(cookies)
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("console", lambda said: faults.extend(_faults(said, refusals)))
    try:
        yield await context.new_page()
    finally:
        await context.close()
    assert faults == []


def _faults(said: ConsoleMessage, refusals: Collection[int]) -> list[str]:
    status = re.search(r"responded with a status of (\d+)", said.text)
    meant = status is not None and int(status[1]) in refusals
    is_fault = said.type == "error" or "Content Security Policy" in said.text
    return [f"{said.text} ({said.location['url']})"] if is_fault and not meant else []


async def holds(page: Page, expression: str, *, within_ms: float = WAIT_MS) -> None:
    """Waits until `expression` is true; `page.wait_for_function` needs eval, which is refused."""
    look = f"const look = () => {expression} ? resolve() : requestAnimationFrame(look); look();"
    async with asyncio.timeout(within_ms / 1000):
        await page.evaluate(f"() => new Promise(resolve => {{ {look} }})")


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def tab_to(page: Page, selector: str, *, key: str = "Tab", at_most: int = 60) -> None:
    """Presses the key until the focus is on what the selector names."""
    for _ in range(at_most):
        await page.keyboard.press(key)
        if await page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    focused = await page.evaluate("document.activeElement.outerHTML")
    raise AssertionError(f"{at_most} times {key} do not lead to {selector}, but to {focused}")
