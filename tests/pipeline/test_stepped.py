"""A page filmed frame by frame: each frame at its own offset and its own time, and none too many.

The page draws its clocks as cells of black and white, which are read back from the pictures.
"""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import pytest_asyncio

from app.pipeline.recording import Recording
from tests.pipeline.capture_pages import BITS, CELL_PX, NUMBERS
from tests.pipeline.filming import FPS, Stage, new_stage, rgb, with_peeks
from tests.pipeline.synthetic import plan_of

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

FRAME_MS = 1000 / FPS
PLAN = with_peeks(600)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with new_stage() as stage:
        yield stage


@dataclasses.dataclass
class Film:
    """A stepped recording and what its page said at every frame, by name: float64 [frames]."""

    recording: Recording
    said: dict[str, npt.NDArray[np.float64]]


def read_film(recording: Recording) -> Film:
    assert recording.frames is not None
    lines = []
    for frame in range(recording.facts.frames):
        picture = rgb(recording.frames.picture(recording.frames.picture_index(frame)))
        cells = picture[CELL_PX // 2 :: CELL_PX, CELL_PX // 2 :: CELL_PX, 1]
        bits = cells[: len(NUMBERS), :BITS] > 128
        lines.append(bits @ (1 << np.arange(BITS)[::-1]))
    table = np.array(lines, np.float64)
    return Film(recording, {name: table[:, n] for n, name in enumerate(NUMBERS)})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def film(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Film:
    folder = tmp_path_factory.mktemp("film")
    return read_film(await stage.record("clocks", folder / "r", PLAN))


async def test_there_is_one_picture_for_every_frame_of_a_page_that_always_moves(
    film: Film,
) -> None:
    store = film.recording.frames
    assert store is not None
    assert [store.picture_index(frame) for frame in range(PLAN.frames)] == list(range(PLAN.frames))


async def test_every_frame_shows_the_offset_of_the_plan(film: Film) -> None:
    assert film.said["scroll_px"].astype(int).tolist() == list(PLAN.scroll_px)


@pytest.mark.parametrize("name", ["frame_ms", "now_ms", "date_ms", "animation_ms"])
async def test_every_clock_of_the_page_is_at_the_time_of_the_frame(film: Film, name: str) -> None:
    due_ms = np.arange(PLAN.frames) * FRAME_MS
    passed_ms = (film.said[name] - film.said[name][0]) % (1 << BITS)
    assert np.abs(passed_ms - due_ms).max() <= 2  # each is cut to a whole millisecond


async def test_timers_fire_as_often_as_time_has_passed(film: Film) -> None:
    passed = film.said["ticks"] - film.said["ticks"][0]
    due = np.arange(PLAN.frames) * FRAME_MS / 100
    assert np.abs(passed - due).max() <= 1.01
    assert set(np.diff(passed)) == {0, 1}


async def test_the_same_page_gives_the_same_frames_again(
    stage: Stage, film: Film, tmp_path: Path
) -> None:
    again = await stage.record("parallax", tmp_path / "a", PLAN)
    once_more = await stage.record("parallax", tmp_path / "b", PLAN)
    assert (again.folder / "frames.bin").read_bytes() == (
        once_more.folder / "frames.bin"
    ).read_bytes()
    assert again.facts.plan == once_more.facts.plan == PLAN


async def test_frames_repeat_while_nothing_changes(stage: Stage, tmp_path: Path) -> None:
    resting = plan_of([0] * 4 * FPS, fps=FPS)
    recording = await stage.record("carousel", tmp_path / "r", resting)
    store = recording.frames
    assert store is not None
    shown = [store.picture_index(frame) for frame in range(resting.frames)]
    assert len(shown) == resting.frames
    # It turns every 3 s, so once or twice in 4 s, at any moment of them.
    assert shown[-1] in (1, 2)
    assert shown == sorted(shown)


async def test_a_film_ends_where_the_plan_ends_when_the_browser_draws_by_itself(
    tmp_path: Path,
) -> None:
    plan = plan_of([0, 0, 40, 80, 200, 200, 160], fps=FPS)
    async with new_stage(frame_control=False) as stage:
        film = read_film(await stage.record("clocks", tmp_path / "r", plan))
    assert film.said["scroll_px"].astype(int).tolist() == list(plan.scroll_px)
    passed_ms = film.said["date_ms"] - film.said["date_ms"][0]
    assert np.abs(passed_ms - np.arange(plan.frames) * FRAME_MS).max() <= 2
