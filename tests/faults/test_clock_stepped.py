"""The clocks of the machines are stepped, to and fro, while videos are made."""

import asyncio
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.embedded import run_embedded
from app.db.migrate import migrate
from app.jobs.queue import prepare_queue
from tests.faults.clock import NoCompiler, SteppedClock, make_clock
from tests.faults.figures import note
from tests.faults.reckoning import reckon
from tests.faults.stage import Stage, open_stage
from tests.pipeline.small_render import SmallSite

pytestmark = pytest.mark.browser

HOUR_S = 3600


@pytest.fixture
def clock(tmp_path: Path) -> SteppedClock:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)  # PostgreSQL runs as a user of its own
    try:
        return make_clock(tmp_path)
    except NoCompiler:
        pytest.skip("a clock cannot be made here: there is no C compiler")


@pytest.fixture
def stepped_stage(
    tmp_path: Path,
    site: SmallSite,
    seed: int | None,
    clock: SteppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    """A stage whose database and workers have that clock; we and the engine have the real one."""
    with monkeypatch.context() as patched:
        for name, value in clock.environ.items():
            patched.setenv(name, value)
        database = run_embedded(tmp_path / "pg")
        urls = database.__enter__()
    try:
        asyncio.run(prepare_queue(urls.owner_url))
        migrate(urls.owner_url, "loomlite_app")
        with open_stage(tmp_path, urls, site, **clock.environ) as stage:
            if seed is not None:
                stage.environ["STAND_IN"] = "1"
            yield stage
    finally:
        database.__exit__(None, None, None)
    assert os.environ.get("LD_PRELOAD") is None


def test_clocks_stepped_to_and_fro_lose_nothing(
    stepped_stage: Stage, clock: SteppedClock, seed: int | None
) -> None:
    stage, chance = stepped_stage, random.Random(seed)
    stage.start_workers(2)
    stage.fill(missing=1)
    steps = [HOUR_S, -HOUR_S, 0]
    chance.shuffle(steps)
    for step_s in steps:
        stage.await_step(chance.choice(("preparing", "recording", "composing")))
        clock.step(step_s)
    stage.await_end()
    stage.end_workers()
    note("machines' clocks stepped by an hour", reckon(stage), times=len(steps))


def test_a_clock_set_back_while_a_worker_dies_holds_nothing_up(
    stepped_stage: Stage, clock: SteppedClock, seed: int | None
) -> None:
    stage = stepped_stage
    stage.start_workers(2)
    stage.fill()
    victim = stage.worker_of(stage.await_step("recording"))
    clock.step(-HOUR_S)
    if victim is not None:
        victim.kill()
    stage.begin_worker()
    stage.await_end()
    stage.end_workers()
    note("clock set back an hour while a worker dies", reckon(stage))
