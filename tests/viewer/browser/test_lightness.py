"""What a first visit costs on the wire, and that nothing moves; times are first_paint.py's."""

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.viewer.browser.conftest import Open, holds
from tests.viewer.browser.first_paint import first_paint
from tests.viewer.browser.landings import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

# The issue's. The poster is the engine's and may weigh more; its glimpse is in the page.
BEFORE_THE_VIDEO_BYTES = 60_000


async def test_what_comes_before_the_video_is_small(open_page: Open) -> None:
    page = await open_page()
    address = page.url
    await page.goto("about:blank")  # what the first load still asks for would be counted too
    wire = await page.context.new_cdp_session(page)
    await wire.send("Network.enable")
    await wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def note(event: dict[str, Any]) -> None:
        asked[event["requestId"]] = event["request"]["url"]

    def weigh(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = int(event["encodedDataLength"])

    wire.on("Network.requestWillBeSent", note)
    wire.on("Network.loadingFinished", weigh)
    await page.goto(address)
    await holds(page, "customElements.get('media-controller') && !video.controls")
    await holds(page, "document.getElementById('video').currentTime > 0")
    order = list(asked.values())
    first = next(n for n, url in enumerate(order) if url.endswith("/video"))
    before = [key for key, url in asked.items() if order.index(url) < first]
    assert any(asked[key].endswith("/poster.jpg") for key in before)
    # The player's controls come with the video, or after it.
    assert not any("media-chrome" in asked[key] for key in before)
    own = sum(sizes[key] for key in before if "poster" not in asked[key])
    assert 15_000 < own < BEFORE_THE_VIDEO_BYTES


async def test_on_a_slow_phone_the_poster_is_the_first_sight_and_nothing_moves(
    chromium: Browser, origin: str
) -> None:
    # So slow that the order is the page's, not chance's; how long it takes is no matter here.
    seen = await first_paint(chromium, origin + ROOT, request_ms=50, cpu=2)
    assert seen.lcp_element == "IMG"  # the glimpse: the sharp poster is no larger
    assert seen.shift == 0
