"""Makes an open page ready to be filmed: awake, decoded, still, without banners, and measured."""

import asyncio
import json
from dataclasses import dataclass

from app.hme.geometry import PageGeometry
from app.hme.plan import DepthNotFound, resolve_depth
from app.pipeline.browser.consent import Banner
from app.pipeline.browser.navigation import check_content, where_it_stays
from app.pipeline.browser.page import Page, script
from app.pipeline.browser.visit import Visit, now_s
from app.pipeline.errors import EndlessPage, PageNeverSettles, PlaceNotFound

VIEWPORTS_AT_MOST = 14  # 15,000 px at 1080p: longer than any scene can show at a readable speed
STEP_VH = 0.8  # everything is well inside the viewport once
GROWN_PX = 8
ASLEEP_WAIT_S = 0.25  # throttled scroll handlers run at most every 0.1–0.25 s
AFTER_LOAD_S = 0.35  # pages that go elsewhere by a timer, or start a widget with one, do it by then
QUIET_S = 0.15  # no request, no element, no change of height for so long
WIDGET_QUIET_S = 0.5  # an embedded widget draws itself a moment after it has loaded
LOOK_S = 0.03


@dataclass(frozen=True)
class ReadyPage:
    geometry: PageGeometry
    depth_px: float | None
    title: str


async def make_ready(page: Page, visit: Visit, *, wait_s: float, depth: str) -> ReadyPage:
    """Leaves the pumped page at its top, ready and quiet, or quiet enough after `wait_s`.

    Follows the page when it goes elsewhere meanwhile. Raises EndlessPage, PlaceNotFound,
    PageNeverSettles when it does not answer, and all that `navigate` and `check_content` raise.
    """
    limits, first = visit.limits, visit.document
    limit_s = limits.wake_s + limits.decode_s + wait_s + limits.hang_s

    async def ready() -> ReadyPage:
        if visit.document is not first:
            await check_content(page, visit)
        return await _make_ready(page, visit, wait_s, depth)

    found = await where_it_stays(page, visit, lambda: visit.watched(ready(), limit_s))
    await page.call("Runtime.removeBinding", {"name": "__loomChanged"})
    if visit.private_parts:
        visit.notice("A part of the page leads to an address that is not public and is missing.")
    return found


async def _make_ready(page: Page, visit: Visit, wait_s: float, depth: str) -> ReadyPage:
    await page.evaluate(f"window.__loomBanners = {script('banners.js')}; 0")
    await page.evaluate(script("layers.js"))
    install = f"window.__loomReady = {script('ready.js')}; __loomReady.begin()"
    viewport_px = await page.evaluate(install)
    limit_px = VIEWPORTS_AT_MOST * viewport_px
    walk = _Walk(page, visit, viewport_px, limit_px)
    height_px = await walk.down()
    decoded = asyncio.ensure_future(_decoded(page, visit, limit_px))
    try:
        await _settle(page, visit, walk, height_px, now_s() + wait_s)
        if not await decoded:
            visit.notice("Some pictures or fonts of the page did not arrive in time.")
    finally:
        decoded.cancel()
    found = await page.evaluate(f"__loomReady.geometry({limit_px})")
    height_px = found.pop("page_height_px")
    if height_px > limit_px:
        visit.notice(f"The page is {height_px:,} px long; its first {limit_px:,} px are shown.")
    geometry = PageGeometry.from_json(found)
    title = await page.evaluate("document.title")
    return ReadyPage(geometry, await _depth_px(page, visit, geometry, depth), title)


class _Walk:
    """Goes down the page so that what waits for nearness wakes up, and back to the top."""

    def __init__(self, page: Page, visit: Visit, viewport_px: int, limit_px: int) -> None:
        self._page, self._visit = page, visit
        self._viewport_px, self._limit_px = viewport_px, limit_px
        self._end_s = now_s() + visit.limits.wake_s
        self._reached_px = 0

    @property
    def over(self) -> bool:
        return self._reached_px + self._viewport_px >= self._limit_px or now_s() > self._end_s

    async def down(self) -> int:
        """Goes on from where it ended last time; the page's height in px, as it was down there."""
        height_px, first_px = await self._visit_offset(self._reached_px), 0
        while self._reached_px + self._viewport_px < min(height_px, self._limit_px):
            if now_s() > self._end_s:
                break
            first_px = first_px or height_px
            self._reached_px += round(STEP_VH * self._viewport_px)
            try:
                height_px = await self._visit_offset(self._reached_px)
            except PageNeverSettles:
                if height_px > first_px + GROWN_PX:
                    raise EndlessPage(self._visit.asked_url) from None
                raise
        for offset_px in await self._page.evaluate(f"__loomReady.asleep({self._limit_px})"):
            if now_s() > self._end_s:
                break
            await self._visit_offset(offset_px)
            await asyncio.sleep(ASLEEP_WAIT_S)
        await self._page.evaluate("__loomReady.top()")
        return height_px

    async def _visit_offset(self, offset_px: int) -> int:
        work = self._page.evaluate(f"__loomReady.visit({offset_px})")
        return int(await self._visit.watched(work, self._visit.limits.hang_s))


async def _settle(page: Page, visit: Visit, walk: _Walk, height_px: int, end_s: float) -> None:
    """Returns when the page is quiet, free of banners and no longer than it was when walked."""
    banner = Banner()
    while True:
        quiet_px = await _until_quiet(page, visit, banner, end_s)
        if said := await banner.clear(page):
            visit.notice(said)
        if quiet_px <= height_px + GROWN_PX or walk.over or now_s() > end_s:
            return
        # More came than was walked: behind a banner that held the page, or on a page that goes on.
        height_px = await walk.down()


async def _until_quiet(page: Page, visit: Visit, banner: Banner, end_s: float) -> int:
    """The page's height in px, once it has been quiet for a moment, or at `end_s`."""
    still: object = None
    changed_s = now_s()
    while True:
        look = await page.evaluate("({...__loomReady.layout(), banner: __loomBanners.state()})")
        at_s = now_s()
        if look["still"] != still:
            still, changed_s = look["still"], at_s if still else changed_s
        busy = banner.is_busy(look["banner"], at_s) or visit.busy or look["pending"]
        quiet_s = at_s - max(changed_s, visit.active_s)
        early = at_s - visit.loaded_s < AFTER_LOAD_S
        if not busy and not early and quiet_s >= (WIDGET_QUIET_S if visit.frames else QUIET_S):
            return int(look["height"])
        if at_s > end_s:
            break
        await asyncio.sleep(LOOK_S)
    visit.notice("The page was still loading after the longest wait and was shown as it was.")
    return int(look["height"])


async def _decoded(page: Page, visit: Visit, limit_px: int) -> bool:
    limit_ms = visit.limits.decode_s * 1000
    return bool(await page.evaluate(f"__loomReady.decoded({limit_px}, {limit_ms})"))


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
