"""Fixed and sticky parts: such a page stays tiles, and its frames are those of the real page."""

from collections.abc import AsyncIterator, Sequence
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

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

ROUNDING = 3  # of 255: Pillow and Chromium blend a translucent pixel with different rounding
FRAMES = 10  # compared at random, and as many amid changes
DOWN, PEEKS = down(600), with_peeks(600)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with new_stage() as stage:
        yield stage


async def wrong_frames(
    stage: Stage, recording: Recording, wanted: Sequence[int], plan: MotionPlan
) -> dict[int, tuple[int, int]]:
    """Frames of tiles that are not those of the real page: how many pixels, how far apart."""
    real = await real_frames(stage.studio, recording.facts.asked_url, plan, wanted)
    wrong = {}
    for frame, picture in real.items():
        apart = np.abs(tile_frame(recording, frame).astype(int) - picture).max(axis=2)
        if apart.max() > ROUNDING:
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
    "progress-bar": "the first frame of a change after a rest is drawn one frame early",
    "under-a-box": "content above a fixed part that passes between two samples is not noticed",
    "curtain": "a layer that fills the viewport comes as a picture without alpha",
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
