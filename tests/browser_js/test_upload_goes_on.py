"""An upload in a real browser that goes on by itself after a reload, or does not, and says so."""

import os
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from app.pipeline.browser.find import find_chromium
from tests.browser_js.conftest import SANDBOX
from tests.browser_js.page_app import Pages
from tests.browser_js.uploading import WHOLE, arrived, choose, half_way, kept
from tests.browser_js.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

COME_BACK = "() => document.dispatchEvent(new Event('visibilitychange'))"


async def test_a_reload_in_the_middle_goes_on_by_itself(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await half_way(page, wire, clip)
    assert await kept(page) == 1
    await page.reload()
    await arrived(page, pages)
    assert len(pages.uploads.announced) == 1
    # Nothing that had arrived was sent again.
    assert wire.carried_bytes < len(WHOLE) + 1_200_000
    assert await kept(page) == 0
    assert await page.evaluate("localStorage.length") == 0


async def test_it_goes_on_when_the_browser_was_closed_and_the_file_is_gone(
    tmp_path: Path, pages: Pages, wire: Wire, clip: Path
) -> None:
    async with async_playwright() as playwright:

        async def opened() -> BrowserContext:
            return await playwright.chromium.launch_persistent_context(
                tmp_path / "profile",
                executable_path=find_chromium(os.environ),
                args=SANDBOX,
                base_url=wire.origin,
            )

        browser = await opened()
        await half_way(browser.pages[0], wire, clip)
        clip.unlink()
        await browser.close()
        browser = await opened()
        await browser.pages[0].goto("/upload")
        await arrived(browser.pages[0], pages)
        assert await kept(browser.pages[0]) == 0
        await browser.close()


async def test_it_goes_on_with_the_same_bar_and_can_be_cancelled(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await half_way(page, wire, clip)
    await page.goto("about:blank")
    wire.hold_after(1_000_000)
    await page.goto("/upload")
    await wire.reached()
    await expect(page.locator(".transfer-words")).to_contain_text("My clip.mp4")
    await expect(page.locator(".transfer-words")).to_contain_text("of 8.1 MB")
    await expect(page.locator(".upload-drop")).to_be_hidden()
    async with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        await page.get_by_role("button", name="Cancel").click()
        wire.mend()
    assert await kept(page) == 0
    assert pages.uploads.parts == {}
    await page.reload()
    await expect(page.locator(".upload-drop")).to_be_visible()
    await expect(page.locator(".transfer")).to_have_count(0)


async def test_a_second_page_does_not_send_the_same_file(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await half_way(page, wire, clip)
    second = await page.context.new_page()
    await second.goto("/upload")
    await expect(second.locator(".upload-unfinished")).to_contain_text("My clip.mp4 was under way")
    await expect(second.locator(".transfer")).to_have_count(0)
    await page.get_by_role("button", name="Continue").click()
    await arrived(page, pages)
    await expect(second.locator(".transfer")).to_have_count(0)
    assert len(pages.uploads.announced) == 1
    assert {status for _, status in pages.uploads.chunks} <= {200, 204}


async def test_the_second_page_goes_on_when_the_first_is_closed(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    first = await page.context.new_page()
    await half_way(first, wire, clip)
    await page.goto("/upload")
    await expect(page.locator(".upload-unfinished")).to_be_visible()
    await first.close()
    await page.evaluate(COME_BACK)
    await arrived(page, pages)
    assert len(pages.uploads.announced) == 1


async def test_an_upload_that_the_server_dropped_does_not_begin_anew_by_itself(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await half_way(page, wire, clip)
    await page.goto("about:blank")
    pages.uploads.parts.clear()
    await page.goto("/upload")
    await expect(page.locator(".upload-stage")).to_contain_text(
        "My clip.mp4 did not go on: the server no longer has what had arrived of it."
    )
    assert await kept(page) == 0
    assert len(pages.uploads.announced) == 1
    await choose(page, clip)
    await arrived(page, pages)
    assert len(pages.uploads.announced) == 2


async def test_what_another_person_began_in_this_browser_is_neither_named_nor_sent(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await half_way(page, wire, clip, "/upload?person=ada")
    part = pages.uploads.only_part()
    await page.goto("about:blank")
    arrived_bytes = part.received_bytes
    await page.goto("/upload?person=bob")
    await _is_swept(page)
    await expect(page.locator(".upload-stage")).to_be_empty()
    assert part.received_bytes == arrived_bytes


async def test_a_file_is_kept_no_longer_than_the_server_keeps_its_part(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await half_way(page, wire, clip)
    await page.evaluate(
        """() => {
            const [[key, text]] = Object.entries(localStorage);
            const since = Date.now() - 8 * 24 * 3600 * 1000;
            localStorage.setItem(key, JSON.stringify({...JSON.parse(text), since}));
        }"""
    )
    await page.reload()
    await _is_swept(page)
    # The server may still have it: then it is as where no file can be kept.
    await expect(page.locator(".upload-unfinished")).to_contain_text("Choose the same file again")
    assert len(pages.uploads.announced) == 1


async def test_what_does_not_fit_into_this_browser_is_sent_and_not_kept(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    devtools = await page.context.new_cdp_session(page)
    quota = {"origin": wire.origin, "quotaSize": len(WHOLE) // 2}
    await devtools.send("Storage.overrideQuotaForOrigin", quota)
    await half_way(page, wire, clip)
    assert await kept(page) == 0
    await page.get_by_role("button", name="Continue").click()
    await arrived(page, pages)


async def test_no_file_takes_more_than_half_of_what_the_browser_says_is_free(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    # Chromium says 10 GB whatever there is, so the answer is the one thing made up here.
    free = f"{{ quota: {2 * len(WHOLE)} + 999, usage: 1000 }}"
    await page.add_init_script(f"StorageManager.prototype.estimate = async () => ({free});")
    await half_way(page, wire, clip)
    assert await kept(page) == 0
    await page.get_by_role("button", name="Continue").click()
    await arrived(page, pages)


async def _is_swept(page: Page) -> None:
    """The page has looked at what is kept, and kept nothing of it."""
    await expect(page.locator("resumable-upload")).to_have_class("is-on")
    await page.evaluate("import('/static/js/unfinished.js').then(each => each.sweepFiles())")
    assert await kept(page) == 0
