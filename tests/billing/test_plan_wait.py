"""A plan bought at Stripe: what waited for room goes on by itself, also in its next period."""

import pytest

from app.billing.plans import set_service_plan
from app.jobs import plan_wait
from app.jobs.catalogue import LET_IN
from app.settings import Settings
from tests.billing.conftest import Till, hear
from tests.cast import Cast
from tests.renders.films import make_film, press_render
from tests.renders.plans import rows_waiting


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


async def _hear(till: Till, cast: Cast) -> None:
    await hear(till, cast.site)
    for job in [each for each in till.others if each.name == LET_IN]:
        await plan_wait.let_in(till.services, **job.arguments)


async def test_what_waits_goes_on_after_an_upgrade(cast: Cast, till: Till) -> None:
    async with cast.site.database.session() as session:
        await set_service_plan(session, sells=True)
    asked = await press_render(cast, await make_film(cast, 30))
    assert asked.waiting == 20
    await till.buy("loomlite_starter_monthly")
    await _hear(till, cast)
    assert await rows_waiting(cast) == []
