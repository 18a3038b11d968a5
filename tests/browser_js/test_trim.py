"""The trim bar in a real browser: two handles, keys, numbers, and playing only what was chosen."""

from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Locator, Page, Route, expect

from tests.browser_js.conftest import holds
from tests.browser_js.page_app import Pages

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

DURATION_S = 10
FPS = 10
LATE_S = 0.2  # a frame of the video, and one of the screen on a busy machine
NOW = "document.querySelector('video').currentTime"


def _write_clip(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        stream.options = {"deadline": "realtime", "cpu-used": "8"}
        for n in range(DURATION_S * FPS):
            picture = np.full((90, 160, 3), 2 * n, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def at_the_bar(page: Page, pages: Pages) -> None:
    _write_clip(pages.media / "proxy.webm")
    Image.linear_gradient("L").resize((640, 64)).save(pages.media / "filmstrip.webp")
    await page.goto("/trim")
    await holds(page, "document.querySelector('video').readyState >= 2")


def start(page: Page) -> Locator:
    return page.get_by_role("slider", name="Start")


def end(page: Page) -> Locator:
    return page.get_by_role("slider", name="End")


async def numbers(page: Page) -> tuple[str, str]:
    first, last = page.locator("[name=start_s]"), page.locator("[name=end_s]")
    return await first.input_value(), await last.input_value()


async def drag(page: Page, seconds: float, to_s: float) -> None:
    box = await page.locator(".trim-bar").bounding_box()
    assert box is not None

    def x(at_s: float) -> float:
        return box["x"] + box["width"] * at_s / DURATION_S

    y = box["y"] + box["height"] / 2
    await page.mouse.move(x(seconds), y)
    await page.mouse.down()
    await page.mouse.move(x((seconds + to_s) / 2), y)
    await page.mouse.move(x(to_s), y)
    await page.mouse.up()


async def test_both_handles_are_dragged_and_the_picture_follows(page: Page) -> None:
    await drag(page, 0, 2)
    assert float((await numbers(page))[0]) == pytest.approx(2, abs=0.15)
    assert await page.evaluate(NOW) == pytest.approx(2, abs=0.15)
    await drag(page, 10, 7)
    assert float((await numbers(page))[1]) == pytest.approx(7, abs=0.15)
    assert await page.evaluate(NOW) == pytest.approx(7, abs=0.15)


async def test_keys_move_the_handles_by_tenths(page: Page) -> None:
    await start(page).focus()
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await end(page).focus()
    await page.keyboard.press("ArrowLeft")
    assert await numbers(page) == ("0.3", "9.9")
    await expect(start(page)).to_have_attribute("aria-valuetext", "0:00.3")
    await expect(page.locator("output")).to_have_text("0:00.3 to 0:09.9, 9.6 of 10 s")


async def test_the_handles_never_cross_and_leave_the_least_length(page: Page) -> None:
    await drag(page, 0, 9.9)
    assert (await numbers(page))[0] == "9"
    await end(page).focus()
    await page.keyboard.press("Home")
    assert await numbers(page) == ("9", "10")


async def test_a_typed_number_moves_its_handle_and_a_senseless_one_is_mended(page: Page) -> None:
    await page.get_by_label("Start, in seconds").fill("3.5")
    await page.get_by_label("End, in seconds").fill("2")
    await page.keyboard.press("Tab")
    assert await numbers(page) == ("3.5", "4.5")
    await expect(start(page)).to_have_value("3.5")
    await page.get_by_label("End, in seconds").fill("")
    await page.keyboard.press("Tab")
    assert await numbers(page) == ("3.5", "10")


async def test_only_the_chosen_part_is_played(page: Page) -> None:
    await page.get_by_label("Start, in seconds").fill("4")
    await page.get_by_label("End, in seconds").fill("5")
    await page.keyboard.press("Tab")
    await page.evaluate(
        """() => {
            window.seen = [];
            const note = () => {
                const video = document.querySelector("video");
                if (!video.paused) window.seen.push(video.currentTime);
                requestAnimationFrame(note);
            };
            note();
        }"""
    )
    play = page.get_by_role("button", name="Play this part")
    await play.click()
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await expect(play).to_be_visible()
    seen = await page.evaluate("window.seen")
    assert 4 <= min(seen) < 4 + LATE_S
    assert 5 - LATE_S < max(seen) < 5 + LATE_S
    assert await page.evaluate(NOW) == pytest.approx(5, abs=0.05)
    await play.click()
    await holds(page, "window.seen.at(-1) < 4.5")


async def test_the_chosen_part_is_sent_with_the_form(page: Page, pages: Pages) -> None:
    await page.get_by_label("Start, in seconds").fill("1.25")
    await page.get_by_role("button", name="Keep this part").click()
    await expect(page).to_have_title("Taken")
    assert pages.forms == [[("start_s", "1.3"), ("end_s", "10")]]


async def test_a_clip_of_an_odd_length_can_be_used_to_its_end(page: Page, pages: Pages) -> None:
    async def odd(route: Route) -> None:
        answer = await route.fetch()
        html = (await answer.text()).replace('data-duration-s="10"', 'data-duration-s="9.876"')
        await route.fulfill(response=answer, body=html.replace('"10"', '"9.876"'))

    await page.route("**/trim", odd)
    await page.reload()
    await end(page).focus()
    await keys_left_and_back(page)
    await page.get_by_role("button", name="Keep this part").click()
    await expect(page).to_have_title("Taken")
    assert pages.forms == [[("start_s", "0"), ("end_s", "9.876")]]


async def keys_left_and_back(page: Page) -> None:
    await page.keyboard.press("ArrowLeft")
    assert (await numbers(page))[1] in {"9.7", "9.8"}
    await page.keyboard.press("End")
