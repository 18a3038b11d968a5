"""Choosing a file in a browser, and what has become of it there and on the server."""

import os
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser_js.page_app import Pages
from tests.browser_js.wire import Wire

CHUNK_BYTES = 4 * 1024**2
WHOLE = os.urandom(2 * CHUNK_BYTES + 123_456)
# As where a policy or a private window forbids it.
REFUSES_TO_KEEP = """
    IDBFactory.prototype.open = () => { throw new DOMException("refused", "SecurityError"); };
"""


async def choose(page: Page, path: Path) -> None:
    await page.locator("input[type=file]").set_input_files(path)


async def half_way(page: Page, wire: Wire, clip: Path, path: str = "/upload") -> None:
    """A part has arrived, and nothing more does; the browser has kept what it wants to keep."""
    await page.goto(path)
    wire.hold_after(2_000_000)
    await choose(page, clip)
    await wire.reached()
    await kept(page)
    await page.get_by_role("button", name="Pause").click()
    wire.mend()


async def kept(page: Page, module: str = "/static/js/kept_files.js") -> int:
    """How many files the browser keeps, when what it was about to write or drop is done."""
    keys = f"import({module!r}).then(({{ keptKeys }}) => keptKeys())"
    return len(await page.evaluate(keys))


async def arrived(page: Page, pages: Pages) -> None:
    """The browser is where the server sent it, and the server has every byte."""
    await expect(page).to_have_title("Done")
    assert pages.uploads.only_part().path.read_bytes() == WHOLE
