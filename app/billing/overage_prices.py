"""What Stripe sells beyond the plans: a meter, and a price by use for either interval, compared
with ours and made where they are missing, as price_list.py does with the plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.billing.plans import CURRENCY, INTERVALS, OVERAGE_CENTS, Interval, overage_lookup_key

if TYPE_CHECKING:
    from app.billing.price_list import Comparison, PriceKeeper, SoldPrice

OVERAGE_METER = "loomlite_overage"
OVERAGE_PRODUCT = "loomlite_overage"
OVERAGE_NAME = "Videos beyond the plan"


async def compare_overage(
    stripe: PriceKeeper, found: Comparison, *, create: bool, change: bool
) -> None:
    """Meter, product and prices are as ours; what is missing is made, what differs is said or put
    right."""
    meter_id = await stripe.find_meter(OVERAGE_METER)
    if meter_id is None and create:
        meter_id = await stripe.create_meter(OVERAGE_METER, OVERAGE_NAME)
        found.made.append(f"The meter {OVERAGE_METER} was made.")
    elif meter_id is None:
        found.differs.append(f"The meter {OVERAGE_METER} is missing.")
    await _compare_product(stripe, found, create=create, change=change)
    keys = [overage_lookup_key(interval) for interval in INTERVALS]
    prices = {each.lookup_key: each for each in await stripe.list_prices(keys)}
    for interval in INTERVALS:
        await _compare_price(
            *(stripe, found, interval, meter_id, prices.get(overage_lookup_key(interval))),
            create=create,
            change=change,
        )


async def _compare_product(
    stripe: PriceKeeper, found: Comparison, *, create: bool, change: bool
) -> None:
    products = await stripe.list_products([OVERAGE_PRODUCT])
    if not products:
        if create:
            await stripe.create_product(OVERAGE_PRODUCT, name=OVERAGE_NAME, metadata={})
            found.made.append(f"The product {OVERAGE_PRODUCT} ({OVERAGE_NAME}) was made.")
        else:
            found.differs.append(f"The product {OVERAGE_PRODUCT} ({OVERAGE_NAME}) is missing.")
    elif not products[0].is_active and change:
        await stripe.update_product(OVERAGE_PRODUCT, active=True)
        found.changed.append(f"The product {OVERAGE_PRODUCT} is archived: put right.")
    elif not products[0].is_active:
        found.differs.append(f"The product {OVERAGE_PRODUCT} is archived.")


async def _compare_price(
    stripe: PriceKeeper,
    found: Comparison,
    interval: Interval,
    meter_id: str | None,
    price: SoldPrice | None,
    *,
    create: bool,
    change: bool,
) -> None:
    key = overage_lookup_key(interval)
    if price is None:
        if create and meter_id:
            await stripe.create_price(**_values(interval, meter_id))
            found.made.append(f"The price {key} ({OVERAGE_CENTS} cents a video) was made.")
        else:
            found.differs.append(f"The price {key} ({OVERAGE_CENTS} cents a video) is missing.")
        return
    faults = list(overage_faults(interval, meter_id, price))
    if faults and change and meter_id:
        await stripe.create_price(**_values(interval, meter_id), transfer_lookup_key=True)
        found.changed.append(
            f"The price {key} {' and '.join(faults)}: another one has its key now."
        )
    elif faults:
        found.differs.append(f"The price {key} {' and '.join(faults)}.")


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
