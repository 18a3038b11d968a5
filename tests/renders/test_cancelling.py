"""Cancelling and trying again: one or many, at once or by their workers; usage agrees."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from uuid import UUID

from sqlalchemy import delete, event, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.usage import Usage
from app.campaigns.models import Lead
from app.jobs.catalogue import TELL_BATCH_ENDED
from app.renders.batches import claim_telling
from app.renders.cancelling import Cancelled, cancel_renders, retry_renders
from app.renders.endings import Trace, complete_render, fail_attempt
from app.renders.models import Render, RenderAttempt, RenderJob
from app.renders.render_news import TOLD_APART
from app.renders.retries import Fault
from tests.cast import Cast
from tests.postgres import SentJobs
from tests.renders.claims import VIDEO, add_worker, one_taken, take_next
from tests.renders.films import FACECAM_S, make_film, press_render, renders_of
from tests.used import used_now

GONE = Fault("no_such_host", "There is no such site.", permanent=True)


def acme(cast: Cast) -> AbstractAsyncContextManager[AsyncSession]:
    return cast.site.database.session(workspace_id=cast.acme.id)


async def _states(cast: Cast, campaign_id: UUID) -> list[str]:
    return [render.state for render in await renders_of(cast, campaign_id)]


async def _used(cast: Cast) -> Usage:
    async with acme(cast) as session:
        return await used_now(session)


async def test_waiting_renders_end_at_once_and_running_ones_by_their_worker(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    await add_worker(cast.site.database, slots=1)
    campaign_id = await make_film(cast, leads=3)
    await press_render(cast, campaign_id)
    (claim,) = await take_next(cast.site.database)
    sent_jobs.clear()
    async with acme(cast) as session:
        assert await cancel_renders(session, true()) == Cancelled(ended=2, ending=1)
    assert await _states(cast, campaign_id) == ["preparing", "cancelled", "cancelled"]
    assert await _used(cast) == Usage(1, FACECAM_S)
    async with acme(cast) as session:
        (job,) = await session.scalars(select(RenderJob))
        assert (job.render_id, job.cancel_requested) == (claim.render_id, True)
        assert sent_jobs == []
        await fail_attempt(session, claim, "stopped", GONE, Trace())
    assert await _states(cast, campaign_id) == ["cancelled"] * 3
    assert await _used(cast) == Usage(0, 0.0)
    assert [job.name for job in sent_jobs] == [TELL_BATCH_ENDED]


async def test_a_condition_cancels_what_it_means_and_nothing_else(cast: Cast) -> None:
    campaign_id = await make_film(cast, leads=3)
    await press_render(cast, campaign_id)
    for _ in range(2):
        async with acme(cast) as session:
            await cancel_renders(session, (Render.row == 3) & (Render.state == "queued"))
    assert await _states(cast, campaign_id) == ["queued", "cancelled", "queued"]


async def test_a_cancelled_render_is_claimed_by_nobody(cast: Cast) -> None:
    await add_worker(cast.site.database)
    await press_render(cast, await make_film(cast, leads=2))
    async with acme(cast) as session:
        await cancel_renders(session, true())
    assert await take_next(cast.site.database) == []


async def test_another_workspace_cancels_and_retries_nothing(cast: Cast) -> None:
    campaign_id = await make_film(cast, leads=1)
    await press_render(cast, campaign_id)
    async with cast.site.database.session(workspace_id=cast.other.id) as session:
        assert await cancel_renders(session, true()) == Cancelled(0, 0)
        assert (await retry_renders(session, true())).videos == 0
    assert await _states(cast, campaign_id) == ["queued"]


async def test_a_finished_video_is_not_cancelled(cast: Cast) -> None:
    claim = await one_taken(cast)
    async with acme(cast) as session:
        await complete_render(session, claim, VIDEO, Trace())
        assert await cancel_renders(session, true()) == Cancelled(0, 0)
        assert (await retry_renders(session, true())).videos == 0


async def test_a_failed_render_is_tried_again_as_the_same_render(cast: Cast) -> None:
    claim = await one_taken(cast)
    async with acme(cast) as session:
        await fail_attempt(session, claim, "failed", GONE, Trace())
    render = await _render(cast, claim.render_id)
    async with acme(cast) as session:
        assert await claim_telling(session, render.batch_id) is not None
        assert (await retry_renders(session, Render.state == "failed")).videos == 1
        assert (await retry_renders(session, true())).videos == 0
    render = await _render(cast, claim.render_id)
    assert (render.state, render.error, render.error_code) == ("queued", "", "")
    assert await _used(cast) == Usage(1, FACECAM_S)
    (again,) = await take_next(cast.site.database)
    assert (again.render_id, again.attempt) == (claim.render_id, claim.attempt + 1)
    async with acme(cast) as session:
        assert await complete_render(session, again, VIDEO, Trace())
        assert await claim_telling(session, render.batch_id) is not None, "told of once more"
        numbers = await session.scalars(select(RenderAttempt.number))
        assert sorted(numbers) == [1, 2]
    assert await _used(cast) == Usage(1, FACECAM_S)


async def test_what_was_replaced_or_has_no_lead_is_not_tried_again(cast: Cast) -> None:
    campaign_id = await make_film(cast, leads=2)
    await press_render(cast, campaign_id)
    async with acme(cast) as session:
        await cancel_renders(session, true())
        await session.execute(delete(Lead).where(Lead.row == 2))
    await press_render(cast, campaign_id)
    async with acme(cast) as session:
        assert (await retry_renders(session, true())).videos == 0


async def test_many_are_cancelled_and_tried_again_in_as_few_statements(cast: Cast) -> None:
    campaign_id = await make_film(cast, leads=TOLD_APART + 50)
    await press_render(cast, campaign_id)
    async with acme(cast) as session:
        with counted(cast) as cancelling:
            assert await cancel_renders(session, true()) == Cancelled(TOLD_APART + 50, 0)
        with counted(cast) as retrying:
            assert (await retry_renders(session, true())).videos == TOLD_APART + 50
        # The first of the two scenes is the same for all.
        seconds = (1 + TOLD_APART + 50) * FACECAM_S / 2
        assert await used_now(session) == Usage(TOLD_APART + 50, seconds)
    assert len(cancelling) < 20
    assert len(retrying) < 30


@contextmanager
def counted(cast: Cast) -> Iterator[list[str]]:
    """The statements that are sent while the block lasts."""
    statements: list[str] = []
    engine = cast.site.database.bind.sync_engine

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", count)


async def _render(cast: Cast, render_id: UUID) -> Render:
    async with acme(cast) as session:
        return await session.get_one(Render, render_id)
