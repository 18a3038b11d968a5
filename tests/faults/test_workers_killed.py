"""Workers that are killed at any step, engines and browsers that are, deployments, cancels."""

import contextlib
import random

import psutil
import pytest

from tests.faults.figures import note
from tests.faults.reckoning import reckon
from tests.faults.stage import Stage

pytestmark = pytest.mark.browser

STEPS = ("preparing", "recording", "composing", "creating_thumbnail")


def test_a_worker_killed_at_any_step_loses_nothing(stage: Stage, seed: int | None) -> None:
    chance = random.Random(seed)
    stage.start_workers(2)
    stage.fill(missing=1)
    steps = chance.sample(STEPS, len(STEPS))
    killed = 0
    for step in steps:
        victim = stage.worker_of(stage.await_step(step))
        if victim is not None:
            victim.kill()
            killed += 1
            stage.begin_worker()
    stage.await_end()
    stage.end_workers()
    found = reckon(stage)
    assert killed > 0
    assert found.failed == 1
    note("worker killed with SIGKILL, at any step", found, times=killed)


def test_an_engine_or_browser_that_is_killed_costs_a_try_and_no_video(
    stage: Stage, seed: int | None
) -> None:
    chance = random.Random(seed)
    stage.start_workers(2)
    stage.fill()
    killed = 0
    for _ in range(2):
        stage.await_step(chance.choice(("recording", "composing")))
        victims = stage.engines()
        if stage.has_engine:
            with contextlib.suppress(psutil.Error):
                victims = [each for engine in victims for each in engine.children()] or victims
        for victim in victims[:1]:
            with contextlib.suppress(psutil.Error):
                victim.kill()
                killed += 1
    stage.await_end()
    stage.end_workers()
    found = reckon(stage)
    assert killed > 0
    assert found.failed == 0
    note("engine or browser killed", found, times=killed)


def test_deployments_in_the_middle_lose_nothing(stage: Stage, seed: int | None) -> None:
    chance = random.Random(seed)
    stage.start_workers(2, RENDER_GRACE_S=str(chance.choice((0, 1))))
    stage.fill(missing=1)
    for _ in range(2):
        stage.await_step(chance.choice(STEPS))
        leaving = [each for each in stage.workers if each.process.poll() is None]
        stage.begin_worker()
        stage.begin_worker()
        assert [each.terminate() for each in leaving] == [0] * len(leaving)
    stage.await_end()
    stage.end_workers()
    lost = stage.rows("select 1 from render_attempts where outcome in ('lost', 'retried')")
    assert lost == [], "a deployment counted against a render"
    note("deployment (SIGTERM) in the middle", reckon(stage), times=2)


def test_cancelled_renders_end_once_though_their_worker_dies(
    stage: Stage, seed: int | None
) -> None:
    stage.start_workers(2)
    ready = stage.add_team(4 if stage.has_engine else 8)
    stage.press(ready)
    running = stage.await_step("recording")
    (waiting,) = stage.rows("select render_id from render_jobs order by position desc limit 1")
    assert running is not None
    stage.cancel(ready, [running, waiting[0]])
    stage.await_rows("select 1 from renders where id = %s and ended_at is not null", running)
    dying = stage.await_step("recording")
    victim = stage.worker_of(dying)
    if victim is not None:
        victim.kill()
    if dying is not None:
        stage.cancel(ready, [dying])
    stage.begin_worker()
    stage.await_end()
    stage.end_workers()
    found = reckon(stage)
    assert found.cancelled >= 1  # the others may have been made before they heard of it
    note("cancelled while its worker dies", found)
