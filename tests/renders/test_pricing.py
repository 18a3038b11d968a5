"""What a press of Render costs: each scene once in its campaign, told before and entered after."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from app.billing.ledger_lock import lock_ledger
from app.billing.models import UsageEntry
from app.billing.scene_prices import Price
from app.billing.usage import Usage
from app.campaigns.service import get_campaign
from app.renders.changes import Which, leads_wanted
from app.renders.cost import find_cost
from app.renders.endings import FinishedVideo, Trace, complete_render, fail_attempt
from app.renders.freezing import freeze_campaign
from app.renders.models import Render, RenderJob
from app.renders.pricing import reserve_fitting
from app.renders.retries import Fault
from tests.cast import Cast
from tests.renders.claims import add_worker, take_next
from tests.renders.films import SCENES, make_film, press_render, renders_of, set_campaign, set_lead
from tests.renders.plans import limit
from tests.used import used_now

GONE = Fault("no_such_host", "There is no such site.", permanent=True)


async def _price(cast: Cast, campaign_id: UUID, which: Which = "all") -> Price:
    """As the page tells it."""
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        campaign = await get_campaign(session, campaign_id)
        frozen = freeze_campaign(campaign)
        wanted = leads_wanted(campaign, which, frozen.digest, frozen.lead_digest)
        return (await find_cost(session, campaign_id, frozen, wanted)).price


async def _entered(cast: Cast, batch_id: UUID) -> Price:
    """What the press reserved."""
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        of_batch = select(Render.id).where(Render.batch_id == batch_id)
        row = await session.execute(
            select(func.sum(UsageEntry.videos), func.sum(UsageEntry.seconds)).where(
                UsageEntry.kind == "reserve", UsageEntry.render_id.in_(of_batch)
            )
        )
        return Price(*row.one())


async def _press(cast: Cast, campaign_id: UUID, which: Which = "all") -> Price:
    """The price, which is what the entries are after the press."""
    told = await _price(cast, campaign_id, which)
    asked = await press_render(cast, campaign_id, which=which)
    assert await _entered(cast, asked.batch_id) == told
    return told


async def _make(cast: Cast, stood_in: Sequence[bool] = (False, False)) -> int:
    """All that is in line is made, and fallback pages stand in in these scenes; how many."""
    await add_worker(cast.site.database, slots=50)
    claims = await take_next(cast.site.database)
    report = {"scenes": [{"used_fallback": each} for each in stood_in]}
    for claim in claims:
        async with cast.site.database.session(workspace_id=cast.acme.id) as session:
            assert await complete_render(session, claim, FinishedVideo({}, report, 20.0), Trace())
    return len(claims)


async def _used(cast: Cast) -> Usage:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        return await used_now(session)


async def test_a_shared_scene_is_counted_once_and_each_lead_has_its_own(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    assert await _press(cast, campaign_id) == Price(3, 10.0 + 3 * 10.0)
    assert await _make(cast) == 3
    assert await _used(cast) == Usage(3, 40.0)


async def test_leads_that_show_the_same_page_pay_it_once_however_it_is_spelled(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    for row, spelled in ((3, "HTTPS://Lead2.example.com"), (4, " lead2.example.com/ ")):
        await set_lead(cast, campaign_id, row, cells=["L", "l@example.com", spelled, ""])
    assert await _press(cast, campaign_id) == Price(3, 10.0 + 10.0)


async def test_what_nobody_can_open_is_shown_by_the_fallback_and_costs_nothing(cast: Cast) -> None:
    scenes = [SCENES[0], {**SCENES[1], "fallback_url": "https://example.com/else"}]
    campaign_id = await make_film(cast, 2, scenes=scenes)
    await set_lead(cast, campaign_id, 3, cells=["L", "l@example.com", "n/a", ""])
    assert await _press(cast, campaign_id) == Price(2, 10.0 + 10.0)


async def test_a_video_of_nothing_but_a_fallback_costs_no_second(cast: Cast) -> None:
    alone = {**SCENES[1], "duration_s": 20.0, "fallback_url": "https://example.com/else"}
    campaign_id = await make_film(cast, 2, scenes=[alone])
    await set_lead(cast, campaign_id, 3, cells=["L", "l@example.com", "n/a", ""])
    assert await _press(cast, campaign_id) == Price(2, 20.0)


async def test_a_fallback_page_costs_nothing_and_the_scene_stays_to_be_paid(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await _press(cast, campaign_id)
    await _make(cast, stood_in=(False, True))
    assert await _used(cast) == Usage(1, 10.0)
    assert await _press(cast, campaign_id) == Price(1, 10.0), "the lead's own page"
    await _make(cast)
    assert await _used(cast) == Usage(2, 20.0)


async def test_a_shared_scene_that_failed_for_one_is_paid_by_the_next(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2)
    await _press(cast, campaign_id)
    await add_worker(cast.site.database, slots=1)
    (first,) = await take_next(cast.site.database)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await fail_attempt(session, first, "failed", GONE, Trace())
    assert await _used(cast) == Usage(1, 20.0), "what it had for both is the other's now"
    await _make(cast)
    assert await _used(cast) == Usage(1, 20.0)


async def test_who_is_ready_first_pays_what_another_reserved(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2)
    await _press(cast, campaign_id)
    await add_worker(cast.site.database, slots=2)
    first, second = await take_next(cast.site.database)
    report = {"scenes": [{"used_fallback": False}] * 2}
    for claim, used in ((second, Usage(2, 30.0)), (first, Usage(2, 30.0))):
        async with cast.site.database.session(workspace_id=cast.acme.id) as session:
            await complete_render(session, claim, FinishedVideo({}, report, 20.0), Trace())
        assert await _used(cast) == used


async def test_a_re_render_pays_what_changed_and_nothing_else(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    await _press(cast, campaign_id)
    await _make(cast)
    assert await _press(cast, campaign_id) == Price(0, 0.0), "nothing in them is another"
    await _make(cast)
    await set_lead(
        cast, campaign_id, 3, cells=["L", "l@example.com", "https://elsewhere.example.com/", ""]
    )
    assert await _press(cast, campaign_id, "changed") == Price(1, 10.0)
    await _make(cast)
    home = {**SCENES[0], "url": "https://example.com/other"}
    await set_campaign(cast, campaign_id, scenes=[home, SCENES[1]])
    assert await _press(cast, campaign_id) == Price(1, 10.0), "the first of them has it"
    await _make(cast)
    assert await _used(cast) == Usage(5, 60.0)


async def test_another_length_look_clip_or_place_is_another_scene(cast: Cast) -> None:
    changes: list[dict[str, Any]] = [
        {"scenes": [{**SCENES[0], "duration_s": 12.0}, {**SCENES[1], "duration_s": 8.0}]},
        {"scenes": [SCENES[1], SCENES[0]]},
        {"bubble": {"corner": "top-left"}},
        {"output": {"fps": 30}},
        {"scenes": [{**each, "scroll": {"persona": "brisk"}} for each in SCENES]},
    ]
    campaign_id = await make_film(cast, 1)
    await _press(cast, campaign_id)
    await _make(cast)
    for change in changes:
        await set_campaign(
            cast, campaign_id, **{"scenes": SCENES, "bubble": {}, "output": {}, **change}
        )
        assert await _price(cast, campaign_id) == Price(1, 20.0)
    same = [{**SCENES[0], "id": "renamed"}, {**SCENES[1], "fallback_url": "https://example.com/2"}]
    await set_campaign(cast, campaign_id, scenes=same, bubble={}, output={}, name="Another")
    assert await _price(cast, campaign_id) == Price(0, 0.0)


async def test_another_campaign_pays_its_own(cast: Cast) -> None:
    for _ in range(2):
        assert await _press(cast, await make_film(cast, 1)) == Price(1, 20.0)


async def test_the_longest_beginning_that_fits_is_reserved(cast: Cast) -> None:
    await limit(cast, 0)
    campaign_id = await make_film(cast, 5)
    await press_render(cast, campaign_id)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await lock_ledger(session)
        line = select(RenderJob.render_id).order_by(RenderJob.position)
        ids = list(await session.scalars(line))
        assert await reserve_fitting(session, ids, videos=0, seconds=None) == []
        assert await reserve_fitting(session, ids, videos=None, seconds=19.9) == []
        # The first pays what all share.
        assert await reserve_fitting(session, ids, videos=None, seconds=30.0) == ids[:2]
        assert await reserve_fitting(session, ids[2:], videos=2, seconds=1000.0) == ids[2:4]
        assert await reserve_fitting(session, ids, videos=1, seconds=None) == ids
        assert await used_now(session) == Usage(5, 60.0)


async def test_renders_of_earlier_releases_are_noted_when_they_are_reserved(cast: Cast) -> None:
    await limit(cast, 0)
    campaign_id = await make_film(cast, 2)
    await press_render(cast, campaign_id)
    noted = [each.id for each in await renders_of(cast, campaign_id)]
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        scenes = select(Render.scene_digests).order_by(Render.row)
        before = list(await session.scalars(scenes))
        await session.execute(
            update(Render)
            .values(scene_digests=None, scene_seconds=None)
            .execution_options(synchronize_session=False)
        )
        await lock_ledger(session)
        line = select(RenderJob.render_id).order_by(RenderJob.position)
        ids = list(await session.scalars(line))
        assert await reserve_fitting(session, ids, videos=None, seconds=None) == noted
        assert list(await session.scalars(scenes)) == before
        assert await used_now(session) == Usage(2, 30.0)
