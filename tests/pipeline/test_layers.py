"""Fixed and sticky parts: such a page stays tiles, and its frames are those of the real page."""

import dataclasses
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from app.hme.plan import MotionPlan
from app.pipeline.recording import Recording
from tests.pipeline.filming import (
    Stage,
    down,
    new_stage,
    real_frames,
    risky_frames,
    tile_frame,
    with_peeks,
)
from tests.pipeline.pinned_pages import PINNED, TRICKY
from tests.pipeline.synthetic import U8

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

ROUNDING = 3  # of 255: Pillow and Chromium blend a translucent pixel with different rounding
# Chromium blends a sliding layer's edges or snaps them to whole rows, by chance.
SNAPPED_ROWS = 2
FRAMES = 10  # compared at random, and as many amid changes
DOWN, PEEKS = down(600), with_peeks(600)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with new_stage() as stage:
        yield stage


def _near(recording: Recording, frame: int) -> Iterator[U8]:
    """The frame, and where its layers change, the same with those of the frames beside it.

    The compositor starts a transition a frame sooner or later, in the real page as in ours.
    """
    tiles = recording.tiles
    assert tiles is not None
    for near in (frame, frame - 1, frame + 1):
        if 0 <= near < len(tiles.placements):
            placements = (*tiles.placements[:frame], tiles.placements[near])
            yield tile_frame(
                dataclasses.replace(
                    recording, tiles=dataclasses.replace(tiles, placements=placements)
                ),
                frame,
            )


def _at_rest(recording: Recording, frame: int) -> bool:
    assert recording.tiles is not None
    return len(set(recording.tiles.placements[max(0, frame - 1) : frame + 2])) == 1


async def wrong_frames(
    stage: Stage, recording: Recording, wanted: Sequence[int], plan: MotionPlan
) -> dict[int, tuple[int, int]]:
    """Frames of tiles that are not those of the real page: how many pixels, how far apart."""
    real = await real_frames(stage.studio, recording.facts.asked_url, plan, wanted)
    wrong = {}
    for frame, picture in real.items():
        apart = min(
            (np.abs(shown.astype(int) - picture).max(axis=2) for shown in _near(recording, frame)),
            key=lambda difference: int(difference.max()),
        )
        rows = 0 if _at_rest(recording, frame) else SNAPPED_ROWS
        if (apart > ROUNDING).sum() > rows * apart.shape[1]:
            wrong[frame] = (int((apart > ROUNDING).sum()), int(apart.max()))
    return wrong


@pytest.mark.parametrize("name", PINNED)
async def test_a_page_with_pinned_parts_is_exact_at_random_frames(
    stage: Stage, tmp_path: Path, name: str
) -> None:
    plan = PEEKS if "'scroll'" in PINNED[name] else DOWN
    recording = await stage.record(name, tmp_path / "r", plan)
    assert recording.tiles is not None, recording.facts.reason
    wanted = risky_frames(recording, FRAMES)
    assert await wrong_frames(stage, recording, wanted, plan) == {}


def _known_fault(name: str, why: str) -> object:
    return pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=why))


FAULTS = {
    "flips-at-once": "a look that comes and goes between two coarse frames is not noticed",
}


@pytest.mark.parametrize(
    "name", [_known_fault(name, FAULTS[name]) if name in FAULTS else name for name in TRICKY]
)
async def test_a_tricky_page_is_stepped_or_exact_in_every_frame(
    stage: Stage, tmp_path: Path, name: str
) -> None:
    recording = await stage.record(name, tmp_path / "r", PEEKS)
    if recording.tiles is not None:
        assert await wrong_frames(stage, recording, range(PEEKS.frames), PEEKS) == {}
