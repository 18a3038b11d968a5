"""A price by use that is not ours at Stripe: it is not sold, and nobody is charged it."""

from typing import Any

import pytest

from app.billing.plan_changes import make_change
from app.billing.plans import get_plan
from app.billing.shop import Shop
from app.billing.stripe_api import StripeApi, StripeFailed
from app.settings import Settings
from tests.billing.conftest import Till, problems
from tests.billing.overage_team import Team
from tests.cast import Cast

KEY = "loomlite_overage_monthly"


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


@pytest.fixture
async def team(till: Till, cast: Cast) -> Team:
    team = Team(till, cast)
    await team.buy()
    return team


async def _reprice(till: Till, lookup_key: str = KEY, cents: int = 2_000) -> str:
    """Somebody gave the key to a price of another amount."""
    price = await till.sdk.prices.retrieve_async(await till.price(lookup_key))
    recurring = {
        "interval": price.recurring.interval,
        "usage_type": "metered",
        "meter": price.recurring.meter,
    }
    made = await till.sdk.prices.create_async(
        {
            "product": price.product,
            "currency": "usd",
            "unit_amount": cents,
            "recurring": recurring,
            "lookup_key": lookup_key,
            "transfer_lookup_key": True,
        }
    )
    return str(made.id)


async def _items(team: Team) -> list[Any]:
    found = await team.till.sdk.subscriptions.retrieve_async(team.subscription_id)
    return list(found["items"].data)


async def test_a_price_of_another_amount_is_not_sold_and_reported(team: Team) -> None:
    await _reprice(team.till)
    before = problems("foreign_price")
    await team.allow(1_000)
    assert problems("foreign_price") == before + 1
    assert len(await _items(team)) == 1
    assert await team.units() == 0


async def test_nothing_is_used_by_a_price_that_somebody_else_put_there(team: Team) -> None:
    ours = await team.till.price(KEY)
    theirs = await _reprice(team.till)
    await team.till.sdk.subscriptions.update_async(
        team.subscription_id, {"items": [{"price": theirs}], "proration_behavior": "none"}
    )
    await team.till.sdk.prices.update_async(ours, {"lookup_key": KEY, "transfer_lookup_key": True})
    await team.look()
    before = problems("foreign_price")
    await team.allow(1_000)
    assert await team.units() == 0
    # And ours is not charged beside it.
    assert len(await _items(team)) == 2
    assert problems("foreign_price") == before + 1


async def test_an_older_price_of_the_same_amount_goes_on(team: Team) -> None:
    await team.allow(1_000)
    older = await team.till.price(KEY)
    await _reprice(team.till, cents=20)
    await team.till.sdk.prices.update_async(older, {"active": False})
    await team.look()
    assert await team.units() == 50


@pytest.mark.parametrize("is_missing", [True, False])
async def test_a_change_waits_for_the_right_price_and_keeps_what_is_paid_by_use(
    team: Team, cast: Cast, stripe_api: StripeApi, *, is_missing: bool
) -> None:
    await team.allow(1_000)
    if is_missing:
        await team.till.sdk.prices.update_async(
            await team.till.price(KEY), {"lookup_key": "another"}
        )
    else:
        await _reprice(team.till)
    before = await _items(team)
    (known,) = await team.till.known()

    async def nothing(_customer_id: str) -> None: ...

    with pytest.raises(StripeFailed, match="cannot be changed right now"):
        async with team.session() as session:
            await make_change(
                *(session, Shop(stripe_api, nothing), cast.users["alice"]),
                *(get_plan("growth"), "month"),
                seen_price_id=known.price_id,
                at=int(known.period_start.timestamp()),
            )
    assert [each.price.id for each in await _items(team)] == [each.price.id for each in before]
