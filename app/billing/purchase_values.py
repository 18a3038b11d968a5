"""What Stripe answers about a purchase or a subscription that is to be changed, as plain values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Checkout:
    """A page of Stripe's to pay on, as long as it is open."""

    id: str
    url: str
    price_id: str


@dataclass(frozen=True)
class Held:
    """What a subscription has now: its prices, what is taken off by which discounts, Stripe's word
    for how it is paid, and when it ends, should it."""

    items: tuple["Item", ...]
    discount_ids: tuple[str, ...]
    status: str
    cancel_at: int | None = None
    ends_with_period: bool = False
    schedule_id: str | None = None

    @property
    def plan_price_ids(self) -> set[str]:
        """Of what is not paid by use."""
        return {each.price_id for each in self.items if not each.is_metered}


@dataclass(frozen=True)
class Item:
    """One price of a subscription, as Stripe has it now."""

    id: str
    price_id: str
    quantity: int | None
    period: tuple[int, int]
    product_id: str = ""

    @property
    def is_metered(self) -> bool:
        return self.quantity is None
