"""The network to the storage is cut: videos that are made wait, and are stored once."""

import random
import time
from uuid import UUID

import pytest

from tests.faults.cut_network import far_storage
from tests.faults.figures import note
from tests.faults.reckoning import reckon
from tests.faults.stage import Stage

pytestmark = pytest.mark.browser


def test_a_network_that_is_cut_loses_no_video(stage: Stage, seed: int | None) -> None:
    chance = random.Random(seed)
    with far_storage() as storage:
        stage.environ |= storage.environ
        stage.start_workers(2)
        stage.fill(missing=1)
        for _ in range(2):
            stage.await_step(chance.choice(("composing", "creating_thumbnail")))
            storage.cut()
            time_away_s = chance.uniform(0.5, 3.0)
            _pass(time_away_s)
            storage.mend()
        stage.await_end()
        stage.end_workers()
        found = reckon(stage)
    assert (found.failed, found.completed) == (1, found.requests - 1)
    note("network to the storage cut", found, times=2)


def test_a_worker_killed_while_it_stores_a_video_stores_it_once(
    stage: Stage, seed: int | None
) -> None:
    with far_storage() as storage:
        stage.environ |= storage.environ
        stage.start_workers(2)
        storage.hang("/renders/")
        stage.fill()
        path = storage.await_hanging("/renders/", 60)
        victim = stage.worker_of(UUID(path.partition("/renders/")[2].partition("/")[0]))
        assert victim is not None
        victim.kill()
        stage.begin_worker()
        stage.await_end()
        stage.end_workers()
        found = reckon(stage)
    assert found.failed == 0
    note("worker killed while it stores a video", found)


def _pass(seconds: float) -> None:
    """How long the network is away is the fault itself; nothing is waited for."""
    time.sleep(seconds)
