"""What a claim goes by besides the turns: what waits for its plan, the cluster, its speed."""

from sqlalchemy import text

from app.billing.plans import FREE, UNLIMITED, Limits, set_limits, set_service_plan
from app.renders.admission import _CLAIM, _LOCK, claim_renders
from app.renders.leases import ALIVE_S, CLAIM_S
from tests.cast import Cast
from tests.renders.claims import add_worker, let_time_pass, take_next
from tests.renders.films import make_film, press_render

# As rows of the one render there is; only their lead differs.
MANY_MORE = """
    with more as (
      insert into renders (id, created_at, workspace_id, campaign_id, batch_id, public_id, row,
        name, email, company, cells, campaign_digest, lead_digest, state, is_latest, is_current,
        error_code, error, files)
      select gen_random_uuid(), created_at, workspace_id, campaign_id, batch_id,
        left(md5(random()::text), 16), number, name, email, company, cells, campaign_digest,
        lead_digest, state, is_latest, is_current, error_code, error, files
      from renders cross join generate_series(1, 10000) number
      returning workspace_id, campaign_id, id
    )
    insert into render_jobs (workspace_id, campaign_id, render_id)
    select workspace_id, campaign_id, id from more
"""
VALUES = {"alive_s": ALIVE_S, "claim_s": CLAIM_S, "at_most": None, "concurrent": 4}


async def _limit(cast: Cast, limits: Limits) -> None:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await set_limits(session, limits)


async def test_what_waits_for_its_plan_is_seen_by_nobody(cast: Cast) -> None:
    database = cast.site.database
    await add_worker(database, slots=8)
    await _limit(cast, Limits(concurrent_renders=8, videos_per_month=2))
    await press_render(cast, await make_film(cast, leads=4))
    assert len(await take_next(database)) == 2
    assert await take_next(database) == []


async def test_who_bought_no_plan_has_as_many_at_once_as_the_service_gives(cast: Cast) -> None:
    database = cast.site.database
    await add_worker(database, slots=8)
    await press_render(cast, await make_film(cast, leads=6))
    async with database.session() as session:
        await set_service_plan(session, sells=True)
    assert len(await take_next(database)) == FREE.concurrent_renders
    async with database.session() as session:
        await set_service_plan(session, sells=False)
    assert len(await take_next(database)) == UNLIMITED.concurrent_renders - FREE.concurrent_renders


async def test_the_cluster_makes_no_more_at_once_than_it_was_told(cast: Cast) -> None:
    database = cast.site.database
    await add_worker(database, slots=8)
    await _limit(cast, Limits(concurrent_renders=8, videos_per_month=None))
    await press_render(cast, await make_film(cast, leads=5))
    assert len(await take_next(database, at_most=3)) == 3
    assert await take_next(database, at_most=3) == []
    assert len(await take_next(database, at_most=4)) == 1


async def test_renders_of_a_worker_that_ends_take_no_slot_of_the_others(cast: Cast) -> None:
    database = cast.site.database
    await add_worker(database, slots=2)
    await press_render(cast, await make_film(cast, leads=4))
    assert len(await take_next(database)) == 2
    # Those were taken by workers that are not listed, as of one that has said goodbye.
    assert len(await take_next(database)) == 2


async def test_a_lease_that_ran_out_is_not_claimed_before_it_is_settled(cast: Cast) -> None:
    database = cast.site.database
    await add_worker(database, slots=1)
    await press_render(cast, await make_film(cast, leads=1))
    assert len(await take_next(database)) == 1
    await let_time_pass(database, 1000)
    assert await take_next(database) == []


async def test_a_claim_is_quick_before_ten_thousand_waiting_rows(cast: Cast) -> None:
    database = cast.site.database
    await add_worker(database, slots=2)
    campaign_id = await make_film(cast, leads=1)
    await press_render(cast, campaign_id)
    took_ms = []
    async with database.session(every_workspace=True) as session:
        await session.execute(text(MANY_MORE))
        await session.execute(_LOCK)
        for _ in range(3):
            async with session.begin_nested() as attempt:
                plan = await session.execute(text(f"explain (analyze) {_CLAIM.text}"), VALUES)
                lines = [row[0] for row in plan]
                assert not [line for line in lines if "rows=10001" in line], "it reads all of them"
                last = lines[-1]
                took_ms.append(float(last.removeprefix("Execution Time: ").split()[0]))
                await attempt.rollback()
        # The quickest: other processes of the machine take their turns meanwhile.
        assert min(took_ms) < 20
        assert len(await claim_renders(session)) == 2
