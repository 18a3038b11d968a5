"""Videos beyond a plan while a change of it is planned, and after it was made."""

import re
from collections.abc import AsyncIterator

import pytest

from app.billing.stripe_api import StripeApi
from app.billing.stripe_purchases import Purchases
from app.settings import Settings
from tests.billing.conftest import Till
from tests.billing.overage_team import Team
from tests.cast import Cast, litestar_in


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


@pytest.fixture
async def team(till: Till, cast: Cast, stripe_api: StripeApi) -> AsyncIterator[Team]:
    """With the Growth plan, and Starter planned for when its period ends."""
    state = litestar_in(cast.site.app).state
    before, state.stripe = state.stripe, stripe_api
    team = Team(till, cast)
    await team.buy("loomlite_growth_monthly")
    purchases = Purchases(stripe_api)
    await purchases.plan_change(
        team.subscription_id,
        await purchases.get_held(team.subscription_id),
        [{"price": await till.price("loomlite_starter_monthly"), "quantity": 1}],
        lookup_key="loomlite_starter_monthly",
        interval="month",
    )
    await team.look()
    yield team
    state.stripe = before


async def test_while_a_change_is_planned_the_page_says_why_nothing_goes_on(
    team: Team, cast: Cast
) -> None:
    page = await cast.alice.get("/billing/overage")
    assert "While a change of the plan is planned" in page.text
    refused = await cast.alice.post("/billing/overage", data={"cap": "30"})
    assert refused.status_code == 422
    await team.allow(1_000)
    (known,) = await team.till.known()
    assert known.overage_item_id is None
    # What was planned is as it was.
    assert known.changes_at is not None
    shown = (await cast.alice.get("/billing")).text
    assert "While a change of the plan is planned" in shown
    assert "Being set up" not in shown


async def test_a_schedule_with_nothing_left_to_change_keeps_nobody_from_it(
    team: Team, cast: Cast
) -> None:
    await team.allow(1_000)
    await team.till.end_period(team.subscription_id)
    await team.look()
    (known,) = await team.till.known()
    assert (known.plan_key, known.changes_at, known.overage_item_id) == ("starter", None, None)
    assert known.schedule_id is not None
    await team.tell()
    (known,) = await team.till.known()
    assert known.overage_item_id is not None
    assert known.schedule_id is None
    assert known.plan_key == "starter"
    shown = (await cast.alice.get("/billing")).text
    assert not re.search("Being set up|While a change of the plan", shown)


async def test_a_schedule_that_somebody_made_by_hand_is_left(team: Team) -> None:
    (known,) = await team.till.known()
    assert known.schedule_id is not None
    await team.till.sdk.subscription_schedules.update_async(
        known.schedule_id, {"metadata": {"loomlite_next": ""}}
    )
    await team.look()
    await team.allow(1_000)
    (known,) = await team.till.known()
    assert (known.changes_at, known.overage_item_id) == (None, None)
    assert known.schedule_id is not None
