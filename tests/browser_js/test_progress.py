"""Bars that follow the event `progress` in a real browser, in the words of the server."""

import json
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from app.renders.state_words import step_words, time_left
from tests.browser_js.drawn_pages import drawn_page, environment
from tests.templates.examples import context_for
from tests.templates.video_examples import FACES

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

RENDER, OTHER = UUID(int=7), UUID(int=8)
NEWS: dict[str, Any] = {
    "render": str(RENDER), "campaign": "1", "state": "recording", "step": "recording",
    "scene": 3, "scenes": 3, "share": 0.9, "left_s": 8,
}  # fmt: skip


def _body(face: str) -> str:
    part = environment().get_template("renders/_video_row.html")
    name = f"renders/_video_row.html when {face}"
    video = SimpleNamespace(**vars(FACES[face]) | {"has_poster": False})
    needs = ["campaign", "video", "back", "links", "groups", "fault_label", "find_remedy"]
    needs += ["place_in_line", "step_words", "time_left"]
    row = part.render(context_for("renders/_video_row.html", needs, name) | {"video": video})
    total = (
        '<progress data-total data-campaign="1" data-ended="2" max="9" value="2.4" '
        f'aria-label="All" data-running="{RENDER}:0.4 "></progress>'
    )
    return f'<div id="live"></div>{total}<table><tbody>{row}</tbody></table>'


async def _tell(page: Page, **changes: Any) -> None:
    await page.evaluate(
        "data => document.getElementById('live').dispatchEvent("
        "new CustomEvent('progress', {bubbles: true, detail: {data}}))",
        json.dumps(NEWS | changes),
    )


async def test_the_bar_its_words_and_the_total_follow_without_a_request(chromium: Browser) -> None:
    async with drawn_page(chromium, _body("in the making"), scripts=("progress.js",)) as page:
        await _tell(page)
        meter = page.locator(".video-meter")
        assert await meter.locator("progress").evaluate("bar => bar.value") == 0.9
        await expect(meter.locator("[data-step]")).to_have_text("Recording scene 3 of 3")
        await expect(meter.locator("[data-left]")).to_have_text("about 10 seconds left")
        total = page.locator("[data-total]")
        assert await total.evaluate("bar => bar.value") == pytest.approx(2.9)
        await _tell(page, render=str(OTHER), share=0.5)
        assert await total.evaluate("bar => bar.value") == pytest.approx(3.4)
        await _tell(page, render=str(OTHER), campaign="2", share=0.9)
        assert await total.evaluate("bar => bar.value") == pytest.approx(3.4)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "preparing", "step": "preparing", "scene": None, "left_s": None},
        {"state": "composing", "step": "composing", "scene": 1, "left_s": 70},
        {"state": "creating_thumbnail", "step": "creating_thumbnail", "scene": None, "left_s": 3},
        {"state": "uploading", "step": "uploading", "scene": None, "left_s": 4000},
        {"state": "recording", "step": "a step to come", "scene": None, "left_s": 600},
    ],
)
async def test_the_words_are_those_of_the_server(
    chromium: Browser, changes: dict[str, Any]
) -> None:
    async with drawn_page(chromium, _body("in the making"), scripts=("progress.js",)) as page:
        await _tell(page, **changes)
        said = step_words(changes["state"], NEWS | changes)
        left = time_left(changes["left_s"]) if changes["left_s"] else ""
        await expect(page.locator("[data-step]")).to_have_text(said)
        await expect(page.locator("[data-left]")).to_have_text(left)


async def test_a_row_that_is_shown_as_waiting_is_fetched_anew(chromium: Browser) -> None:
    assert FACES["waiting"].id == RENDER
    async with drawn_page(chromium, _body("waiting"), scripts=("progress.js",)) as page:
        await page.evaluate(
            "window.htmx = {trigger: (part, name) => { document.title = `${part.id} ${name}`; }}"
        )
        await _tell(page)
        await expect(page).to_have_title(f"video-{RENDER} stale")
