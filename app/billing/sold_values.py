"""What Stripe sells, as plain values, and what is asked of it to compare that with the plans."""

from dataclasses import dataclass, field
from typing import Any, Protocol


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
