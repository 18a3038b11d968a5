"""Trials, coupons and what is metered; sessions that run out."""

import time
from typing import Any

import pytest
import stripe

from app.local_stripe.invoices import DRAFT_FOR_S
from app.local_stripe.periods import DAY_S
from tests.local_stripe.conftest import Shop, item_of

TRIAL: dict[str, Any] = {"subscription_data": {"trial_period_days": 14}}


async def test_a_trial_costs_nothing_is_announced_and_becomes_a_period(shop: Shop) -> None:
    subscription = await shop.buy(**TRIAL)
    assert subscription.status == "trialing"
    end = subscription.trial_end
    assert end - subscription.trial_start == 14 * DAY_S
    assert [each.total for each in await shop.invoices()] == [0]
    shop.local.move(to=end - 3 * DAY_S)
    assert (await shop.events())[-1] == "customer.subscription.trial_will_end"
    shop.local.move(to=end + DRAFT_FOR_S)
    assert (await shop.subscription(subscription.id)).status == "active"
    assert [each.total for each in await shop.invoices()] == [0, 3000]
    assert (await shop.events()).count("customer.subscription.trial_will_end") == 1


async def test_a_trial_without_a_card_may_end_with_the_trial(shop: Shop) -> None:
    settings = {"end_behavior": {"missing_payment_method": "cancel"}}
    subscription = await shop.sdk.subscriptions.create_async(
        {
            "customer": shop.customer_id,
            "items": [{"price": shop.small}],
            "trial_period_days": 7,
            "trial_settings": settings,
        }
    )
    shop.local.move(to=subscription.trial_end)
    assert (await shop.subscription(subscription.id)).status == "canceled"


async def test_a_trial_can_be_ended_at_once(shop: Shop) -> None:
    subscription = await shop.buy(**TRIAL)
    ended = await shop.sdk.subscriptions.update_async(subscription.id, {"trial_end": "now"})
    assert ended.status == "active"
    assert [each.total for each in await shop.invoices()] == [0, 3000]


@pytest.mark.parametrize(
    ("duration", "totals"),
    [
        ({"duration": "once"}, [1500, 3000, 3000]),
        ({"duration": "forever"}, [1500, 1500, 1500]),
        ({"duration": "repeating", "duration_in_months": 2}, [1500, 1500, 3000]),
    ],
)
async def test_a_promotion_code_takes_its_part_for_its_time(
    shop: Shop, duration: dict[str, Any], totals: list[int]
) -> None:
    coupon = await shop.sdk.coupons.create_async({"percent_off": 50, **duration})
    promotion = {"type": "coupon", "coupon": coupon.id}
    await shop.sdk.promotion_codes.create_async(
        {"promotion": promotion, "code": "HALF", "max_redemptions": 1}
    )
    session = await shop.checkout(allow_promotion_codes=True)
    assert shop.pay(session.url, promotion_code="none").status_code == 402
    assert shop.pay(session.url, promotion_code="half").status_code == 303
    subscription = (await shop.sdk.subscriptions.list_async({})).data[0]
    for _ in range(2):
        end = item_of(await shop.subscription(subscription.id)).current_period_end
        shop.local.move(to=end + DRAFT_FOR_S)
    assert [each.total for each in await shop.invoices()] == totals
    again = await shop.checkout(allow_promotion_codes=True)
    assert shop.pay(again.url, promotion_code="HALF").status_code == 402


async def test_what_was_used_is_on_the_invoice_of_the_next_period(shop: Shop) -> None:
    sdk = shop.sdk
    meter = await sdk.billing.meters.create_async(
        {
            "display_name": "Extra minutes",
            "event_name": "extra_minutes",
            "default_aggregation": {"formula": "sum"},
        }
    )
    small = await sdk.prices.retrieve_async(shop.small)
    extra = await sdk.prices.create_async(
        {
            "product": small.product,
            "currency": "usd",
            "unit_amount_decimal": "12.5",
            "recurring": {"interval": "month", "usage_type": "metered", "meter": meter.id},
        }
    )
    lines = [{"price": shop.small, "quantity": 1}, {"price": extra.id}]
    subscription = await shop.buy(line_items=lines)

    async def used(value: str, identifier: str, **more: Any) -> Any:
        payload = {"stripe_customer_id": shop.customer_id, "value": value}
        return await sdk.billing.meter_events.create_async(
            {
                "event_name": "extra_minutes",
                "payload": payload,
                "identifier": identifier,
                **more,
            }
        )

    await used("7", "one")
    await used("4", "two")
    for wrong in ({}, {"timestamp": int(time.time()) - 40 * DAY_S}, {"event_name": "none"}):
        with pytest.raises(stripe.InvalidRequestError):
            await used("9", "three" if wrong else "two", **wrong)
    end = item_of(subscription).current_period_end
    summaries = await sdk.billing.meters.event_summaries.list_async(
        meter.id,
        {
            "customer": shop.customer_id,
            "start_time": item_of(subscription).current_period_start,
            "end_time": end,
        },
    )
    assert [each.aggregated_value for each in summaries.data] == [11]
    shop.local.move(to=end + DRAFT_FOR_S)
    # 11 minutes at 12.5 cents, half a cent rounded up.
    assert [each.total for each in await shop.invoices()] == [3000, 3000 + 138]


async def test_a_session_expires_by_itself_or_when_it_is_told(shop: Shop) -> None:
    one, other = await shop.checkout(), await shop.checkout()
    expired = await shop.sdk.checkout.sessions.expire_async(one.id)
    assert expired.status == "expired"
    assert shop.pay(one.url).status_code == 402
    shop.local.move(days=1.01)
    found = await shop.sdk.checkout.sessions.retrieve_async(other.id)
    assert found.status == "expired"
    assert (await shop.events()).count("checkout.session.expired") == 2


async def test_a_tax_id_of_a_customer_there_is_needs_the_name_that_belongs_to_it(
    shop: Shop,
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"customer_update\[name\]"):
        await shop.checkout(tax_id_collection={"enabled": True})
    with pytest.raises(stripe.InvalidRequestError, match="can only be used with"):
        await shop.checkout(customer=None, customer_update={"name": "auto"})
    named = await shop.checkout(
        tax_id_collection={"enabled": True}, customer_update={"name": "auto"}
    )
    assert named.status == "open"
