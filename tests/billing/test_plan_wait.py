"""A plan bought at Stripe: what waited for room goes on by itself, also in its next period."""

from dataclasses import replace

import pytest

from app.billing.plans import UNLIMITED, set_service_plan
from app.jobs import plan_wait
from app.jobs.catalogue import LET_IN
from app.settings import Settings, load_settings
from tests.billing.conftest import Till, hear
from tests.cast import HOST, Cast
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


async def test_plans_are_taken_back_while_nothing_is_sold_and_are_there_again_after_it(
    cast: Cast, till: Till
) -> None:
    await till.buy("loomlite_starter_monthly")
    await _hear(till, cast)
    unsold = load_settings(
        {"APP_HOST": HOST, "LOOMLITE_VAR": str(till.services.settings.var_folder)}
    )
    await plan_wait.let_in_waiting(replace(till.services, settings=unsold, stripe=None))
    assert await till.limits() == UNLIMITED.limits
    for _ in range(2):
        await plan_wait.let_in_waiting(till.services)
        assert await till.is_right("starter")
