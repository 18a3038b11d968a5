"""What is deleted with its lead or its campaign: what was used stays used, and nothing is held."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from app.billing.models import MeteredScene, UsageEntry
from app.billing.usage import Usage
from app.campaigns.models import Lead
from app.db.base import now
from app.jobs.services import Services
from app.jobs.upkeep import purge_campaigns
from app.renders.endings import FinishedVideo, Trace, complete_render
from app.viewer.erasing import erase_lead
from tests.cast import Cast
from tests.renders.claims import add_worker, take_next
from tests.renders.films import make_film, press_render, renders_of, set_campaign, set_lead
from tests.used import used_now

SHOWN = FinishedVideo({}, {"scenes": [{"used_fallback": False}] * 2}, 20.0)


async def _make(cast: Cast, count: int) -> None:
    await add_worker(cast.site.database, slots=4)
    for claim in await take_next(cast.site.database, at_most=count):
        async with cast.site.database.session(workspace_id=cast.acme.id) as session:
            assert await complete_render(session, claim, SHOWN, Trace())


def _services(cast: Cast) -> Services:
    nothing: Any = None
    return Services(cast.site.settings, cast.site.database, nothing, cast.site.storage)


async def _digests(cast: Cast) -> set[str]:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        return set(await session.scalars(select(MeteredScene.digest)))


async def test_an_erased_leads_own_pages_are_told_by_nothing_and_stay_paid(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    same = ["L", "l@example.com", "https://lead3.example.com/", ""]
    await set_lead(cast, campaign_id, 4, cells=same)
    await press_render(cast, campaign_id)
    await _make(cast, 3)
    before = await _digests(cast)
    first, second, _ = await renders_of(cast, campaign_id)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        noted = (await session.execute(text("select id, scene_digests from renders"))).all()
        shared, own = {row.id: row.scene_digests for row in noted}[first.id]
        await erase_lead(session, second.public_id)
        assert await _digests(cast) == before, "another lead has that page too"
        await erase_lead(session, first.public_id)
        assert await used_now(session) == Usage(3, 30.0)
    after = await _digests(cast)
    assert before - after == {own}
    assert shared in after
    assert len(after) == len(before)


async def test_what_a_purged_campaign_reserved_is_given_back(cast: Cast) -> None:
    campaign_id, other = await make_film(cast, 2), await make_film(cast, 1)
    await press_render(cast, campaign_id)
    await _make(cast, 1)
    await press_render(cast, other)
    await set_campaign(cast, campaign_id, deleted_at=now() - timedelta(days=8))
    await purge_campaigns(_services(cast))
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        assert await used_now(session) == Usage(2, 40.0), "the finished one, and the other's"
        assert list(await session.scalars(select(Lead.campaign_id).distinct())) == [other]
        assert set(await session.scalars(select(MeteredScene.campaign_id))) == {other}
        opened = select(UsageEntry.campaign_id).where(UsageEntry.counted_at.is_(None))
        assert list(await session.scalars(opened)) == [other]
