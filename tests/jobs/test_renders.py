"""A waiting render becomes a stored video, over both brokers, with real engine processes."""

import asyncio
import json
import time

import psycopg
import pytest
from saq import Queue
from sqlalchemy import select, true, update

from app.billing.usage import Usage
from app.db.listen import News, run_news
from app.jobs.dispatch import dispatch
from app.jobs.queue import open_renders_queue
from app.jobs.render_worker import reconcile
from app.renders.cancelling import Cancelled, cancel_renders
from app.renders.models import RenderJob
from app.renders.states import WORKING
from app.workspaces.models import Activity
from tests.jobs.stage import ENGINE_WAITS_S, Stage, eventually
from tests.pipeline.small_render import engines, left_alive
from tests.renders.claims import let_time_pass
from tests.used import used_now

CANCELLED_WITHIN_S = 3.0
postgres_alone = pytest.mark.parametrize("queue", ["postgres"], indirect=True)


async def test_a_waiting_render_becomes_a_video_that_is_stored(stage: Stage) -> None:
    async with stage.worker():
        (render_id,) = await stage.press("ada")
        render = await stage.reaches(render_id, "completed", "failed")
        assert render.state == "completed", render.error
        assert await stage.job(render_id) is None
        assert render.is_current
        assert render.started_at is not None
        assert render.ended_at is not None
        assert render.duration_s == pytest.approx(2.0, abs=0.1)
        assert render.report is not None
        assert "paths" not in render.report
        for name, path in stage.stored(render).items():
            assert path.stat().st_size == render.files[name]["bytes"]
        assert set(render.files) == {
            "video.mp4",
            "light.mp4",
            "poster.jpg",
            "card.jpg",
            "preview.gif",
            "preview.webp",
        }
        (attempt,) = await stage.attempts(render_id)
        assert attempt.outcome == "completed"
        steps = {step["step"] for step in attempt.steps}
        assert {"preparing", "recording", "joining", "verifying", "uploading"} <= steps
        assert await _used(stage) == Usage(1, render.duration_s or 0.0)
        await eventually(lambda: _told(stage))


async def test_a_running_render_is_cancelled_with_its_browser_within_three_seconds(
    stage: Stage,
) -> None:
    async with stage.worker():
        (render_id,) = await stage.press("held/ada")
        await asyncio.to_thread(stage.site.asked.wait, ENGINE_WAITS_S)
        started = engines()
        assert started
        began = time.monotonic()
        async with stage.services.database.session(workspace_id=stage.workspace.id) as session:
            assert await cancel_renders(session, true()) == Cancelled(ended=0, ending=1)
        render = await stage.reaches(render_id, "cancelled")
        assert left_alive(started) == []
        assert time.monotonic() - began < CANCELLED_WITHIN_S
        assert (render.error, render.is_current) == ("", False)
        assert await _used(stage) == Usage(0, 0.0)
        assert [each.outcome for each in await stage.attempts(render_id)] == ["cancelled"]


async def test_a_worker_that_ends_puts_its_render_back_and_another_makes_it(stage: Stage) -> None:
    async with stage.worker(render_grace_s=0):
        (render_id,) = await stage.press("held/ada")
        await asyncio.to_thread(stage.site.asked.wait, ENGINE_WAITS_S)
        started = engines()
    assert left_alive(started) == []
    assert (await stage.render(render_id)).state == "queued"
    stage.site.released.set()
    async with stage.worker():
        await stage.reaches(render_id, "completed")
    outcomes = [each.outcome for each in await stage.attempts(render_id)]
    assert outcomes == ["stopped", "completed"]
    assert await _workers(stage) == 0


async def test_a_worker_that_ends_lets_its_render_finish_within_the_grace(stage: Stage) -> None:
    async with stage.worker(render_grace_s=300):
        render_id, waiting = await stage.press("held/ada", "held/bob")
        await asyncio.to_thread(stage.site.asked.wait, ENGINE_WAITS_S)
        (third,) = await stage.press("cy")
        stage.site.released.set()
    assert (await stage.render(render_id)).state == "completed"
    assert (await stage.render(waiting)).state == "completed"
    assert (await stage.render(third)).state == "queued", "nothing new is begun"


@postgres_alone
async def test_a_worker_that_is_told_twice_to_end_waits_no_longer(stage: Stage) -> None:
    async with stage.worker(render_grace_s=300):
        (render_id,) = await stage.press("held/ada")
        await asyncio.to_thread(stage.site.asked.wait, ENGINE_WAITS_S)
        stage.hurry.set()
    assert (await stage.render(render_id)).state == "queued"


async def test_a_job_that_the_queue_lost_is_found_by_its_claim(stage: Stage, queue: Queue) -> None:
    (render_id,) = await stage.press("ada")
    async with stage.present(), open_renders_queue(queue) as renders:
        (claim,) = await dispatch(stage.services.database, renders, at_most=None)
    await stage.lose_every_job()
    await let_time_pass(stage.services.database, 25)
    async with stage.worker():
        await stage.reaches(render_id, "completed")
    (attempt,) = await stage.attempts(render_id)
    assert attempt.number == claim.attempt + 1


@postgres_alone
async def test_a_job_that_comes_twice_is_done_once(stage: Stage, queue: Queue) -> None:
    async with stage.worker():
        (render_id,) = await stage.press("held/ada")
        await asyncio.to_thread(stage.site.asked.wait, ENGINE_WAITS_S)
        async with open_renders_queue(queue) as renders:
            again = await renders.enqueue("render_video", render_id=str(render_id), attempt=1)
            assert again is not None
            await again.refresh(until_complete=30)
        stage.site.released.set()
        await stage.reaches(render_id, "completed")
    assert len(await stage.attempts(render_id)) == 1


@postgres_alone
async def test_a_worker_whose_render_is_anothers_ends_its_engine_and_writes_nothing(
    stage: Stage,
) -> None:
    async with stage.worker() as station:
        (render_id,) = await stage.press("held/ada")
        await asyncio.to_thread(stage.site.asked.wait, ENGINE_WAITS_S)
        started = engines()
        async with stage.services.database.session(every_workspace=True) as session:
            await session.execute(update(RenderJob).values(attempts=RenderJob.attempts + 1))
        station.beat_now.set()
        await asyncio.wait_for(station.idle.wait(), 10)
        assert left_alive(started) == []
    job = await stage.job(render_id)
    assert job is not None
    assert job.attempts == 2
    assert [each.outcome for each in await stage.attempts(render_id)] == [""]


@postgres_alone
async def test_pages_hear_how_far_a_render_is(stage: Stage) -> None:
    heard: list[str] = []
    async with run_news(stage.app_url) as news, stage.worker():
        listening = asyncio.create_task(_hear(news, stage, heard))
        (render_id,) = await stage.press("ada")
        await stage.reaches(render_id, "completed")
        await eventually(lambda: _is_in(heard, f"render-{render_id}"))
        listening.cancel()
    told = [json.loads(each.partition(" ")[2]) for each in heard if each.startswith("progress ")]
    assert {each["render"] for each in told} == {str(render_id)}
    assert {each["campaign"] for each in told} == {str(stage.campaign_id)}
    shares = [each["share"] for each in told]
    assert shares == sorted(shares)
    states = [each["state"] for each in told]
    assert states[0] == "preparing"
    # A step that is over within a moment may go untold; none is told out of its turn.
    assert [each for each in WORKING if each in states] == list(dict.fromkeys(states))
    assert "recording" in states
    assert {each["scenes"] for each in told} == {2}


@postgres_alone
async def test_a_render_whose_worker_was_lost_waits_again(stage: Stage) -> None:
    async with stage.worker():
        (render_id,) = await stage.press("held/ada")
        await asyncio.to_thread(stage.site.asked.wait, ENGINE_WAITS_S)
        await let_time_pass(stage.services.database, 100)
        assert await reconcile(stage.services) == 1
        job = await stage.job(render_id)
        assert job is not None
        assert (job.lease_until, job.setbacks) == (None, 1)
        await let_time_pass(stage.services.database, 100)
        stage.site.released.set()
        await stage.reaches(render_id, "completed")
    outcomes = [each.outcome for each in await stage.attempts(render_id)]
    assert outcomes[0] == "lost"
    assert outcomes[-1] == "completed"


async def _hear(news: News, stage: Stage, heard: list[str]) -> None:
    async with news.subscribe(stage.workspace.id) as queue:
        while True:
            heard.append(await queue.get())


async def _is_in(heard: list[str], what: str) -> bool:
    return what in heard


async def _workers(stage: Stage) -> int:
    async with await psycopg.AsyncConnection.connect(stage.owner_url) as connection:
        cursor = await connection.execute("select count(*) from render_workers")
        row = await cursor.fetchone()
        return int(row[0]) if row else 0


async def _used(stage: Stage) -> Usage:
    async with stage.services.database.session(workspace_id=stage.workspace.id) as session:
        return await used_now(session)


async def _told(stage: Stage) -> bool:
    async with stage.services.database.session(workspace_id=stage.workspace.id) as session:
        verbs = await session.scalars(select(Activity.verb))
        return "campaign.rendered" in list(verbs)
