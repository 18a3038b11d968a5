"""Captures a page that stands still while it scrolls: its ground once, its fixed parts as layers, each frame a slice."""

import asyncio
import dataclasses
from pathlib import Path

from PIL import Image

from app.hme.plan import MotionPlan
from app.pipeline.browser.page import Page
from app.pipeline.capture.film import Film
from app.pipeline.capture.layers import CHANGES_AT_MOST, Layers, changes, picture_layers, survey
from app.pipeline.capture.static_gate import (
    Picture,
    decode,
    differs,
    motion,
    over,
    sample_frames,
    stack,
)
from app.pipeline.recording import Placement, Plate, Tiles

PLATE_PX = 8192  # Skia's largest texture is 16,384 px; half of it keeps a plate's PNG under 20 MB
FAST_PNG = 1  # zlib level: layers are read once


class NotStatic(Exception):
    """The page cannot be shown by slices; `str()` says why, for the report."""


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
    plates, pictures = await _plates(page, folder, max(shown.scroll_px) + height, width)
    await _show(page, "whole")
    # The coarse pass sees a change later than it happens: its screenshots hold between changes only.
    shots = {f: shot for f, shot in shots.items() if not any(a <= f < b for a, b in stretches)}
    if stretches:
        shots |= await _in_change(film, plan, stretches[0])
    _check(stack(pictures), layers, shots, shown, height)
    names = []
    for number, picture in enumerate(layers.pictures):
        names.append(f"layer-{number}.png")
        Image.fromarray(picture).save(folder / names[-1], compress_level=FAST_PNG)
    return Tiles(plates, tuple(names), tuple(layers.placements)), shown


async def _plates(
    page: Page, folder: Path, bottom_px: int, width: int
) -> tuple[tuple[Plate, ...], list[Picture]]:
    plates, pictures = [], []
    for number, top_px in enumerate(range(0, bottom_px, PLATE_PX)):
        height_px = min(PLATE_PX, bottom_px - top_px)
        data = await page.document_picture(top_px=top_px, height_px=height_px, width_px=width)
        plate = Plate(f"page-{number}.png", top_px, height_px)
        (folder / plate.file).write_bytes(data)
        plates.append(plate)
        pictures.append(await asyncio.to_thread(decode, data))
    return tuple(plates), pictures


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
        frame_picture = synthesised(
            ground, layers.pictures, layers.placements[frame], plan.scroll_px[frame], height
        )
        if share := differs(frame_picture, shot):
            raise NotStatic(
                f"the page at {frame / plan.fps:.1f} s was not what slices show ({share:.0%} of a spot)"
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
