"""One product or price of Stripe's compared with what it should be: made, put right, or said."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.billing.sold_values import Comparison, PriceKeeper, SoldPrice, SoldProduct


@dataclass(frozen=True)
class WantedProduct:
    id: str
    name: str
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class WantedPrice:
    """`words` say what it costs. `values` make it at Stripe; None while something that it needs is
    not there. `faults_of` says what of a price is otherwise, each as the end of a sentence."""

    lookup_key: str
    words: str
    values: Mapping[str, Any] | None
    faults_of: Callable[[SoldPrice], Iterable[str]]


@dataclass(frozen=True)
class Comparing:
    """`create` makes what is missing, and `change` puts right what differs; `found` tells it."""

    stripe: PriceKeeper
    found: Comparison
    create: bool
    change: bool

    async def compare_product(self, wanted: WantedProduct, product: SoldProduct | None) -> None:
        named = f"The product {wanted.id} ({wanted.name})"
        if product is None and self.create:
            await self.stripe.create_product(
                wanted.id, name=wanted.name, metadata=dict(wanted.metadata)
            )
            self.found.made.append(f"{named} was made.")
        elif product is None:
            self.found.differs.append(f"{named} is missing.")
        elif faults := _product_faults(wanted, product):
            sentence = f"The product {wanted.id} {' and '.join(faults)}"
            if self.change:
                await self.stripe.update_product(wanted.id, name=wanted.name, active=True)
                self.found.changed.append(f"{sentence}: put right.")
            else:
                self.found.differs.append(f"{sentence}.")

    async def compare_price(self, wanted: WantedPrice, price: SoldPrice | None) -> None:
        named = f"The price {wanted.lookup_key} ({wanted.words})"
        if price is None and self.create and wanted.values is not None:
            await self.stripe.create_price(**wanted.values)
            self.found.made.append(f"{named} was made.")
        elif price is None:
            self.found.differs.append(f"{named} is missing.")
        elif faults := list(wanted.faults_of(price)):
            sentence = f"The price {wanted.lookup_key} {' and '.join(faults)}"
            if self.change and wanted.values is not None:
                await self.stripe.create_price(**wanted.values, transfer_lookup_key=True)
                self.found.changed.append(f"{sentence}: another one has its key now.")
            else:
                self.found.differs.append(f"{sentence}.")


def _product_faults(wanted: WantedProduct, product: SoldProduct) -> list[str]:
    faults = []
    if product.name != wanted.name:
        faults.append(f"is called {product.name}, not {wanted.name}")
    if not product.is_active:
        faults.append("is archived")
    return faults
