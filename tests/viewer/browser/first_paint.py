"""How soon a prospect sees the page on a slow phone: run it to get the figures.

    python -m tests.viewer.browser.first_paint

Chromium is slowed as Lighthouse slows it for mobile pages ("slow 4G", a CPU of a quarter's speed):
https://github.com/GoogleChrome/lighthouse/blob/main/core/config/constants.js (mobileSlow4G)
"""

import asyncio
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from app.pipeline.browser.find import find_chromium
from tests.journeys.first_load import layout_shift, weigh
from tests.viewer.browser.landings import ROOT
from tests.viewer.browser.prospect_app import Prospect, prospect_app, write_media
from tests.web.real_server import served

RTT_MS, KILOBITS_S, CPU = 150, 1.6 * 1024, 4
# "DevTools throttling": each request waits for what connecting and asking take on such a network.
REQUEST_MS, SHARE = RTT_MS * 3.75, 0.9
MOTO_G: dict[str, Any] = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75}
PAINTS = """() => new Promise(resolve => {
    const seen = {};
    new PerformanceObserver(list => {
        for (const each of list.getEntries()) {
            seen.lcp = each.renderTime || each.startTime;
            seen.element = each.element?.tagName;
        }
        seen.fcp = performance.getEntriesByName("first-contentful-paint")[0].startTime;
        resolve(seen);
    }).observe({ type: "largest-contentful-paint", buffered: true });
})"""


@dataclass(frozen=True)
class FirstPaint:
    """Times since the navigation began. `own_bytes`: HTML, CSS and scripts on the wire."""

    fcp_ms: float
    lcp_ms: float
    lcp_element: str
    own_bytes: int
    shift: float


async def first_paint(browser: Browser, url: str, *, request_ms: float, cpu: int) -> FirstPaint:
    """A first visit, measured when the player's controls are there as well."""
    context = await browser.new_context(**MOTO_G, is_mobile=True, has_touch=True)
    page = await context.new_page()
    wire = await context.new_cdp_session(page)
    await wire.send("Network.enable")
    bytes_s = KILOBITS_S * SHARE * 1024 / 8
    network: dict[str, Any] = {"offline": False, "latency": request_ms}
    network |= {"downloadThroughput": bytes_s, "uploadThroughput": bytes_s / 2}
    await wire.send("Network.emulateNetworkConditions", network)
    await wire.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    own_bytes = await weigh(page)
    await page.goto(url)
    await page.evaluate("customElements.whenDefined('media-controller').then(() => 1)")
    paints = await page.evaluate(PAINTS)
    shift = await layout_shift(page)
    await context.close()
    return FirstPaint(paints["fcp"], paints["lcp"], paints["element"], own_bytes(), shift)


async def _measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_media(Path(folder))
        with served(prospect_app(Prospect(Path(folder)))) as origin:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=find_chromium(os.environ), args=["--no-sandbox"]
                )
                for name, request_ms in (("by round trip", RTT_MS), ("by request", REQUEST_MS)):
                    found = [
                        await first_paint(browser, origin + ROOT, request_ms=request_ms, cpu=CPU)
                        for _ in range(5)
                    ]
                    print(name, sorted(found, key=lambda each: each.lcp_ms)[2])  # noqa: T201
                await browser.close()


if __name__ == "__main__":
    asyncio.run(_measure())
