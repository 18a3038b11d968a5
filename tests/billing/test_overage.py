"""Use beyond a plan: only what was allowed, up to the cap, and on the invoice exactly once."""

import pytest
from sqlalchemy import select

from app.billing.news_models import BillingNews
from app.billing.overage_shown import overage_shown
from app.billing.plans import OVERAGE_CENTS, get_plan
from app.billing.standing import standing_of
from app.jobs.overage import sweep_overage
from app.settings import Settings
from tests.billing.conftest import Till
from tests.billing.overage_team import Team
from tests.cast import Cast

STARTER = get_plan("starter")
VIDEOS = STARTER.videos_per_month or 0


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


@pytest.fixture
async def team(till: Till, cast: Cast) -> Team:
    team = Team(till, cast)
    await team.buy()
    return team


async def test_what_was_allowed_and_used_is_on_the_next_invoice_once(team: Team) -> None:
    assert await team.units() == 0
    await team.allow(1_000)
    assert await team.units() == 50
    await team.use(VIDEOS, VIDEOS * 60.0)
    await team.tell()
    assert await team.events() == []
    await team.use(3, 30.5)
    await team.tell()
    await team.use(1, 200)
    for _ in range(3):
        await sweep_overage(team.services)
        await team.tell()
    # It is told when it begins, and no more in this period.
    async with team.session() as session:
        told = await session.scalars(select(BillingNews.key))
        assert len([key for key in told if key.startswith("overage ")]) == 1
    # Three videos, then four of them and 230 seconds, which are four begun minutes.
    assert [each.units for each in await team.events()] == [3, 1]
    assert await team.invoiced() == (4, 4 * OVERAGE_CENTS)
    await team.look()
    await team.tell()
    # A new period: nothing is told for it, and the same is allowed again.
    assert [each.units for each in await team.events()] == [3, 1]
    assert await team.units() == 50


async def test_without_leave_nothing_is_charged_whatever_was_used(team: Team) -> None:
    await team.use(VIDEOS + 20, 0)
    await team.tell()
    assert await team.events() == []
    # What was beyond it before is not charged afterwards either.
    await team.allow(1_000)
    assert await team.events() == []
    await team.use(2, 0)
    await team.tell()
    assert [each.units for each in await team.events()] == [2]


async def test_nothing_above_the_cap_is_ever_charged(team: Team) -> None:
    await team.allow(500)
    await team.use(VIDEOS + 100, 9_000)
    await team.tell()
    assert await team.invoiced() == (25, 500)


async def test_credits_lower_what_is_charged(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 10, 0)
    await team.tell()
    await team.use(-4, 0)
    await team.tell()
    assert [each.units for each in await team.events()] == [10, -4]
    assert await team.invoiced() == (6, 6 * OVERAGE_CENTS)


async def test_who_stops_pays_for_what_was_used_and_no_more(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 5, 0)
    await team.allow(0)
    assert await team.units() == 0
    assert await team.invoiced() == (5, 5 * OVERAGE_CENTS)


async def test_stopping_and_allowing_again_makes_nothing_free(team: Team) -> None:
    await team.allow(1_000)
    await team.till.end_period(team.subscription_id)
    await team.look()
    # A period in which no job has looked yet.
    await team.use(VIDEOS + 5, 0)
    await team.allow(0)
    await team.allow(1_000)
    await team.tell()
    assert [each.units for each in await team.events()] == [5]
    assert await team.invoiced() == (5, 5 * OVERAGE_CENTS)


async def test_a_larger_plan_takes_nothing_back_that_was_told(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 10, 0)
    await team.tell()
    await team.till.press(act="plan", price=await team.till.price("loomlite_growth_monthly"))
    await team.look()
    await team.tell()
    assert [each.units for each in await team.events()] == [10]
    async with team.session() as session:
        assert (await overage_shown(session, await standing_of(session))).units == 10
    # What was given does, and no more than that.
    await team.use(-4, -130)
    for _ in range(2):
        await team.tell()
    assert [each.units for each in await team.events()] == [10, -4]
    # Videos that the larger plan has are not charged.
    await team.use(20, 0)
    await team.tell()
    assert [each.units for each in await team.events()] == [10, -4]


async def test_who_cancels_pays_for_it_with_a_last_invoice(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 5, 0)
    await team.till.press(act="cancel")
    await team.look()
    assert await team.units() == 0
    await team.tell()
    assert await team.invoiced() == (5, 5 * OVERAGE_CENTS)


async def test_who_pays_by_the_year_is_charged_for_all_its_months(till: Till, cast: Cast) -> None:
    team = Team(till, cast)
    await team.buy("loomlite_starter_yearly")
    await team.allow(1_000)
    assert await team.units() == 50
    await team.use(VIDEOS + 5, 0)
    await team.tell()
    assert await team.invoiced() == (5, 5 * OVERAGE_CENTS)


async def test_a_period_that_is_cut_short_is_charged_then_and_the_rest_later(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 5, 0)
    await team.tell()
    team.till.local.move(days=3)
    found = await team.till.sdk.subscriptions.retrieve_async(team.subscription_id)
    yearly = {"licensed": "loomlite_starter_yearly", "metered": "loomlite_overage_yearly"}
    items = [
        {
            "id": each.id,
            "price": await team.till.price(yearly[each.price.recurring.usage_type]),
        }
        for each in found["items"].data
    ]
    await team.till.sdk.subscriptions.update_async(team.subscription_id, {"items": items})
    assert await team.charged() == (5, 5 * OVERAGE_CENTS)
    await team.look()
    # Of a video that was under way: it counts in the period that is now.
    await team.use(VIDEOS + 2, 0)
    await team.tell()
    assert [each.units for each in await team.events()] == [5, 2]
    assert await team.invoiced() == (2, 2 * OVERAGE_CENTS)


async def test_another_plan_makes_nothing_dearer_that_was_used_before(team: Team) -> None:
    await team.allow(1_000)
    await team.till.press(act="plan", price=await team.till.price("loomlite_growth_monthly"))
    await team.look()
    await team.tell()
    await team.use(VIDEOS + 100, 0)
    await team.till.press(act="plan", price=await team.till.price("loomlite_starter_monthly"))
    await team.look()
    await team.tell()
    assert await team.events() == []


async def test_a_trial_and_an_open_payment_allow_nothing(till: Till, cast: Cast) -> None:
    trial = {"subscription_data": {"trial_period_days": 14}}
    team = Team(till, cast)
    team.subscription_id = await till.buy("loomlite_starter_monthly", **trial)
    await team.look()
    await team.allow(1_000)
    assert await team.units() == 0
