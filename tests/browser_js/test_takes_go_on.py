"""A take that was being sent when its page was left: it goes on, or waits for a click."""

import pytest
from playwright.async_api import Page, expect

from tests.browser_js.page_app import Pages
from tests.browser_js.recording import STAGE, press, record, state, turn_on
from tests.browser_js.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_take_that_was_being_sent_goes_on_by_itself(
    page: Page, pages: Pages, wire: Wire
) -> None:
    await _left_half_way(page, wire)
    await page.goto("/recorder")
    await expect(page).to_have_title("Done")
    (told,) = pages.uploads.announced
    assert pages.uploads.only_part().received_bytes == told.size_bytes > 100_000
    await page.goto("/recorder")
    await state(page, "asleep")


async def test_a_take_whose_upload_the_server_dropped_waits_for_a_click(
    page: Page, pages: Pages, wire: Wire
) -> None:
    await _left_half_way(page, wire)
    pages.uploads.parts.clear()
    await page.goto("/recorder")
    await expect(page.locator(STAGE)).to_contain_text("no longer has what had arrived")
    await state(page, "review")
    assert len(pages.uploads.announced) == 1
    await press(page, "Use this take")
    await expect(page).to_have_title("Done")


async def test_a_take_is_offered_to_nobody_else(page: Page) -> None:
    await turn_on(page)
    await record(page)
    await page.goto("/recorder?person=bob")
    await expect(page.get_by_role("button", name="Turn on camera")).to_be_visible()
    found = "import('/static/js/takes.js').then(({ findTake }) => findTake('/uploads'))"
    assert await page.evaluate(found) is None
    await state(page, "asleep")
    await page.goto("/recorder")
    await state(page, "review")


async def test_a_folded_recorder_opens_for_who_has_a_take_there(page: Page) -> None:
    await page.goto("/recorder_opened")
    await page.get_by_text("Record in the browser").click()
    await press(page, "Turn on camera")
    await state(page, "ready")
    await page.goto("/recorder_opened")
    await expect(page.locator("facecam-recorder")).to_be_hidden()
    await page.get_by_text("Record in the browser").click()
    await press(page, "Turn on camera")
    await state(page, "ready")
    await record(page)
    await page.goto("/recorder_opened")
    await state(page, "review")
    await expect(page.get_by_role("button", name="Use this take")).to_be_visible()


async def _left_half_way(page: Page, wire: Wire) -> None:
    await turn_on(page)
    await record(page)
    wire.hold_after(100_000)
    await press(page, "Use this take")
    await wire.reached()
    await page.goto("about:blank")
    wire.mend()
