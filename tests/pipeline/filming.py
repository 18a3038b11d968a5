"""Opens and records one page as a render does, and shows the page itself to compare with."""

import contextlib
import functools
import io
import os
import random
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from app.hme.plan import MotionPlan
from app.pipeline.browser.consent import consent_script
from app.pipeline.browser.find import find_chromium
from app.pipeline.browser.navigation import Visit, check_content, navigate, prepare
from app.pipeline.browser.page import Page
from app.pipeline.browser.page_ready import ReadyPage, make_ready
from app.pipeline.browser.studio import Studio
from app.pipeline.capture import capture
from app.pipeline.recording import Recording
from tests.pipeline.capture_pages import CaptureSite, capture_site
from tests.pipeline.synthetic import U8, plan_of

WIDTH, HEIGHT = 640, 360
FPS: Literal[30] = 30


@dataclass
class Stage:
    """A browser and the site it may open. Recordings are closed when the stage is."""

    site: CaptureSite
    studio: Studio
    closing: contextlib.ExitStack

    async def record(self, name: str, folder: Path, plan: MotionPlan) -> Recording:
        """The page of this name recorded along `plan`, in `folder`."""
        folder.mkdir()
        async with opened(self.studio, self.site.url(name)) as (page, visit, ready):
            recording = await capture(page, visit, ready, plan, folder, width=WIDTH, height=HEIGHT)
        if recording.frames is not None:
            self.closing.callback(recording.frames.close)
        return recording


@contextlib.asynccontextmanager
async def new_stage(
    files: Path | None = None, *, frame_control: bool = True
) -> AsyncIterator[Stage]:
    """A stage whose site also serves `files`."""
    with capture_site(files) as site, contextlib.ExitStack() as closing:
        async with new_studio(site, frame_control=frame_control) as studio:
            yield Stage(site, studio, closing)


def new_studio(site: CaptureSite, *, frame_control: bool = True) -> Studio:
    """A browser that may open `site`, not yet started."""
    return Studio(
        find_chromium(os.environ),
        frame_control=frame_control,
        width=WIDTH,
        height=HEIGHT,
        allow=[site.address],
    )


@contextlib.asynccontextmanager
async def opened(studio: Studio, url: str) -> AsyncIterator[tuple[Page, Visit, ReadyPage]]:
    """The page, ready, at its top, its clock still free."""
    async with studio.page() as page:
        visit = Visit(url)
        await prepare(page, visit, (consent_script(),))
        async with page.pumping():
            await navigate(page, url, studio.guard, visit)
            await check_content(page, visit)
            ready = await make_ready(page, visit, wait_s=1, depth="end")
        yield page, visit, ready


async def real_frames(
    studio: Studio, url: str, plan: MotionPlan, wanted: Iterable[int]
) -> dict[int, U8]:
    """What a fresh tab shows at these frames when it is really scrolled along `plan`: RGB.

    Nothing wakes the page before, and nothing of ours but its clock is in it.
    """
    wanted = set(wanted)
    pictures: dict[int, bytes] = {}
    async with studio.page() as page:
        visit = Visit(url)
        await prepare(page, visit, ())
        async with page.pumping():
            await navigate(page, url, studio.guard, visit)
        await page.arm()
        step_ms = 1000 / plan.fps
        for lead_in in range(1, plan.fps):
            await page.frame(lead_in * step_ms)
        await page.evaluate(f"__loom.follow({list(plan.scroll_px)}, {plan.fps})")
        for number in range(max(wanted) + 1):
            at_ms = (plan.fps + number) * step_ms
            _, picture = await page.frame(at_ms, "png" if number in wanted else None)
            if number in wanted:
                pictures[number] = picture
    return {number: rgb(picture) for number, picture in pictures.items()}


async def scrolled_to(studio: Studio, url: str, offsets_px: Sequence[int]) -> list[U8]:
    """Screenshots of a fresh tab at these offsets, its clock never touched: RGB.

    The studio's browser must draw by itself (`frame_control=False`).
    """
    async with opened(studio, url) as (page, _, _):
        pictures = []
        for offset_px in offsets_px:
            await page.evaluate(
                f"scrollTo({{top: {offset_px}, behavior: 'instant'}});"
                "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
            )
            pictures.append(rgb(await page.screenshot("png")))
        return pictures


def rgb(picture: bytes) -> U8:
    """uint8 [height, width, 3], sRGB."""
    with Image.open(io.BytesIO(picture)) as image:
        return np.asarray(image.convert("RGB"))


def tile_frame(recording: Recording, frame: int) -> U8:
    """A tiles recording's frame, put together with Pillow from what is on disk: RGB."""
    tiles, facts = recording.tiles, recording.facts
    assert tiles is not None
    canvas = Image.new("RGBA", (facts.width, facts.height))
    for plate in tiles.plates:
        place = (0, plate.top_px - facts.plan.scroll_px[frame])
        canvas.paste(_image(recording.folder / plate.file), place)
    for placed in tiles.placements[frame]:
        sheet = Image.new("RGBA", canvas.size)
        sheet.paste(
            _image(recording.folder / tiles.layers[placed.layer]), (placed.x_px, placed.y_px)
        )
        canvas.alpha_composite(sheet)
    return np.asarray(canvas.convert("RGB"))


@functools.lru_cache(maxsize=64)
def _image(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGBA")


def risky_frames(recording: Recording, count: int) -> list[int]:
    """Up to `count` frames amid changes of the recording's layers, as many others, and the last."""
    assert recording.tiles is not None
    shown = [{p.layer for p in placed} for placed in recording.tiles.placements]
    changing = [frame for frame in range(1, len(shown)) if shown[frame] != shown[frame - 1]]
    draw = random.Random(len(shown))
    chosen = draw.sample(changing, min(count, len(changing)))
    others = draw.sample(range(len(shown)), min(count, len(shown)))
    return sorted({*chosen, *others, len(shown) - 1})


def down(to_px: int, *, step_px: int = 25, rest: int = 8) -> MotionPlan:
    """Rests, goes down at one speed, rests."""
    return plan_of(_path([0, to_px], step_px, rest), fps=FPS)


def with_peeks(to_px: int, *, step_px: int = 30, rest: int = 8) -> MotionPlan:
    """Down, a little back, on, to the top again and all the way down, with rests between."""
    stops = [0, to_px // 2, to_px // 2 - 120, to_px // 2 + 20, 0, to_px]
    return plan_of(_path(stops, step_px, rest), fps=FPS)


def _path(stops: Sequence[int], step_px: int, rest: int) -> list[int]:
    path = [stops[0]] * rest
    for stop in stops[1:]:
        start = path[-1]
        steps = -(-abs(stop - start) // step_px)
        path += [start + (stop - start) * n // steps for n in range(1, steps + 1)]
        path += [stop] * rest
    return path
