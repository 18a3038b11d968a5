"""Another plan under a discount: what is left is of what was charged, as Stripe counts it."""

from typing import Any

import pytest

from app.local_stripe.invoices import DRAFT_FOR_S
from tests.local_stripe.conftest import Shop, item_of


async def _buy(shop: Shop, coupon: dict[str, Any]) -> Any:
    made = await shop.sdk.coupons.create_async(coupon)
    promotion = {"type": "coupon", "coupon": made.id}
    await shop.sdk.promotion_codes.create_async({"promotion": promotion, "code": "LESS"})
    session = await shop.checkout(allow_promotion_codes=True)
    assert shop.pay(session.url, promotion_code="less").status_code == 303
    return (await shop.sdk.subscriptions.list_async({})).data[0]


def _change(subscription: Any, price: str, **more: Any) -> dict[str, Any]:
    item = item_of(subscription)
    start, end = item.current_period_start, item.current_period_end
    return {
        "items": [{"id": item.id, "price": price}],
        "proration_behavior": "always_invoice",
        # Months have an even number of seconds: half of one is exact.
        "proration_date": start + (end - start) // 2,
        **more,
    }


@pytest.mark.parametrize(
    ("coupon", "paid", "halves", "then"),
    [
        ({"percent_off": 50, "duration": "forever"}, 1500, [-750, 2250], 4500),
        ({"percent_off": 50, "duration": "once"}, 1500, [-750, 4500], 9000),
        (
            {"amount_off": 1000, "currency": "usd", "duration": "forever"},
            2000,
            [-1000, 4000],
            8000,
        ),
        ({"percent_off": 100, "duration": "forever"}, 0, [0, 0], 0),
        (
            {"percent_off": 50, "duration": "repeating", "duration_in_months": 1},
            1500,
            [-750, 2250],
            9000,
        ),
    ],
)
async def test_what_is_left_is_given_back_as_it_was_paid_and_charged_with_what_is_off(
    shop: Shop, coupon: dict[str, Any], paid: int, halves: list[int], then: int
) -> None:
    subscription = await _buy(shop, coupon)
    change = _change(subscription, shop.large)
    asked = {"subscription": subscription.id, "subscription_details": change}
    shown = await shop.sdk.invoices.create_preview_async(asked)
    await shop.sdk.subscriptions.update_async(subscription.id, change)
    first, second = await shop.invoices()
    assert first.total == paid
    assert [each.amount for each in second.lines.data] == halves
    assert (shown.total, second.total) == (sum(halves), sum(halves))
    # And back, at the same moment: nothing was used of what was bought between.
    await shop.sdk.subscriptions.update_async(
        subscription.id, change | {"items": [{"id": item_of(subscription).id, "price": shop.small}]}
    )
    back = (await shop.invoices())[-1]
    assert back.lines.data[0].amount == -halves[1]
    await shop.sdk.subscriptions.update_async(subscription.id, change)
    shop.local.move(to=item_of(subscription).current_period_end + DRAFT_FOR_S)
    assert (await shop.invoices())[-1].total == then


async def test_each_line_says_what_is_taken_off_it(shop: Shop) -> None:
    subscription = await _buy(shop, {"percent_off": 50, "duration": "forever"})
    change = _change(subscription, shop.yearly)
    await shop.sdk.subscriptions.update_async(subscription.id, change)
    left, year = (await shop.invoices())[-1].lines.data
    assert (left.amount, left.discount_amounts) == (-750, [])
    assert (year.amount, [each.amount for each in year.discount_amounts]) == (90_000, [45_000])
    assert (await shop.invoices())[-1].total == 45_000 - 750
