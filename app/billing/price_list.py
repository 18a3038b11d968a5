"""Whether Stripe sells what we do: products and prices compared with the plans, and put right.

What is missing is made. What is there and differs is said; it is changed only when that is asked
for, because somebody may have changed it for a reason.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from app.billing.overage_prices import compare_overage
from app.billing.plans import CURRENCY, INTERVALS, PLANS, Interval, Plan
from app.billing.price_comparison import Comparing, WantedPrice, WantedProduct
from app.billing.sold_values import Comparison, PriceKeeper, SoldPrice


def product_id(plan: Plan) -> str:
    """Chosen by us, so that two runs at once make one product."""
    return f"loomlite_{plan.key}"


async def compare_prices(
    stripe: PriceKeeper, *, create: bool = True, change: bool = False
) -> Comparison:
    """What Stripe sells is compared with the plans.

    `create` makes what is missing. `change` puts right what differs: a name at once; an amount by
    a new price that takes the lookup key over. Who pays the old price goes on paying it.
    """
    comparing = Comparing(stripe, Comparison(), create=create, change=change)
    sold = [plan for plan in PLANS if plan.is_sold]
    products = {each.id: each for each in await stripe.list_products([*map(product_id, sold)])}
    keys = [plan.lookup_key(interval) for plan in sold for interval in INTERVALS]
    prices = {each.lookup_key: each for each in await stripe.list_prices(keys)}
    for plan in sold:
        await comparing.compare_product(_product(plan), products.get(product_id(plan)))
        for interval in INTERVALS:
            price = prices.get(plan.lookup_key(interval))
            await comparing.compare_price(_price(plan, interval), price)
    await compare_overage(comparing)
    return comparing.found


def _product(plan: Plan) -> WantedProduct:
    return WantedProduct(product_id(plan), plan.name, {"loomlite_plan": plan.key})


def _price(plan: Plan, interval: Interval) -> WantedPrice:
    return WantedPrice(
        plan.lookup_key(interval),
        f"{_dollars(plan.cents(interval))} a {interval}",
        _values(plan, interval),
        partial(price_faults, plan, interval),
    )


def price_faults(plan: Plan, interval: Interval, price: SoldPrice) -> Iterator[str]:
    """What of the price is not as the plan says, each as the end of a sentence about it."""
    if price.product_id != product_id(plan):
        yield f"is of the product {price.product_id}, not {product_id(plan)}"
    if price.currency != CURRENCY:
        yield f"is in {price.currency.upper()}, not {CURRENCY.upper()}"
    if price.cents != plan.cents(interval):
        yield f"is {_dollars(price.cents)}, not {_dollars(plan.cents(interval))}"
    if (price.interval, price.interval_count) != (interval, 1):
        every = f"{price.interval_count} {price.interval}s" if price.interval else "once"
        yield f"is charged every {every}, not every {interval}"
    if price.is_metered:
        yield "is charged by use"
    if not price.is_active:
        yield "is archived"
    if price.plan_key != plan.key:
        yield f"says in its metadata loomlite_plan={price.plan_key or 'nothing'}, not {plan.key}"


def _values(plan: Plan, interval: Interval) -> dict[str, Any]:
    return {
        "product": product_id(plan),
        "currency": CURRENCY,
        "unit_amount": plan.cents(interval),
        "recurring": {"interval": interval},
        "lookup_key": plan.lookup_key(interval),
        "nickname": f"{plan.name}, {interval}ly",
        # Stays with the price when its key moves to another: who pays it keeps the plan.
        "metadata": {"loomlite_plan": plan.key},
    }


def _dollars(cents: int | None) -> str:
    return "no amount" if cents is None else f"${cents / 100:,.2f}"
