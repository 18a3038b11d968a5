"""The end of a plan with real connections: nothing is taken twice, and nobody waits for ever."""

import asyncio
import time

from sqlalchemy import func, select, text, true

from app.billing.ledger_lock import lock_ledger
from app.billing.plans import GROWTH, STARTER, set_plan
from app.renders.cancelling import cancel_renders
from app.renders.endings import Trace, complete_render
from app.renders.leases import LEASE_S, Claim
from app.renders.models import Render, RenderJob
from app.renders.plan_wait import let_in
from app.renders.reconcile import settle_lost
from tests.cast import Cast
from tests.renders.claims import VIDEO, add_worker, let_time_pass, one_taken, take_next
from tests.renders.films import make_film, press_render, renders_of
from tests.renders.plans import limit, rows_waiting
from tests.used import used_now

MANY = 10_000
MANY_WITHIN_S = 60.0  # 4 s by itself
WITHIN_S = 60.0

IS_WAITED_FOR = text("select exists (select from pg_locks where not granted)")
MORE_LEADS = text(
    """
    insert into leads (id, created_at, workspace_id, campaign_id, row, state, name, company, email,
      cells, problems, public_id)
    select gen_random_uuid(), created_at, workspace_id, campaign_id, number, state, name, company,
      email, jsonb_set(cells, '{2}', to_jsonb('https://lead' || number || '.example.com/')),
      problems, left(md5(random()::text), 16)
    from leads cross join generate_series(3, :many + 1) number where campaign_id = :campaign_id
    """
)


async def test_two_presses_for_the_last_video_let_in_one(own_cast: Cast) -> None:
    await limit(own_cast, 1)
    campaigns = [await make_film(own_cast, 1) for _ in range(2)]
    asked = await asyncio.gather(*(press_render(own_cast, each) for each in campaigns))
    assert sorted(each.waiting for each in asked) == [0, 1]
    assert await _counted(own_cast) == (1, 1)


async def test_a_press_while_the_plan_changes_is_let_in_by_one_of_them(own_cast: Cast) -> None:
    await limit(own_cast, 3)
    campaigns = [await make_film(own_cast, 4) for _ in range(4)]

    async def upgrade() -> None:
        async with own_cast.site.database.session(workspace_id=own_cast.acme.id) as session:
            await set_plan(session, STARTER)
        async with own_cast.site.database.session(workspace_id=own_cast.acme.id) as session:
            await let_in(session)

    async with asyncio.timeout(WITHIN_S):
        presses = [press_render(own_cast, each) for each in campaigns]
        await asyncio.gather(*presses[:2], upgrade(), *presses[2:])
    assert await rows_waiting(own_cast) == []
    assert await _counted(own_cast) == (16, 0)


async def test_cancels_endings_and_presses_at_once_leave_the_ledger_right(own_cast: Cast) -> None:
    """All of them change the same rows and the same scenes, in all orders."""
    await limit(own_cast, 12)
    await add_worker(own_cast.site.database, slots=8)
    campaigns = [await make_film(own_cast, 10) for _ in range(2)]
    await press_render(own_cast, campaigns[0])
    claims = await take_next(own_cast.site.database)

    async def end(claim: Claim) -> None:
        async with own_cast.site.database.session(workspace_id=own_cast.acme.id) as session:
            await complete_render(session, claim, VIDEO, Trace())

    async def cancel() -> None:
        async with own_cast.site.database.session(workspace_id=own_cast.acme.id) as session:
            await cancel_renders(session, Render.campaign_id == campaigns[0])

    async def let_more_in() -> None:
        async with own_cast.site.database.session(workspace_id=own_cast.acme.id) as session:
            await let_in(session)

    async with asyncio.timeout(WITHIN_S):
        await asyncio.gather(
            press_render(own_cast, campaigns[1]),
            *(end(claim) for claim in claims),
            *(let_more_in() for _ in range(4)),
            cancel(),
        )
        await let_more_in()
    used, waiting = await _counted(own_cast)
    async with own_cast.site.database.session(workspace_id=own_cast.acme.id) as session:
        done = await session.scalar(select(func.count()).where(Render.state == "completed")) or 0
    assert (used, waiting) == (done + 10, 0)
    async with own_cast.site.database.session(workspace_id=own_cast.acme.id) as session:
        await cancel_renders(session, true())
    assert await _counted(own_cast) == (done, 0)


async def test_a_cancel_while_a_lost_worker_is_found_waits_for_nobody(own_cast: Cast) -> None:
    """Who finds it comes to the ledger's lock while who cancels has it and goes on to the row."""
    database = own_cast.site.database
    claim = await one_taken(own_cast)
    await let_time_pass(database, LEASE_S + 1.0)

    async def settle() -> bool:
        async with database.session(workspace_id=own_cast.acme.id) as session:
            return await settle_lost(session, claim)

    async with asyncio.timeout(WITHIN_S):
        async with database.session(workspace_id=own_cast.acme.id) as session:
            await lock_ledger(session)
            settling = asyncio.create_task(settle())
            async with database.session() as watching:
                while not await watching.scalar(IS_WAITED_FOR):
                    pass
            await cancel_renders(session, true())
        assert await settling
    assert [each.state for each in await renders_of(own_cast, claim.campaign_id)] == ["cancelled"]


async def test_of_ten_thousand_leads_as_many_begin_as_there_is_room_for(own_cast: Cast) -> None:
    await limit(own_cast, 40)
    campaign_id = await make_film(own_cast, 1)
    async with own_cast.site.database.session(workspace_id=own_cast.acme.id) as session:
        await session.execute(MORE_LEADS, {"many": MANY, "campaign_id": campaign_id})
    began = time.monotonic()
    asked = await press_render(own_cast, campaign_id)
    assert time.monotonic() - began < MANY_WITHIN_S
    assert (asked.videos, asked.waiting) == (MANY, MANY - 40)
    assert await _counted(own_cast) == (40, MANY - 40)
    async with own_cast.site.database.session(workspace_id=own_cast.acme.id) as session:
        begun = (
            select(Render.row)
            .join(RenderJob, RenderJob.render_id == Render.id)
            .where(~RenderJob.waits_for_plan)
            .order_by(RenderJob.position)
        )
        assert list(await session.scalars(begun)) == list(range(2, 42))
    async with own_cast.site.database.session(workspace_id=own_cast.acme.id) as session:
        await set_plan(session, GROWTH)
        assert await let_in(session) == (GROWTH.videos_per_month or 0) - 40


async def _counted(cast: Cast) -> tuple[int, int]:
    """Videos that are used or reserved, and those that wait."""
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        return (await used_now(session)).videos, len(await rows_waiting(cast))
