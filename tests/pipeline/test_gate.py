"""Pages that move are filmed frame by frame, with the reason in words; settling ones are not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.pipeline.filming import Stage, down, new_stage
from tests.pipeline.moving_pages import MOVING, SETTLING
from tests.pipeline.pinned_pages import FILTERING
from tests.pipeline.synthetic import flat, make_clip

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

PLAN = down(600, rest=3)
KEEPS = "something that keeps changing"
REASONS = {
    "animation": "an animation that does not end",
    "carousel": "something that changes after a while",
    "gif": KEEPS,
    "canvas": KEEPS,
    "video": "a playing video",
    "fixed-background": "a background that does not scroll",
    "scroll-driven": "an animation tied to scrolling",
    "hides-again": "content that moves while the page scrolls",
    "parallax": "is not what slices show",
    "clock": KEEPS,
    "frosted": "a fixed part that lets the page shine through",
    "inverting": "a fixed part that lets the page shine through",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("site")
    pictures = [flat((n * 20, 50, 50), width=160, height=120) for n in range(12)]
    make_clip(folder / "film.webm", pictures=pictures, codec="libvpx-vp9")
    async with new_stage(folder) as stage:
        yield stage


@pytest.mark.parametrize("name", [*MOVING, *FILTERING])
async def test_a_page_in_motion_is_stepped_and_the_reason_names_it(
    stage: Stage, tmp_path: Path, name: str
) -> None:
    recording = await stage.record(name, tmp_path / "r", PLAN)
    assert recording.facts.way == "stepped"
    assert REASONS[name] in recording.facts.reason
    assert {path.name for path in recording.folder.iterdir()} == {"frames.bin", "recording.json"}


@pytest.mark.parametrize("name", ["plain", *SETTLING])
async def test_a_page_that_settles_is_tiles(stage: Stage, tmp_path: Path, name: str) -> None:
    recording = await stage.record(name, tmp_path / "r", PLAN)
    assert (recording.facts.way, recording.frames) == ("tiles", None)
