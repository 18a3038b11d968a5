"""What Stripe sells beyond the plans: a meter, and a price by use for either interval, compared
with ours as the plans' prices are."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from app.billing.plans import CURRENCY, INTERVALS, OVERAGE_CENTS, Interval, overage_lookup_key
from app.billing.price_comparison import Comparing, WantedPrice, WantedProduct
from app.billing.sold_values import SoldPrice

OVERAGE_METER = "loomlite_overage"
OVERAGE_PRODUCT = "loomlite_overage"
OVERAGE_NAME = "Videos beyond the plan"


async def compare_overage(comparing: Comparing) -> None:
    """Meter, product and prices are as ours; what is missing is made, what differs is said or put
    right."""
    stripe, found = comparing.stripe, comparing.found
    meter_id = await stripe.find_meter(OVERAGE_METER)
    if meter_id is None and comparing.create:
        meter_id = await stripe.create_meter(OVERAGE_METER, OVERAGE_NAME)
        found.made.append(f"The meter {OVERAGE_METER} was made.")
    elif meter_id is None:
        found.differs.append(f"The meter {OVERAGE_METER} is missing.")
    products = await stripe.list_products([OVERAGE_PRODUCT])
    wanted = WantedProduct(OVERAGE_PRODUCT, OVERAGE_NAME, {})
    await comparing.compare_product(wanted, products[0] if products else None)
    keys = [overage_lookup_key(interval) for interval in INTERVALS]
    prices = {each.lookup_key: each for each in await stripe.list_prices(keys)}
    for interval in INTERVALS:
        price = prices.get(overage_lookup_key(interval))
        await comparing.compare_price(_price(interval, meter_id), price)


def _price(interval: Interval, meter_id: str | None) -> WantedPrice:
    return WantedPrice(
        overage_lookup_key(interval),
        f"{OVERAGE_CENTS} cents a video",
        _values(interval, meter_id) if meter_id else None,
        partial(overage_faults, interval, meter_id),
    )


def overage_faults(interval: Interval, meter_id: str | None, price: SoldPrice) -> Iterator[str]:
    """How the price differs from ours, which this meter counts."""
    if price.product_id != OVERAGE_PRODUCT:
        yield f"is of the product {price.product_id}, not {OVERAGE_PRODUCT}"
    if price.currency != CURRENCY:
        yield f"is in {price.currency.upper()}, not {CURRENCY.upper()}"
    if price.cents != OVERAGE_CENTS:
        yield f"is {price.cents} cents, not {OVERAGE_CENTS}"
    if (price.interval, price.interval_count) != (interval, 1):
        yield f"is not charged every {interval}"
    if not price.is_metered or price.meter_id != meter_id:
        yield f"is not counted by the meter {OVERAGE_METER}"
    if not price.is_active:
        yield "is archived"


def _values(interval: Interval, meter_id: str) -> dict[str, Any]:
    return {
        "product": OVERAGE_PRODUCT,
        "currency": CURRENCY,
        "unit_amount": OVERAGE_CENTS,
        "recurring": {"interval": interval, "usage_type": "metered", "meter": meter_id},
        "lookup_key": overage_lookup_key(interval),
        "nickname": f"{OVERAGE_NAME}, {interval}ly",
        "metadata": {},
    }
