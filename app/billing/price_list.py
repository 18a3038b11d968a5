"""Whether Stripe sells what we do: products and prices compared with the plans, and put right.

What is missing is made. What is there and differs is said; it is changed only when that is asked
for, because somebody may have changed it for a reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.billing.overage_prices import compare_overage
from app.billing.plans import CURRENCY, INTERVALS, PLANS, Interval, Plan


@dataclass(frozen=True)
class SoldProduct:
    """A product as Stripe has it."""

    id: str
    name: str
    is_active: bool


@dataclass(frozen=True)
class SoldPrice:
    """A price as Stripe has it; `plan_key` is what its metadata says."""

    id: str
    lookup_key: str
    product_id: str
    cents: int | None
    currency: str
    interval: str | None
    interval_count: int
    is_metered: bool
    is_active: bool
    plan_key: str
    meter_id: str = ""


class PriceKeeper(Protocol):
    """What of Stripe is asked here: see stripe_api.py."""

    async def list_products(self, ids: list[str]) -> list[SoldProduct]: ...
    async def list_prices(self, lookup_keys: list[str]) -> list[SoldPrice]: ...
    async def create_product(self, product_id: str, **values: Any) -> None: ...
    async def update_product(self, product_id: str, **values: Any) -> None: ...
    async def create_price(self, **values: Any) -> None: ...
    async def find_meter(self, event_name: str) -> str | None: ...
    async def create_meter(self, event_name: str, name: str) -> str: ...


@dataclass
class Comparison:
    """Sentences: what was made, what was changed, and what differs still."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        return not self.differs


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
    found = Comparison()
    sold = [plan for plan in PLANS if plan.is_sold]
    products = {each.id: each for each in await stripe.list_products([*map(product_id, sold)])}
    keys = [plan.lookup_key(interval) for plan in sold for interval in INTERVALS]
    prices = {each.lookup_key: each for each in await stripe.list_prices(keys)}
    for plan in sold:
        await _compare_product(stripe, plan, products.get(product_id(plan)), found, create, change)
        for interval in INTERVALS:
            price = prices.get(plan.lookup_key(interval))
            await _compare_price(stripe, plan, interval, price, found, create, change)
    await compare_overage(stripe, found, create=create, change=change)
    return found


async def _compare_product(
    stripe: PriceKeeper,
    plan: Plan,
    product: SoldProduct | None,
    found: Comparison,
    create: bool,
    change: bool,
) -> None:
    if product is None:
        if create:
            await stripe.create_product(
                product_id(plan), name=plan.name, metadata={"loomlite_plan": plan.key}
            )
            found.made.append(f"The product {product_id(plan)} ({plan.name}) was made.")
        else:
            found.differs.append(f"The product {product_id(plan)} ({plan.name}) is missing.")
        return
    faults = []
    if product.name != plan.name:
        faults.append(f"is called {product.name}, not {plan.name}")
    if not product.is_active:
        faults.append("is archived")
    if not faults:
        return
    sentence = f"The product {product.id} {' and '.join(faults)}"
    if change:
        await stripe.update_product(product.id, name=plan.name, active=True)
        found.changed.append(f"{sentence}: put right.")
    else:
        found.differs.append(f"{sentence}.")


async def _compare_price(
    stripe: PriceKeeper,
    plan: Plan,
    interval: Interval,
    price: SoldPrice | None,
    found: Comparison,
    create: bool,
    change: bool,
) -> None:
    key = plan.lookup_key(interval)
    wanted = f"{_dollars(plan.cents(interval))} a {interval}"
    if price is None:
        if create:
            await stripe.create_price(**_values(plan, interval))
            found.made.append(f"The price {key} ({wanted}) was made.")
        else:
            found.differs.append(f"The price {key} ({wanted}) is missing.")
        return
    faults = list(price_faults(plan, interval, price))
    if not faults:
        return
    sentence = f"The price {key} {' and '.join(faults)}"
    if change:
        await stripe.create_price(**_values(plan, interval), transfer_lookup_key=True)
        found.changed.append(f"{sentence}: another one has its key now.")
    else:
        found.differs.append(f"{sentence}.")


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
