"""A page that is open becomes a page worth filming: awake, decoded, still, without banners, measured."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from app.hme.geometry import PageGeometry
from app.hme.plan import DepthNotFound, resolve_depth
from app.pipeline.browser.consent import answer_banners
from app.pipeline.browser.navigation import Visit
from app.pipeline.browser.page import Page, script
from app.pipeline.errors import EndlessPage, PlaceNotFound

VIEWPORTS_AT_MOST = 14  # 15,000 px at 1080p: longer than any scene can show at a readable speed
WAKE_STEP_MS = 100  # long enough for two frames, an IntersectionObserver and the start of a request
WAKE_LIMIT_S = 6.0
DECODE_LIMIT_S = 4.0
QUIET_LOOKS = 3  # equal layouts in a row that count as quiet
LOOK_S = 0.1


@dataclass(frozen=True)
class ReadyPage:
    geometry: PageGeometry
    depth_px: float | None
    title: str


async def make_ready(page: Page, visit: Visit, *, wait_s: float, depth: str) -> ReadyPage:
    """Leaves the pumped page at its top, ready and quiet, or quiet enough after `wait_s`.

    Raises EndlessPage and PlaceNotFound.
    """
    if said := await answer_banners(page):
        visit.notices.append(said)
    viewport_px = await page.evaluate("innerHeight")
    limit_px = VIEWPORTS_AT_MOST * viewport_px
    await page.evaluate(f"window.__loomReady = {script('ready.js')}; 0")
    await page.evaluate(script("layers.js"))
    woken = await page.evaluate(
        f"__loomReady.wake({limit_px}, {WAKE_STEP_MS}, {WAKE_LIMIT_S * 1000})"
    )
    if not await page.evaluate(f"__loomReady.decoded({DECODE_LIMIT_S * 1000})"):
        visit.notices.append("Some pictures or fonts of the page did not arrive in time.")
    await _until_quiet(page, visit, wait_s)
    found = await page.evaluate(f"__loomReady.geometry({limit_px})")
    height_px = found.pop("page_height_px")
    if woken["grown"] >= VIEWPORTS_AT_MOST * 2:
        raise EndlessPage(visit.asked_url)
    if height_px > limit_px:
        visit.notices.append(
            f"The page is {height_px:,} px long; its first {limit_px:,} px are shown."
        )
    geometry = PageGeometry.from_json(found)
    title = await page.evaluate("document.title")
    return ReadyPage(geometry, await _depth_px(page, visit, geometry, depth), title)


async def _until_quiet(page: Page, visit: Visit, wait_s: float) -> None:
    """Returns when layout and network have been still for a moment, or after `wait_s`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + wait_s
    before: list[Any] = []
    equal = 0
    while loop.time() < end:
        layout = await page.evaluate("__loomReady.layout()")
        equal = equal + 1 if layout == before and not visit.in_flight else 0
        if equal >= QUIET_LOOKS:
            return
        before = layout
        await asyncio.sleep(LOOK_S)
    visit.notices.append(f"The page was still loading after {wait_s:g} s and was shown as it was.")


async def _depth_px(page: Page, visit: Visit, geometry: PageGeometry, depth: str) -> float | None:
    if depth in ("none", "middle", "end"):
        return resolve_depth(geometry, depth)
    top = await page.evaluate(f"__loomReady.place({json.dumps(depth)})")
    if top is None:
        try:
            return resolve_depth(geometry, depth)
        except DepthNotFound:
            raise PlaceNotFound(visit.asked_url, depth=depth) from None
    # The place sits a little below the upper edge, where a reader would put it.
    return float(min(max(0.0, top - 0.12 * geometry.viewport_height_px), geometry.max_scroll_px))
