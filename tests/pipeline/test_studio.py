"""Browsers that serve several pages at once, and what the end of one of them is to the others."""

import contextlib
from pathlib import Path

import psutil
import pytest

from app.pipeline.browser.studio import BROWSERS, Studio
from app.pipeline.errors import BrowserDied
from tests.pipeline.desk import CHROMIUM, HEIGHT_PX, WIDTH_PX
from tests.running import processes_naming


def studio_in(folder: Path, *, tabs: int) -> Studio:
    return Studio(
        CHROMIUM, frame_control=False, width=WIDTH_PX, height=HEIGHT_PX, folder=folder, tabs=tabs
    )


async def test_pages_share_browsers_and_a_crash_takes_only_its_own(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        studio = await stack.enter_async_context(studio_in(tmp_path, tabs=2))
        pages = [await stack.enter_async_context(studio.page()) for _ in range(3)]
        assert len({page.browser.pid for page in pages}) == BROWSERS
        with pytest.raises(BrowserDied):
            async with studio.page() as crashed:
                raise BrowserDied("looking at a page whose tab crashed")
        # Its neighbour goes on; who comes next gets another browser.
        assert [await page.evaluate("6 * 7") for page in pages] == [42] * 3
        async with studio.page() as following:
            assert following.browser.pid not in {page.browser.pid for page in pages}
            assert following.browser.pid != crashed.browser.pid
    assert processes_naming(tmp_path) == []


async def test_a_browser_that_was_replaced_ends_with_its_last_page(tmp_path: Path) -> None:
    async with studio_in(tmp_path, tabs=2) as studio, contextlib.AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(studio.page()) for _ in range(3)]
        with pytest.raises(BrowserDied):
            async with studio.page() as crashed:
                raise BrowserDied("looking at a page whose tab crashed")
        assert crashed.browser.pid in {page.browser.pid for page in pages}
        assert psutil.pid_exists(crashed.browser.pid)
        await stack.aclose()
        assert not psutil.pid_exists(crashed.browser.pid)


async def test_a_browser_that_died_while_nobody_used_it_costs_its_next_page_nothing(
    tmp_path: Path,
) -> None:
    async with studio_in(tmp_path, tabs=1) as studio:
        async with studio.page() as page:
            pid = page.browser.pid
        # Its end is seen by nobody before the next page is asked for.
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if str(tmp_path) in " ".join(process.cmdline()):
                    process.kill()
        async with studio.page() as page:
            assert page.browser.pid != pid
            assert await page.evaluate("6 * 7") == 42
    assert processes_naming(tmp_path) == []
