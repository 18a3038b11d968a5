"""How attempts end: once, with usage, state and queue in agreement; and what comes after."""

from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.usage import Usage
from app.campaigns.models import Lead
from app.jobs.catalogue import TELL_BATCH_ENDED
from app.renders.admission import claim_renders
from app.renders.batches import claim_telling
from app.renders.endings import (
    Trace,
    cancel_render,
    complete_render,
    fail_attempt,
)
from app.renders.leases import LEAD_GONE, Claim
from app.renders.models import Render, RenderAttempt, RenderJob
from app.renders.reconcile import find_lost, settle_lost
from app.renders.retries import Fault
from tests.cast import Cast
from tests.postgres import SentJobs
from tests.renders.claims import VIDEO, add_worker, let_time_pass, one_taken, take_next
from tests.renders.films import FACECAM_S, make_film, press_render, renders_of
from tests.used import used_now

TRACE = Trace([{"step": "recording"}], "words\0 of the engine")
SLOW = Fault("page_timeout", "The site was slow.")
GONE = Fault("no_such_host", "There is no such site.", permanent=True)


def acme(cast: Cast) -> AbstractAsyncContextManager[AsyncSession]:
    return cast.site.database.session(workspace_id=cast.acme.id)


async def _render(cast: Cast, claim: Claim) -> Render:
    async with acme(cast) as session:
        return await session.get_one(Render, claim.render_id)


async def _job(cast: Cast, claim: Claim) -> RenderJob | None:
    async with acme(cast) as session:
        return await session.get(RenderJob, claim.render_id)


async def _outcomes(cast: Cast, claim: Claim) -> list[str]:
    async with acme(cast) as session:
        found = await session.scalars(
            select(RenderAttempt.outcome)
            .where(RenderAttempt.render_id == claim.render_id)
            .order_by(RenderAttempt.number)
        )
        return list(found)


async def _used(cast: Cast) -> Usage:
    async with acme(cast) as session:
        return await used_now(session)


async def test_a_completed_render_is_shown_used_and_out_of_the_queue(cast: Cast) -> None:
    claim = await one_taken(cast)
    assert (await _render(cast, claim)).state == "preparing"
    async with acme(cast) as session:
        assert await complete_render(session, claim, VIDEO, TRACE)
    render = await _render(cast, claim)
    assert (render.state, render.is_current, render.files) == ("completed", True, VIDEO.files)
    assert await _job(cast, claim) is None
    assert await _used(cast) == Usage(1, FACECAM_S)
    async with acme(cast) as session:
        attempt = await session.scalar(select(RenderAttempt))
    assert attempt is not None
    assert (attempt.outcome, attempt.log) == ("completed", "words of the engine")


async def test_what_ended_ends_no_second_time(cast: Cast) -> None:
    claim = await one_taken(cast)
    async with acme(cast) as session:
        assert await complete_render(session, claim, VIDEO, TRACE)
    async with acme(cast) as session:
        assert not await complete_render(session, claim, VIDEO, TRACE)
        assert not await fail_attempt(session, claim, "failed", GONE, TRACE)
        assert not await cancel_render(session, claim, TRACE)
    assert (await _render(cast, claim)).state == "completed"
    assert await _used(cast) == Usage(1, FACECAM_S)


async def test_a_worker_that_lost_its_lease_writes_nothing(cast: Cast) -> None:
    first = await one_taken(cast)
    await let_time_pass(cast.site.database, 100)
    await _reconcile(cast)
    await let_time_pass(cast.site.database, 100)
    (second,) = await take_next(cast.site.database)
    assert second.attempt == first.attempt + 1
    async with acme(cast) as session:
        assert not await complete_render(session, first, VIDEO, TRACE)
        assert await complete_render(session, second, VIDEO, TRACE)
    assert await _outcomes(cast, first) == ["lost", "completed"]
    assert await _used(cast) == Usage(1, FACECAM_S)


async def test_a_later_video_takes_the_place_of_the_one_before(cast: Cast) -> None:
    await add_worker(cast.site.database)
    campaign_id = await make_film(cast, leads=1)
    for _ in range(2):
        await press_render(cast, campaign_id)
        (claim,) = await take_next(cast.site.database)
        async with acme(cast) as session:
            assert await complete_render(session, claim, VIDEO, TRACE)
    earlier, later = await renders_of(cast, campaign_id)
    assert (earlier.is_current, later.is_current) == (False, True)
    assert await _used(cast) == Usage(1, FACECAM_S), "nothing in it is another, so it is free"


async def test_a_passing_failure_is_tried_three_times_with_growing_waits(cast: Cast) -> None:
    claim = await one_taken(cast)
    for wait_s in (5, 30):
        async with acme(cast) as session:
            assert await fail_attempt(session, claim, "failed", SLOW, TRACE)
        assert (await _render(cast, claim)).state == "queued"
        assert await take_next(cast.site.database) == []
        await let_time_pass(cast.site.database, wait_s - 0.5)
        assert await take_next(cast.site.database) == []
        await let_time_pass(cast.site.database, 0.6)
        (claim,) = await take_next(cast.site.database)
    async with acme(cast) as session:
        assert await fail_attempt(session, claim, "failed", SLOW, TRACE)
    render = await _render(cast, claim)
    assert (render.state, render.error_code, render.error) == ("failed", SLOW.code, SLOW.sentence)
    assert await _outcomes(cast, claim) == ["retried", "retried", "failed"]
    assert await _used(cast) == Usage(0, 0.0)
    assert await _job(cast, claim) is None


async def test_a_failure_for_good_ends_it_at_once(cast: Cast) -> None:
    claim = await one_taken(cast)
    async with acme(cast) as session:
        assert await fail_attempt(session, claim, "failed", GONE, TRACE)
    assert (await _render(cast, claim)).state == "failed"
    assert await _used(cast) == Usage(0, 0.0)


@pytest.mark.parametrize(("kind", "tries"), [("lost", 6), ("delayed", 8)])
async def test_what_is_around_a_render_counts_apart_and_has_an_end(
    cast: Cast, kind: str, tries: int
) -> None:
    claim = await one_taken(cast)
    for _ in range(tries - 1):
        async with acme(cast) as session:
            await fail_attempt(session, claim, kind, SLOW, TRACE)  # type: ignore[arg-type]
        job = await _job(cast, claim)
        assert job is not None
        assert job.failures == 0
        await let_time_pass(cast.site.database, 3600)
        (claim,) = await take_next(cast.site.database)
    async with acme(cast) as session:
        await fail_attempt(session, claim, kind, SLOW, TRACE)  # type: ignore[arg-type]
    assert (await _render(cast, claim)).state == "failed"


async def test_a_stop_counts_for_nothing_and_waits_for_nothing(cast: Cast) -> None:
    claim = await one_taken(cast)
    for _ in range(12):
        async with acme(cast) as session:
            assert await fail_attempt(session, claim, "stopped", SLOW, TRACE)
        (claim,) = await take_next(cast.site.database)
    job = await _job(cast, claim)
    assert job is not None
    assert (job.failures, job.setbacks) == (0, 0)


async def test_a_failure_after_a_cancel_is_a_cancel(cast: Cast) -> None:
    claim = await one_taken(cast)
    async with acme(cast) as session:
        await session.execute(update(RenderJob).values(cancel_requested=True))
        assert await fail_attempt(session, claim, "failed", GONE, TRACE)
    assert (await _render(cast, claim)).state == "cancelled"


async def test_the_video_of_a_deleted_lead_is_cancelled(cast: Cast) -> None:
    claim = await one_taken(cast)
    async with acme(cast) as session:
        await session.execute(delete(Lead))
        assert await complete_render(session, claim, VIDEO, TRACE)
    render = await _render(cast, claim)
    assert (render.state, render.error, render.is_current) == ("cancelled", LEAD_GONE, False)
    assert await _used(cast) == Usage(0, 0.0)


async def test_people_are_told_once_when_the_last_of_a_batch_ends(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    await add_worker(cast.site.database)
    requested = await press_render(cast, await make_film(cast, leads=2))
    one, two = await take_next(cast.site.database)
    sent_jobs.clear()
    async with acme(cast) as session:
        await complete_render(session, one, VIDEO, TRACE)
    assert sent_jobs == []
    async with acme(cast) as session:
        await fail_attempt(session, two, "failed", GONE, TRACE)
    assert [(job.name, job.arguments["batch_id"]) for job in sent_jobs] == [
        (TELL_BATCH_ENDED, str(requested.batch_id))
    ]
    async with acme(cast) as session:
        ended = await claim_telling(session, requested.batch_id)
        assert ended is not None
        assert (ended.completed, ended.failed, ended.cancelled) == (1, 1, 0)
        assert await claim_telling(session, requested.batch_id) is None


async def _reconcile(cast: Cast) -> int:
    async with cast.site.database.session(every_workspace=True) as session:
        lost = await find_lost(session)
    settled = 0
    for claim in lost:
        async with acme(cast) as session:
            settled += await settle_lost(session, claim)
    return settled


async def test_only_what_outlived_its_lease_is_lost(cast: Cast) -> None:
    claim = await one_taken(cast)
    await let_time_pass(cast.site.database, 55)
    assert await _reconcile(cast) == 0
    await let_time_pass(cast.site.database, 10)
    assert await _reconcile(cast) == 1
    assert await _reconcile(cast) == 0
    assert (await _render(cast, claim)).state == "queued"
    job = await _job(cast, claim)
    assert job is not None
    assert (job.setbacks, job.lease_until) == (1, None)
    async with acme(cast) as session:
        waits = await session.scalar(select(RenderJob.run_at > func.now()))
    assert waits, "its next try comes after a wait"


async def test_a_claim_that_no_worker_took_waits_again_at_once(cast: Cast) -> None:
    await add_worker(cast.site.database)
    await press_render(cast, await make_film(cast, leads=1))
    async with cast.site.database.session(every_workspace=True) as session:
        (claim,) = await claim_renders(session)
    await let_time_pass(cast.site.database, 25)
    assert await _reconcile(cast) == 0
    (again,) = await take_next(cast.site.database)
    assert again.attempt == claim.attempt + 1
    assert await _outcomes(cast, again) == [""]
