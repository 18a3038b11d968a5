"""A static page's recording: its plates are the page, its frames what a browser shows."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from app.hme.plan import plan_motion
from app.pipeline.recording import load_recording
from tests.pipeline.capture_pages import ROW_PX, ROWS, row_colour
from tests.pipeline.filming import (
    FPS,
    HEIGHT,
    Stage,
    down,
    new_stage,
    opened,
    scrolled_to,
    tile_frame,
)
from tests.pipeline.synthetic import plan_of

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

PLAN = down(ROWS * ROW_PX - HEIGHT)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with new_stage() as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def free_stage() -> AsyncIterator[Stage]:
    """A browser that draws by itself, as any visitor's does."""
    async with new_stage(frame_control=False) as stage:
        yield stage


@pytest.mark.parametrize("name", ["plain", "sticky", "sidebar", "table-head", "footer-bar"])
async def test_frames_are_what_a_free_browser_shows_at_the_same_offsets(
    stage: Stage, free_stage: Stage, tmp_path: Path, name: str
) -> None:
    recording = await stage.record(name, tmp_path / "r", PLAN)
    frames = [0, 9, 14, 21, 27, PLAN.frames - 1]
    offsets = [PLAN.scroll_px[frame] for frame in frames]
    real = await scrolled_to(free_stage.studio, free_stage.site.url(name), offsets)
    for frame, picture in zip(frames, real, strict=True):
        np.testing.assert_array_equal(tile_frame(recording, frame), picture)


async def test_each_row_of_the_page_is_in_the_plates_where_it_belongs(
    stage: Stage, tmp_path: Path
) -> None:
    recording = await stage.record("rows-0", tmp_path / "r", PLAN)
    for frame in range(0, PLAN.frames, 5):
        picture = tile_frame(recording, frame)
        for y in (0, HEIGHT // 2, HEIGHT - 1):
            row = (PLAN.scroll_px[frame] + y) // ROW_PX
            assert tuple(picture[y, 300]) == row_colour(row)


async def test_a_real_plan_keeps_its_offsets(stage: Stage, tmp_path: Path) -> None:
    async with opened(stage.studio, stage.site.url("sticky")) as (_, _, ready):
        plan = plan_motion(ready.geometry, frames=4 * FPS, fps=FPS, seed=7, depth_px=ready.depth_px)
    assert plan.reached_px == ROWS * ROW_PX + 60 - HEIGHT
    recording = await stage.record("sticky", tmp_path / "r", plan)
    assert recording.facts.plan == plan


async def test_a_header_that_shrinks_in_the_flow_pulls_the_ground_with_it(
    stage: Stage, tmp_path: Path
) -> None:
    recording = await stage.record("shrinking-sticky", tmp_path / "r", PLAN)
    shown = recording.facts.plan.scroll_px
    assert shown[0] == 0
    assert shown[-1] == PLAN.scroll_px[-1] + 24  # the header is 60 px tall, then 36


async def test_a_page_that_fits_its_viewport_is_one_plate(stage: Stage, tmp_path: Path) -> None:
    recording = await stage.record("short", tmp_path / "r", plan_of([0] * 20, fps=FPS))
    assert recording.tiles is not None
    assert [(plate.top_px, plate.height_px) for plate in recording.tiles.plates] == [(0, HEIGHT)]


async def test_a_saved_recording_reads_back_equal(stage: Stage, tmp_path: Path) -> None:
    recording = await stage.record("two-bars", tmp_path / "r", PLAN)
    assert load_recording(recording.folder) == recording


async def test_without_frame_control_the_same_page_gives_the_same_tiles(
    stage: Stage, free_stage: Stage, tmp_path: Path
) -> None:
    driven = await stage.record("sticky", tmp_path / "driven", PLAN)
    free = await free_stage.record("sticky", tmp_path / "free", PLAN)
    assert free.facts.way == "tiles"
    assert free.facts.plan == driven.facts.plan
    for frame in range(0, PLAN.frames, 4):
        np.testing.assert_array_equal(tile_frame(free, frame), tile_frame(driven, frame))
