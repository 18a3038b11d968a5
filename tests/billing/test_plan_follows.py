"""What is bought and given up at Stripe reaches videos and domains, by the job that follows it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.billing.notice_models import PlanNotice
from app.billing.standing import current_period
from app.db.base import now
from app.domains.models import CustomDomain
from app.jobs.catalogue import FOLLOW_PLAN
from app.jobs.plan_changes import follow_plan_change
from app.settings import Settings
from tests.billing.conftest import Till, hear
from tests.cast import Cast, in_workspace
from tests.renders.films import make_film, press_render, renders_of, set_render

DAY = timedelta(days=1)


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


async def _follow(cast: Cast, till: Till) -> None:
    await hear(till, cast.site)
    jobs = [each for each in till.others if each.name == FOLLOW_PLAN]
    assert {each.arguments["workspace_id"] for each in jobs} == {str(cast.acme.id)}
    for job in jobs:
        await follow_plan_change(till.services, **job.arguments)
    till.others.clear()


async def test_a_purchase_keeps_videos_longer_and_its_end_ends_the_domain(
    cast: Cast, till: Till
) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    (render,) = await renders_of(cast, campaign_id)
    await set_render(cast, render.id, "completed", keep_until=now() + 5 * DAY)
    subscription_id = await till.buy("loomlite_growth_monthly")
    await _follow(cast, till)
    (render,) = await renders_of(cast, campaign_id)
    assert render.ended_at is not None
    assert render.keep_until == render.ended_at + 365 * DAY
    domain = CustomDomain(workspace_id=cast.acme.id, host="videos.acme.com", token="t")
    domain.state, domain.verified_at, domain.check_due_at = "verified", now(), now() + DAY
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(domain)
    await till.sdk.subscriptions.cancel_async(subscription_id)
    await _follow(cast, till)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        ending = await session.get_one(CustomDomain, domain.id)
        assert ending.state == "verified"
        assert ending.plan_ends_at is not None
    (after,) = await renders_of(cast, campaign_id)
    assert after.keep_until == render.keep_until


async def test_who_bought_a_larger_plan_hears_of_its_end_too(cast: Cast, till: Till) -> None:
    subscription_id = await till.buy("loomlite_starter_monthly")
    await hear(till, cast.site)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        start = (await current_period(session)).start
        for kind in ("nearly", "used_up"):
            session.add(PlanNotice(workspace_id=cast.acme.id, period_start=start, kind=kind))
    await hear(till, cast.site)
    assert await _told(cast) == ["nearly", "used_up"]
    now_bought = await till.sdk.subscriptions.retrieve_async(subscription_id)
    item = {"id": now_bought["items"].data[0].id}
    item["price"] = await till.price("loomlite_growth_monthly")
    await till.sdk.subscriptions.update_async(subscription_id, {"items": [item]})
    await hear(till, cast.site)
    assert await _told(cast) == []


async def _told(cast: Cast) -> list[str]:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        return sorted(await session.scalars(select(PlanNotice.kind)))
