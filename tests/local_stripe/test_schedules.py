"""Another price from the end of the period on, and not before."""

from typing import Any

import pytest
import stripe

from app.local_stripe.invoices import DRAFT_FOR_S
from tests.local_stripe.conftest import Shop


async def _planned(shop: Shop, subscription: Any, price: str, interval: str = "month") -> Any:
    schedule = await shop.sdk.subscription_schedules.create_async(
        {"from_subscription": subscription.id}
    )
    item = subscription["items"].data[0]
    return await shop.sdk.subscription_schedules.update_async(
        schedule.id,
        {
            "end_behavior": "release",
            "phases": [
                {
                    "items": [{"price": item.price.id, "quantity": 1}],
                    "start_date": item.current_period_start,
                    "end_date": item.current_period_end,
                },
                {
                    "items": [{"price": price, "quantity": 1}],
                    "duration": {"interval": interval, "interval_count": 1},
                },
            ],
        },
    )


async def test_a_planned_price_begins_with_the_next_period(shop: Shop) -> None:
    subscription = await shop.buy(shop.large)
    schedule = await _planned(shop, subscription, shop.small)
    assert (schedule.status, len(schedule.phases)) == ("active", 2)
    now = await shop.subscription(subscription.id)
    assert (now.schedule, now["items"].data[0].price.id) == (schedule.id, shop.large)
    assert len(await shop.invoices()) == 1
    shop.local.move(to=now["items"].data[0].current_period_end + DRAFT_FOR_S)
    then = await shop.subscription(subscription.id)
    assert then["items"].data[0].price.id == shop.small
    first, second = await shop.invoices()
    assert first.total > second.total > 0
    shop.local.move(to=then["items"].data[0].current_period_end + DRAFT_FOR_S)
    assert (await shop.subscription(subscription.id)).schedule is None


async def test_a_year_becomes_months_that_are_counted_from_there(shop: Shop) -> None:
    subscription = await shop.buy(shop.yearly)
    await _planned(shop, subscription, shop.small)
    end = subscription["items"].data[0].current_period_end
    shop.local.move(to=end + DRAFT_FOR_S)
    item = (await shop.subscription(subscription.id))["items"].data[0]
    assert item.current_period_start == end
    assert 28 <= (item.current_period_end - end) / 86_400 <= 31


async def test_what_is_released_goes_on_as_it_is(shop: Shop) -> None:
    subscription = await shop.buy(shop.large)
    schedule = await _planned(shop, subscription, shop.small)
    with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
        await shop.sdk.subscriptions.update_async(subscription.id, {"cancel_at_period_end": True})
    with pytest.raises(stripe.InvalidRequestError, match="already attached"):
        await shop.sdk.subscription_schedules.create_async({"from_subscription": subscription.id})
    released = await shop.sdk.subscription_schedules.release_async(schedule.id)
    assert released.status == "released"
    shop.local.move(to=subscription["items"].data[0].current_period_end + DRAFT_FOR_S)
    then = await shop.subscription(subscription.id)
    assert (then.schedule, then["items"].data[0].price.id) == (None, shop.large)


async def test_a_schedule_ends_with_its_subscription(shop: Shop) -> None:
    subscription = await shop.buy(shop.large)
    schedule = await _planned(shop, subscription, shop.small)
    await shop.sdk.subscriptions.cancel_async(subscription.id)
    assert (await shop.sdk.subscription_schedules.retrieve_async(schedule.id)).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="currently canceled"):
        await shop.sdk.subscription_schedules.release_async(schedule.id)


async def test_a_phase_that_does_not_follow_is_refused(shop: Shop) -> None:
    subscription = await shop.buy(shop.large)
    schedule = await shop.sdk.subscription_schedules.create_async(
        {"from_subscription": subscription.id}
    )
    phase = {"items": [{"price": shop.small, "quantity": 1}], "start_date": 1, "end_date": 2}
    for phases in ([phase], [phase, phase]):
        with pytest.raises(stripe.InvalidRequestError):
            await shop.sdk.subscription_schedules.update_async(schedule.id, {"phases": phases})
