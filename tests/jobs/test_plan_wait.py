"""By the clock: what waits goes on in every workspace that has room, and where nothing is sold."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.billing.models import PlanLimits
from app.billing.plans import Limits, set_limits
from app.jobs.catalogue import TELL_OF_PLAN
from app.jobs.plan_wait import let_in_waiting
from app.jobs.services import Services
from app.settings import Settings, load_settings
from tests.cast import HOST, Cast
from tests.jobs.render_rows import make_campaign, make_render
from tests.postgres import SentJobs
from tests.renders.films import make_film, press_render
from tests.renders.plans import limit, rows_waiting

MINUTES = 60  # by chance the same of two is first so often once in 10^18


def _services(cast: Cast, settings: Settings) -> Services:
    nothing: Any = None
    return Services(settings, cast.site.database, nothing, cast.site.storage)


@pytest.fixture
def selling(cast: Cast) -> Services:
    """Of a service that sells plans; Stripe is not asked."""
    sold = {"STRIPE_SECRET_KEY": "sk_test_of_tests", "STRIPE_WEBHOOK_SECRET": "whsec_of_tests"}
    folder = {"APP_HOST": HOST, "LOOMLITE_VAR": str(cast.site.settings.var_folder)}
    return _services(cast, load_settings(folder | sold))


async def _limits(cast: Cast) -> dict[UUID, str]:
    async with cast.site.database.session(every_workspace=True) as session:
        rows = await session.execute(select(PlanLimits.workspace_id, PlanLimits.plan_key))
        return {row.workspace_id: row.plan_key for row in rows}


async def test_every_minute_what_there_is_room_for_goes_on(cast: Cast, selling: Services) -> None:
    await limit(cast, 1)
    await press_render(cast, await make_film(cast, 4))
    await let_in_waiting(selling)
    assert await rows_waiting(cast) == [3, 4, 5]
    await limit(cast, 3)
    await let_in_waiting(selling)
    assert await rows_waiting(cast) == [5]


async def test_a_service_that_sells_no_more_takes_its_plans_back_and_lets_everything_in(
    cast: Cast,
) -> None:
    await limit(cast, 1)
    await press_render(cast, await make_film(cast, 4))
    async with cast.site.database.session(workspace_id=cast.other.id) as session:
        await set_limits(session, Limits(9, None))
    await let_in_waiting(_services(cast, cast.site.settings))
    assert await rows_waiting(cast) == [], "they have the service's own plan"
    assert await _limits(cast) == {cast.other.id: "unlimited"}, "what an operator set stays"


async def test_every_minute_it_begins_anywhere_and_goes_round(
    cast: Cast, selling: Services, sent_jobs: SentJobs
) -> None:
    """Whoever comes last by its id is not last every time, if the time is too short for all."""
    teams = [cast.acme, cast.other]
    await limit(cast, 1000)
    campaigns = [await make_campaign(cast.site.database, each) for each in teams]
    waits, firsts = {"waits_for_plan": True}, set()
    for _ in range(MINUTES):
        for team, campaign_id in zip(teams, campaigns, strict=True):
            await make_render(cast.site.database, team, campaign_id, job=waits)
        sent_jobs.clear()
        await let_in_waiting(selling)
        told = [job.arguments["workspace_id"] for job in sent_jobs if job.name == TELL_OF_PLAN]
        assert sorted(told) == sorted(str(each.id) for each in teams)
        firsts.add(told[0])
        if len(firsts) == len(teams):
            return
    pytest.fail("the same one was first every time")
