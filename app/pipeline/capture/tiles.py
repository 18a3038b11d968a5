"""Captures a page that stands still while it scrolls: ground once, fixed parts as layers."""

import asyncio
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from app.hme.plan import MotionPlan
from app.pipeline.artifacts import disk_errors
from app.pipeline.browser.page import Page
from app.pipeline.capture.film import SAME_TIME_MS, Film
from app.pipeline.capture.layers import (
    CHANGES_AT_MOST,
    Layers,
    changes,
    picture_layers,
    sighting,
    survey,
)
from app.pipeline.capture.static_gate import (
    NotStatic,
    Picture,
    decode,
    differs,
    motion,
    over,
    sample_frames,
)
from app.pipeline.recording import Placement, Plate, Tiles
from app.pipeline.threads import in_thread

# A page learns of its offset with the next frame; a header has changed its state in half a second.
NOTICE_MS = (20.0, 500.0)
FAST_PNG = 1  # zlib level: layers are read once


async def capture_tiles(
    film: Film, plan: MotionPlan, folder: Path, *, width: int, height: int
) -> tuple[Tiles, MotionPlan]:
    """Writes plates and layers to `folder`. The page is armed, at its top. Raises NotStatic.

    The plan that comes back has the ground's real offsets: a header that shrinks inside the flow
    pulls the content up by itself.
    """
    page = film.page
    if moving := await motion(film):
        raise NotStatic(moving)
    pinned = await page.evaluate("__loomLayers.settle()")
    if pinned["shadowed"] or pinned["blends"]:
        raise NotStatic("a fixed part that lets the page shine through")
    sightings, shots = await survey(film, plan, sample_frames(plan))
    stretches = changes(sightings, plan.frames)
    if len(stretches) > CHANGES_AT_MOST:
        raise NotStatic("fixed parts that keep changing")
    await film.to_top()
    layers = Layers([], [()] * plan.frames, list(plan.scroll_px))
    if pinned["count"]:
        await _show(page, "layers")
        await film.to_top()
        layers = await picture_layers(film, plan, stretches)
        await _show(page, "page")
        await film.to_top()
    shown = dataclasses.replace(plan, scroll_px=tuple(layers.ground_px))
    plates, ground = await _plates(film, folder, max(shown.scroll_px), width, height)
    await _show(page, "whole")
    # The coarse pass sees a change late: its screenshots hold between changes only.
    shots = {f: shot for f, shot in shots.items() if not any(a <= f < b for a, b in stretches)}
    if stretches:
        shots |= await _in_change(film, plan, stretches[0])
    await asyncio.to_thread(_check, ground, layers, shots, shown, height)
    names = await in_thread(_save, layers.pictures, folder)
    return Tiles(plates, names, tuple(layers.placements)), shown


def _save(layers: Sequence[Picture], folder: Path) -> tuple[str, ...]:
    names = []
    for number, picture in enumerate(layers):
        names.append(f"layer-{number}.png")
        with disk_errors(folder):
            Image.fromarray(picture).save(folder / names[-1], compress_level=FAST_PNG)
    return tuple(names)


async def _plates(
    film: Film, folder: Path, last_px: int, width: int, height: int
) -> tuple[tuple[Plate, ...], Picture]:
    """The ground from row 0 to `last_px` + `height`: the plates on disk, and as one RGB picture.

    Each plate is what the viewport really shows at its offset: a capture past the viewport leaves
    frames of other origins blank.
    """
    ground = np.zeros((last_px + height, width, 3), np.uint8)
    plates: list[Plate] = []
    decoding: list[asyncio.Task[None]] = []
    covered_px = shift_px = 0
    while covered_px < ground.shape[0]:
        # Where the content moved up by itself, the next rows are reached a little earlier.
        offset_px = min(covered_px - shift_px, last_px)
        await film.rewind([offset_px])
        await film.frame(0)
        for span_ms in NOTICE_MS:
            await film.pass_ms(span_ms)
        seen = await sighting(film, 0)
        if covered_px and shift_px < seen.shift_px < height:
            shift_px = seen.shift_px
            continue
        _, data = await film.pass_ms(SAME_TIME_MS, "png")
        top_px = min(offset_px, seen.last_px) + seen.shift_px
        plate = Plate(f"page-{len(plates)}.png", top_px, min(height, ground.shape[0] - top_px))
        if plate.top_px + plate.height_px <= covered_px:
            raise NotStatic("a page that is shorter once it has been scrolled")
        covered_px = plate.top_px + plate.height_px
        plates.append(plate)
        with disk_errors(folder):
            (folder / plate.file).write_bytes(data)
        decoding.append(asyncio.create_task(asyncio.to_thread(_lay, ground, data, plate)))
    await asyncio.gather(*decoding)
    return tuple(plates), ground


def _lay(ground: Picture, data: bytes, plate: Plate) -> None:
    end_px = plate.top_px + plate.height_px
    ground[plate.top_px : end_px] = decode(data)[: plate.height_px, :, :3]


async def _in_change(film: Film, plan: MotionPlan, stretch: tuple[int, int]) -> dict[int, Picture]:
    """A real screenshot of the riskiest moment: the whole page while its fixed part changes."""
    await film.to_top()
    await film.rewind(plan.scroll_px)
    middle = (stretch[0] + stretch[1]) // 2
    for frame in (0, *range(max(1, stretch[0] - 1), middle)):
        await film.frame(frame)
    _, picture = await film.frame(middle, "png")
    return {middle: decode(picture)}


async def _show(page: Page, mode: str) -> None:
    ground = {"color": {"r": 0, "g": 0, "b": 0, "a": 0}} if mode == "layers" else {}
    await page.call("Emulation.setDefaultBackgroundColorOverride", ground)
    await page.evaluate(f"__loomLayers.show('{mode}')")


def _check(
    ground: Picture, layers: Layers, shots: dict[int, Picture], plan: MotionPlan, height: int
) -> None:
    for frame, shot in shots.items():
        # The compositor starts a transition a frame sooner or later, as it likes.
        near = dict.fromkeys(
            layers.placements[n] for n in (frame, frame - 1, frame + 1) if 0 <= n < plan.frames
        )
        y_px = plan.scroll_px[frame]
        share = min(
            differs(synthesised(ground, layers.pictures, placed, y_px, height), shot)
            for placed in near
        )
        if share:
            raise NotStatic(
                f"the page at {frame / plan.fps:.1f} s is not what slices show ({share:.0%} off)"
            )


def synthesised(
    ground: Picture,
    layers: list[Picture],
    placed: tuple[Placement, ...],
    offset_px: int,
    height: int,
) -> Picture:
    """The frame as it will be composed, in RGB."""
    frame = ground[offset_px : offset_px + height].copy()
    for p in placed:
        over(frame, layers[p.layer], p.x_px, p.y_px)
    return frame
