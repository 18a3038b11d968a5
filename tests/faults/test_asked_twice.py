"""Impatient people and several dispatchers: each video is made once all the same."""

import asyncio

import pytest

from app.bench.service_seed import press_render
from app.db.session import Database
from app.renders.requests import NothingToRender, Requested
from tests.faults.figures import note
from tests.faults.reckoning import reckon
from tests.faults.stage import Stage

pytestmark = pytest.mark.browser

PRESSES = 6


def test_presses_at_once_and_three_dispatchers_make_each_video_once(
    stage: Stage, seed: int | None
) -> None:
    ready = stage.add_team(3 if stage.has_engine else 20, missing=1)
    assert stage.press(ready, at_once=PRESSES) == stage.rows("select count(*) from leads")[0][0]
    stage.start_workers(3)
    stage.await_step("recording")

    async def press(database: Database) -> list[object]:
        presses = (press_render(database, ready) for _ in range(PRESSES))
        return await asyncio.gather(*presses, return_exceptions=True)

    for again in stage.ask(press):
        assert isinstance(again, NothingToRender | Requested)
        stage.pressed += again.videos if isinstance(again, Requested) else 0
    stage.await_end()
    stage.end_workers()
    found = reckon(stage)
    assert found.attempts == found.requests, "something was tried twice for no reason"
    note("pressed many times at once, three dispatchers", found, times=2)
