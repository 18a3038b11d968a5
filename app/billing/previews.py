"""Stripe's previews of invoices as plain values: what a change costs now and then."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.billing.plans import CURRENCY
from app.billing.stripe_api import StripeFailed


@dataclass(frozen=True)
class PreviewLine:
    text: str
    cents: int


@dataclass(frozen=True)
class Preview:
    """What a change at once brings: `due` is charged now, `credit` is left for later invoices;
    `used_credit` was there before. The next invoice is at `next_at`."""

    due: int
    credit: int
    used_credit: int
    lines: tuple[PreviewLine, ...]
    next_at: datetime


def preview_of(said: dict[str, Any]) -> Preview:
    """Raises StripeFailed."""
    _refuse_currency(said)
    lines = said["lines"]["data"]
    before = max(0, -(said.get("starting_balance") or 0))
    after = max(0, before - said["total"])
    return Preview(
        due=said["amount_due"],
        credit=after if said["total"] < 0 else 0,
        used_credit=min(before, max(0, said["total"])),
        lines=tuple(PreviewLine(each["description"] or "", _net(each)) for each in lines),
        next_at=datetime.fromtimestamp(max(each["period"]["end"] for each in lines), UTC),
    )


def price_on(said: dict[str, Any], price_id: str) -> int:
    """What whole periods of the price come to on this invoice. Raises StripeFailed."""
    _refuse_currency(said)
    return sum(_net(each) for each in said["lines"]["data"] if _is_period_of(each, price_id))


def _is_period_of(line: dict[str, Any], price_id: str) -> bool:
    item = (line.get("parent") or {}).get("subscription_item_details") or {}
    price = ((line.get("pricing") or {}).get("price_details") or {}).get("price")
    return price == price_id and bool(item) and not item.get("proration")


def _net(line: dict[str, Any]) -> int:
    """With its discounts off."""
    off: int = sum(each["amount"] for each in line.get("discount_amounts") or [])
    return int(line["amount"]) - off


def _refuse_currency(said: dict[str, Any]) -> None:
    if said["currency"] != CURRENCY:
        raise StripeFailed("Stripe counts in another currency than we do.", permanent=True)
