"""A disk that fills up while videos are made, and has room again later."""

import contextlib
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.figures import note
from tests.faults.reckoning import reckon
from tests.faults.stage import Stage
from tests.small_disk import mounted_disk

pytestmark = pytest.mark.browser

DISK_BYTES = 200 << 20
LEFT_BYTES = 64 << 10


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of DISK_BYTES, where the process may mount one."""
    with mounted_disk(tmp_path / "disk", DISK_BYTES) as place:
        yield place


def test_a_disk_that_fills_up_delays_videos_and_loses_none(
    stage: Stage, small_disk: Path, seed: int | None
) -> None:
    chance = random.Random(seed)
    stage.environ["LOOMLITE_VAR"] = str(small_disk / "var")
    stage.start_workers(2)
    stage.fill(missing=1)
    ballast = small_disk / "ballast"
    filled = 0
    for _ in range(2):
        stage.await_step(chance.choice(("preparing", "recording", "composing")))
        with contextlib.suppress(OSError), ballast.open("wb") as file:  # others write too
            file.write(b"\0" * max(0, shutil.disk_usage(small_disk).free - LEFT_BYTES))
        filled += 1
        stage.await_rows(
            "select 1 from render_attempts where outcome = 'delayed' having count(*) >= %s "
            "union all select 1 where not exists (select from render_jobs)", filled,
        )  # fmt: skip
        ballast.unlink()
    stage.await_end()
    stage.end_workers()
    found = reckon(stage)
    delayed = stage.rows(
        "select distinct error_code from render_attempts where outcome = 'delayed'"
    )
    assert delayed == [("disk_full",)]
    assert found.failed == 1, stage.story()
    note("disk full", found, times=filled)
