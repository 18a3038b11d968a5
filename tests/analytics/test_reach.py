"""How many leads came how far is kept beside them, whoever changes them and however."""

import random
from uuid import UUID

from sqlalchemy import delete, func, select, update

from app.analytics.figures import STEPS
from app.analytics.models import CampaignReach
from app.campaigns.models import Campaign
from app.db.base import now
from app.viewer.visit_erasing import erase_visits
from app.viewer.visit_models import LeadView
from tests.analytics.stage import LENGTH_S, Seen, make_seen_film
from tests.cast import Cast, in_workspace

TIMES = ("first_opened_at", "played_at", "half_at", "ended_at", "clicked_at", "booked_at")


async def _kept(cast: Cast, campaign_id: UUID) -> list[int]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        row = await session.get(CampaignReach, (cast.acme.id, campaign_id))
        return [getattr(row, name) for name in STEPS] if row else [0] * len(STEPS)


async def _counted(cast: Cast, campaign_id: UUID) -> list[int]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        counts = [func.count(getattr(LeadView, name)) for name in TIMES]
        query = select(*counts).where(LeadView.campaign_id == campaign_id)
        return list((await session.execute(query)).one())


async def test_it_is_what_counting_gives_whatever_is_done_to_leads(cast: Cast) -> None:
    chance = random.Random(3)
    visits = [Seen(n, chance.choice((0, 5, 12, LENGTH_S)), booked=n % 3 == 0) for n in range(9)]
    campaign_id, renders = await make_seen_film(cast, 12, visits)
    other_id, _ = await make_seen_film(cast, 3, [Seen(0, 20)])
    before = await _kept(cast, campaign_id)
    assert before == await _counted(cast, campaign_id)
    assert before[0] == 9
    for _ in range(6):
        async with cast.site.database.session() as session:
            await in_workspace(session, cast.acme)
            name, moment = chance.choice(TIMES), chance.choice((None, now()))
            some = LeadView.public_id.in_(chance.sample([each.public_id for each in renders], 5))
            await session.execute(update(LeadView).where(some).values({name: moment}))
        assert await _kept(cast, campaign_id) == await _counted(cast, campaign_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await erase_visits(session, renders[0].public_id)
    assert await _kept(cast, campaign_id) == await _counted(cast, campaign_id)
    assert await _kept(cast, other_id) == [1, 1, 1, 1, 0, 0]


async def test_a_lead_that_moves_to_another_campaign_is_counted_there(cast: Cast) -> None:
    campaign_id, _ = await make_seen_film(cast, 2, [Seen(0, 20), Seen(1, 5)])
    other_id, _ = await make_seen_film(cast, 1)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(
            update(LeadView).where(LeadView.ended_at.is_not(None)).values(campaign_id=other_id)
        )
    assert (await _kept(cast, campaign_id))[0] == (await _kept(cast, other_id))[0] == 1
    for each in (campaign_id, other_id):
        assert await _kept(cast, each) == await _counted(cast, each)


async def test_it_goes_with_its_campaign(cast: Cast) -> None:
    campaign_id, _ = await make_seen_film(cast, 2, [Seen(0, 20)])
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(delete(Campaign).where(Campaign.id == campaign_id))
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert await session.scalar(select(func.count()).select_from(CampaignReach)) == 0
        assert await session.scalar(select(func.count()).select_from(LeadView)) == 0


async def test_another_workspace_s_session_changes_no_count(cast: Cast) -> None:
    campaign_id, renders = await make_seen_film(cast, 1, [Seen(0, 20)])
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.other)
        await session.execute(delete(LeadView).where(LeadView.public_id == renders[0].public_id))
    assert await _kept(cast, campaign_id) == [1, 1, 1, 1, 0, 0]
