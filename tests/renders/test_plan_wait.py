"""What a plan has no room for waits in its place, and goes on by itself as soon as there is."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from sqlalchemy import func, null, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plans import STARTER
from app.db.base import now
from app.jobs.catalogue import LET_IN
from app.renders.cancelling import Cancelled, cancel_renders, retry_renders
from app.renders.endings import Trace, complete_render, fail_attempt
from app.renders.models import Render
from app.renders.plan_wait import let_in
from app.renders.pricing import FEW
from app.renders.retries import Fault
from tests.cast import Cast
from tests.postgres import SentJobs
from tests.renders.claims import VIDEO, add_worker, take_next
from tests.renders.films import complete_all, make_film, press_render, renders_of, set_campaign
from tests.renders.plans import end_period, give, limit, rows_waiting, run_let_in
from tests.used import used_now

GONE = Fault("no_such_host", "There is no such site.", permanent=True)


def acme(cast: Cast) -> AbstractAsyncContextManager[AsyncSession]:
    return cast.site.database.session(workspace_id=cast.acme.id)


async def _videos_used(cast: Cast) -> int:
    async with acme(cast) as session:
        return (await used_now(session)).videos


async def test_a_larger_plan_lets_in_what_it_has_room_for_and_a_smaller_one_takes_nothing(
    cast: Cast,
) -> None:
    await limit(cast, 2)
    campaign_id = await make_film(cast, 5)
    await press_render(cast, campaign_id)
    assert await rows_waiting(cast) == [4, 5, 6]
    assert await give(cast, STARTER) == 3
    assert await rows_waiting(cast) == []
    await limit(cast, 1)
    async with acme(cast) as session:
        assert await let_in(session) == 0
    assert await _videos_used(cast) == 5
    await add_worker(cast.site.database, slots=8)
    assert len(await take_next(cast.site.database)) == 2, "as many as the plan allows at once"


async def test_minutes_end_as_videos_do(cast: Cast) -> None:
    await limit(cast, None, minutes=1)
    campaign_id = await make_film(cast, 9)
    # Ten seconds that all share, and ten of each lead.
    await press_render(cast, campaign_id)
    assert await rows_waiting(cast) == [7, 8, 9, 10]


async def test_the_line_of_all_campaigns_is_kept(cast: Cast) -> None:
    await limit(cast, 3)
    first, second = await make_film(cast, 4), await make_film(cast, 4)
    assert (await press_render(cast, first)).waiting == 1
    assert (await press_render(cast, second)).waiting == 4
    await limit(cast, 6)
    async with acme(cast) as session:
        assert await let_in(session) == 3
    assert await rows_waiting(cast, first) == []
    assert await rows_waiting(cast, second) == [4, 5]


async def test_a_waiting_video_is_cancelled_at_once_and_costs_nothing(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    await limit(cast, 1)
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    async with acme(cast) as session:
        assert await cancel_renders(session, Render.row > 2) == Cancelled(ended=2, ending=0)
    states = [each.state for each in await renders_of(cast, campaign_id)]
    assert states == ["queued", "cancelled", "cancelled"]
    assert await _videos_used(cast) == 1
    assert [job.name for job in sent_jobs if job.name == LET_IN] == []


async def test_what_is_given_back_is_taken_by_the_next_in_line(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    await limit(cast, 2)
    await press_render(cast, await make_film(cast, 5))
    await add_worker(cast.site.database, slots=8)
    failing, done = await take_next(cast.site.database)
    async with acme(cast) as session:
        await fail_attempt(session, failing, "failed", GONE, Trace())
    assert await run_let_in(cast, sent_jobs) == 1
    assert await rows_waiting(cast) == [5, 6]
    async with acme(cast) as session:
        await complete_render(session, done, VIDEO, Trace())
    assert await run_let_in(cast, sent_jobs) == 0
    async with acme(cast) as session:
        await cancel_renders(session, Render.row == 4)
    assert await run_let_in(cast, sent_jobs) == 1
    assert await rows_waiting(cast) == [6]


async def test_a_retry_waits_for_the_plan_too(cast: Cast) -> None:
    await limit(cast, 1)
    first, second = await make_film(cast, 1), await make_film(cast, 1)
    await press_render(cast, first)
    async with acme(cast) as session:
        await cancel_renders(session, true())
    await press_render(cast, second)
    async with acme(cast) as session:
        assert (await retry_renders(session, Render.campaign_id == first)).videos == 1
    assert await rows_waiting(cast, first) == [2]
    assert await _videos_used(cast) == 1


async def test_what_waits_goes_on_when_a_new_period_begins(cast: Cast, sent_jobs: SentJobs) -> None:
    await limit(cast, 2)
    await press_render(cast, await make_film(cast, 4))
    await add_worker(cast.site.database, slots=8)
    async with acme(cast) as session:
        for claim in await take_next(cast.site.database):
            await complete_render(session, claim, VIDEO, Trace())
    assert await run_let_in(cast, sent_jobs) == 0
    await end_period(cast)
    async with acme(cast) as session:
        assert await let_in(session) == 2


async def test_a_campaign_that_was_deleted_holds_nobody_up(cast: Cast) -> None:
    await limit(cast, 0)
    gone, there = await make_film(cast, 2), await make_film(cast, 2)
    await press_render(cast, gone)
    await press_render(cast, there)
    await set_campaign(cast, gone, deleted_at=now() - timedelta(hours=1))
    await limit(cast, 2)
    async with acme(cast) as session:
        assert await let_in(session) == 2
    assert await rows_waiting(cast, there) == []
    assert await rows_waiting(cast, gone) == [2, 3]


async def test_without_limits_all_is_let_in_at_once(cast: Cast) -> None:
    asked = await press_render(cast, await make_film(cast, 3))
    assert (asked.videos, asked.waiting) == (3, 0)


async def test_without_room_only_a_few_of_those_that_wait_are_priced(cast: Cast) -> None:
    await limit(cast, 1000, minutes=0)
    await press_render(cast, await make_film(cast, FEW + 20))
    async with acme(cast) as session:
        # Whoever prices a render without these notes them.
        nothing = update(Render).values(scene_digests=null(), scene_seconds=null())
        await session.execute(nothing.execution_options(synchronize_session=False))
        assert await let_in(session) == 0
        noted = select(func.count()).where(Render.scene_digests.is_not(None))
        assert await session.scalar(noted) == FEW


async def test_without_room_what_costs_nothing_goes_on_however_much_it_is(cast: Cast) -> None:
    await limit(cast, FEW + 4, minutes=60)
    campaign_id = await make_film(cast, FEW + 4)
    await press_render(cast, campaign_id)
    await complete_all(cast, campaign_id)
    await limit(cast, 0, minutes=0)
    assert (await press_render(cast, campaign_id)).waiting == 0
