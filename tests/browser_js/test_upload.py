"""The uploader in a real browser: whole files through lost connections, reloads and refusals."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser_js.page_app import Pages
from tests.browser_js.uploading import CHUNK_BYTES, REFUSES_TO_KEEP, WHOLE, arrived, choose, kept
from tests.browser_js.wire import Wire, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_chosen_file_arrives_in_chunks_and_the_page_goes_on(
    page: Page, pages: Pages, clip: Path
) -> None:
    await page.goto("/upload")
    await choose(page, clip)
    await arrived(page, pages)
    told = pages.uploads.announced[0]
    assert (told.name, told.size_bytes, told.type) == ("My clip.mp4", len(WHOLE), "video/mp4")
    assert told.last_modified == pytest.approx(clip.stat().st_mtime * 1000, abs=2)
    offsets = ["0", str(CHUNK_BYTES), str(2 * CHUNK_BYTES)]
    assert pages.uploads.chunks == list(zip(offsets, [204, 204, 200], strict=True))
    assert await page.evaluate("localStorage.length") == 0
    assert await kept(page) == 0


async def test_a_dropped_file_is_taken_and_beside_the_zone_nothing_happens(
    page: Page, pages: Pages
) -> None:
    await page.goto("/upload")
    drop = """async ([selector, size]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(size)], "a.webm", {type: "video/webm"}));
        const options = {dataTransfer: transfer, bubbles: true, cancelable: true};
        return !document.querySelector(selector).dispatchEvent(new DragEvent("drop", options));
    }"""
    assert await page.evaluate(drop, ["h1", 1000])
    assert await page.evaluate(drop, [".upload-drop", 1000])
    await expect(page).to_have_title("Done")
    assert pages.uploads.only_part().path.read_bytes() == bytes(1000)


async def test_a_connection_cut_in_the_middle_of_a_chunk_costs_nothing(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await page.goto("/upload")
    wire.cut_after(CHUNK_BYTES + 2_000_000)
    await choose(page, clip)
    await wire.reached()
    await expect(page.locator(".transfer")).to_have_attribute("data-state", "waiting")
    await expect(page.locator(".transfer-words")).to_contain_text("what has arrived is kept")
    wire.mend()
    await page.get_by_role("button", name="Try again").click()
    await arrived(page, pages)
    # Nothing that had arrived was sent again.
    assert wire.carried_bytes < len(WHOLE) + 1_200_000


async def test_where_no_file_is_kept_a_reload_goes_on_when_it_is_chosen_again(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await page.add_init_script(REFUSES_TO_KEEP)
    await page.goto("/upload")
    wire.hold_after(CHUNK_BYTES + 2_000_000)
    await choose(page, clip)
    await wire.reached()
    wire.mend()
    await page.goto("about:blank")
    await page.goto("/upload")
    notice = page.locator(".upload-unfinished")
    await expect(notice).to_contain_text("My clip.mp4 was under way")
    await expect(notice).to_contain_text(re.compile(r"\d(\.\d)? of 8\.1 MB have arrived"))
    await choose(page, clip)
    await arrived(page, pages)
    assert len(pages.uploads.announced) == 1
    assert ("0", 200) not in pages.uploads.chunks[1:]


async def test_what_was_under_way_can_be_discarded(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await page.add_init_script(REFUSES_TO_KEEP)
    await page.goto("/upload")
    wire.hold_after(CHUNK_BYTES)
    await choose(page, clip)
    await wire.reached()
    wire.mend()
    await page.goto("about:blank")
    await page.goto("/upload")
    async with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        await page.get_by_role("button", name="Discard").click()
    await expect(page.locator(".upload-unfinished")).to_have_count(0)
    assert pages.uploads.parts == {}
    assert await page.evaluate("localStorage.length") == 0


async def test_a_paused_upload_waits_and_goes_on_from_where_the_server_is(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await page.goto("/upload")
    wire.hold_after(CHUNK_BYTES + 2_000_000)
    await choose(page, clip)
    await wire.reached()
    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator(".transfer-words")).to_contain_text("Paused at")
    wire.mend()
    # Cut short, or whole: the system's buffers may have held the rest of the chunk.
    await until(lambda: len(pages.uploads.chunks) == 2)
    part = pages.uploads.only_part()
    # The server lost its tail meanwhile, as after a power cut.
    os.truncate(part.path, 1_000_000)
    await page.get_by_role("button", name="Continue").click()
    await arrived(page, pages)


async def test_a_wrong_offset_is_corrected_by_the_servers_answer(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await page.goto("/upload")
    wire.hold_after(CHUNK_BYTES + 2_000_000)
    await choose(page, clip)
    await wire.reached()
    await page.get_by_role("button", name="Pause").click()
    wire.mend()
    await page.route("**/uploads/*", _answer_an_old_offset)
    await page.get_by_role("button", name="Continue").click()
    await arrived(page, pages)
    assert ("0", 409) in pages.uploads.chunks


async def test_a_cancelled_upload_is_kept_nowhere(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await page.goto("/upload")
    wire.hold_after(CHUNK_BYTES)
    await choose(page, clip)
    await wire.reached()
    async with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        await page.get_by_role("button", name="Cancel").click()
        wire.mend()
    await expect(page.get_by_text("Nothing of it is kept")).to_be_visible()
    assert pages.uploads.parts == {}
    assert await page.evaluate("localStorage.length") == 0
    assert await kept(page) == 0
    await expect(page.locator(".upload-drop")).to_be_visible()


async def test_an_upload_that_the_server_forgot_begins_anew(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await page.goto("/upload")
    wire.hold_after(CHUNK_BYTES + 2_000_000)
    await choose(page, clip)
    await wire.reached()
    await page.get_by_role("button", name="Pause").click()
    wire.mend()
    pages.uploads.parts.clear()
    await page.get_by_role("button", name="Continue").click()
    await arrived(page, pages)
    assert len(pages.uploads.announced) == 2


async def test_offline_is_named_and_ends_by_itself(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await page.goto("/upload")
    wire.hold_after(2_000_000)
    await choose(page, clip)
    await wire.reached()
    await page.context.set_offline(True)
    await expect(page.locator(".transfer-words")).to_contain_text("You are offline")
    wire.mend()
    await page.context.set_offline(False)
    await arrived(page, pages)


@pytest.mark.parametrize(
    ("name", "size_bytes", "sentence"),
    [
        ("long.mp4", 42 * 1024**2, "long.mp4 is 42 MB. The limit is 40 MB"),
        ("empty.mp4", 0, "empty.mp4 is empty"),
        ("notes.pdf", 10, "notes.pdf cannot be used here. Choose a file of the kind MP4"),
    ],
)
async def test_a_wrong_file_is_refused_before_a_byte_is_sent(
    page: Page, pages: Pages, tmp_path: Path, name: str, size_bytes: int, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(bytes(size_bytes))
    await page.goto("/upload")
    await choose(page, path)
    await expect(page.get_by_role("alert")).to_contain_text(sentence)
    assert pages.uploads.announced == []


async def test_the_servers_refusal_is_shown_in_its_words(
    page: Page, pages: Pages, clip: Path
) -> None:
    await page.goto("/upload")
    answer = {"error": "Your plan holds 3 facecams. Delete one first."}
    await page.route("**/uploads", lambda route: route.fulfill(status=422, json=answer))
    await choose(page, clip)
    await expect(page.get_by_role("alert")).to_contain_text("Your plan holds 3 facecams.")
    await expect(page.get_by_role("button", name="Try again")).to_be_hidden()


async def test_a_deleted_file_is_not_taken_for_a_lost_connection(
    page: Page, pages: Pages, wire: Wire, clip: Path
) -> None:
    await page.goto("/upload")
    wire.hold_after(CHUNK_BYTES)
    await choose(page, clip)
    await wire.reached()
    await page.get_by_role("button", name="Pause").click()
    wire.mend()
    clip.unlink()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("alert")).to_contain_text("can no longer be read")


async def _answer_an_old_offset(route: Route) -> None:
    if route.request.method == "HEAD":
        await route.fulfill(status=204, headers={"Upload-Offset": "0"})
    else:
        await route.continue_()
