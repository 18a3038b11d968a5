"""Stripe's answers as plain values: what of a customer, a subscription or a price we believe."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from app.billing.invoice_values import InvoiceState
from app.billing.overage_prices import OVERAGE_PRODUCT, overage_faults
from app.billing.plans import CURRENCY, INTERVALS, PLANS, Interval, find_sold, get_plan
from app.billing.sold_values import SoldPrice, SoldProduct

Json = dict[str, Any]
# Of subscriptions that will never be anything else.
ENDED = ("canceled", "incomplete_expired")
ENTITLED = ("trialing", "active", "past_due")
ENDED = ("canceled", "incomplete_expired")
# What a schedule of ours says of the price that follows: its lookup key.
NEXT_KEY = "loomlite_next"


@dataclass(frozen=True)
class SubscriptionState:
    """One subscription as Stripe tells of it. `quantity` and amounts are of its one licensed item;
    `problem` says why it sells no plan of ours, in words for whoever runs the service."""

    id: str
    status: str
    price_id: str
    lookup_key: str | None
    plan_key: str | None
    interval: str
    currency: str
    unit_amount: int
    quantity: int
    started_at: datetime
    period_start: datetime
    period_end: datetime
    trial_end: datetime | None
    cancel_at: datetime | None
    ended_at: datetime | None
    invoice_status: str | None
    invoice_url: str | None
    next_payment_at: datetime | None
    problem: str
    overage_item_id: str | None = None
    schedule_id: str | None = None
    next_plan_key: str | None = None
    next_interval: str | None = None
    changes_at: datetime | None = None
    has_discount: bool = False


@dataclass(frozen=True)
class CustomerState:
    """A customer with all subscriptions there ever were, and the newest invoices; `is_deleted` at
    Stripe. `foreign_amounts`: what running ones cost where their plans cost something else."""

    id: str
    workspace_id: str
    is_deleted: bool
    card_brand: str | None
    card_last4: str | None
    subscriptions: tuple[SubscriptionState, ...]
    invoices: tuple[InvoiceState, ...] = ()
    credit_cents: int = 0
    foreign_amounts: tuple[str, ...] = ()


def product_of(said: Json) -> SoldProduct:
    return SoldProduct(said["id"], said["name"], said["active"])


def price_of(said: Json) -> SoldPrice:
    recurring = said.get("recurring") or {}
    return SoldPrice(
        said["id"],
        said.get("lookup_key") or "",
        _id(said["product"]),
        said["unit_amount"],
        said["currency"],
        recurring.get("interval"),
        recurring.get("interval_count", 1),
        recurring.get("usage_type") == "metered",
        said["active"],
        said["metadata"].get("loomlite_plan", ""),
        recurring.get("meter") or "",
    )


def customer_of(
    said: Json, subscriptions: list[Json], invoices: tuple[InvoiceState, ...] = ()
) -> CustomerState:
    """`said` with its default payment method and the subscriptions with their latest invoice and
    payment method in place of ids."""
    is_deleted = bool(said.get("deleted"))
    kept = {} if is_deleted else said
    cards = [_card(kept.get("invoice_settings", {}).get("default_payment_method"))]
    cards += [_card(each.get("default_payment_method")) for each in subscriptions
              if each["status"] in ENTITLED]  # fmt: skip
    brand, last4 = next((card for card in reversed(cards) if card), (None, None))
    return CustomerState(
        said["id"],
        kept.get("metadata", {}).get("workspace_id", ""),
        is_deleted,
        brand,
        last4,
        tuple(sorted((subscription_of(each) for each in subscriptions), key=lambda s: s.id)),
        invoices,
        max(0, -(kept.get("balance") or 0)),
        tuple(filter(None, map(_foreign_amount, subscriptions))),
    )


def _foreign_amount(said: Json) -> str:
    """A price made by hand, or an older one, gives its plan all the same."""
    state = subscription_of(said)
    if state.plan_key is None or state.status not in ENTITLED:
        return ""
    price = next(
        price
        for price in (price_of(item["price"]) for item in said["items"]["data"])
        if price.id == state.price_id
    )
    wanted = {(get_plan(state.plan_key).cents(each), each, 1) for each in INTERVALS}
    if (price.cents, price.interval, price.interval_count) in wanted:
        return ""
    every = f"{price.interval_count} {price.interval}"
    return f"{state.id}: {price.cents} cents every {every} for {state.plan_key}, by {price.id}"


def subscription_of(said: Json) -> SubscriptionState:
    """Raises nothing for what is not ours: it is told as a problem."""
    licensed = [
        item
        for item in said["items"]["data"]
        if (item["price"].get("recurring") or {}).get("usage_type") != "metered"
    ]
    item = (licensed or said["items"]["data"])[0]
    price = price_of(item["price"])
    invoice = said.get("latest_invoice")
    invoice = invoice if isinstance(invoice, dict) else {}
    problems = list(_problems(licensed, price))
    planned = _planned(said.get("schedule"))
    return SubscriptionState(
        id=said["id"],
        status=said["status"],
        price_id=price.id,
        lookup_key=price.lookup_key or None,
        plan_key=None if problems else _plan_key(price),
        interval=price.interval or "",
        currency=price.currency,
        unit_amount=price.cents or 0,
        quantity=item.get("quantity") or 0,
        started_at=_at(said["start_date"]),
        period_start=_at(item["current_period_start"]),
        period_end=_at(item["current_period_end"]),
        trial_end=_maybe(said.get("trial_end")),
        cancel_at=_maybe(said.get("cancel_at")),
        ended_at=_maybe(said.get("ended_at")),
        invoice_status=invoice.get("status"),
        invoice_url=invoice.get("hosted_invoice_url"),
        next_payment_at=_maybe(invoice.get("next_payment_attempt")),
        problem="; ".join(problems),
        schedule_id=_id(said["schedule"]) if said.get("schedule") else None,
        next_plan_key=planned[0] if planned else None,
        next_interval=planned[1] if planned else None,
        changes_at=planned[2] if planned else None,
        has_discount=bool(said.get("discounts")),
        overage_item_id=_overage_item(said["items"]["data"], price.interval),
    )


def _overage_item(items: list[Json], interval: str | None) -> str | None:
    """The item by which videos beyond the plan are charged as we say. An older price does so too,
    but not one of another amount."""
    for item in items:
        price = price_of(item["price"])
        if price.is_metered and price.product_id == OVERAGE_PRODUCT:
            found = replace(price, is_active=True)
            paid: Interval = "year" if interval == "year" else "month"
            faults = list(overage_faults(paid, price.meter_id or None, found))
            return None if faults else str(item["id"])
    return None


def _planned(schedule: Any) -> tuple[str, str, datetime] | None:
    """Plan, interval and moment of what a schedule of ours changes to, while it is to come."""
    if not isinstance(schedule, dict) or not schedule.get("current_phase"):
        return None
    sold = find_sold((schedule.get("metadata") or {}).get(NEXT_KEY, ""))
    ends_at = schedule["current_phase"]["end_date"]
    follows = any(each["start_date"] == ends_at for each in schedule["phases"])
    return (sold[0].key, sold[1], _at(ends_at)) if sold and follows else None


def _problems(licensed: list[Json], price: SoldPrice) -> Iterator[str]:
    if len(licensed) != 1:
        yield f"it has {len(licensed)} prices that are not by use, where one is sold"
    if _plan_key(price) not in {plan.key for plan in PLANS if plan.is_sold}:
        yield f"the price {price.id} is of no plan that is sold here"
    if price.currency != CURRENCY:
        yield f"it is in {price.currency.upper()}, where {CURRENCY.upper()} is sold"
    if licensed and licensed[0].get("quantity") != 1:
        yield f"its quantity is {licensed[0].get('quantity')}, where one is sold"


def _plan_key(price: SoldPrice) -> str:
    """A price that somebody made by hand may have our lookup key alone."""
    sold = find_sold(price.lookup_key)
    return price.plan_key or (sold[0].key if sold else "")


def _card(said: Any) -> tuple[str, str] | None:
    if not isinstance(said, dict) or not said.get("card"):
        return None
    return said["card"]["brand"], said["card"]["last4"]


def _id(said: Any) -> str:
    return str(said["id"]) if isinstance(said, dict) else str(said)


def _at(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


def _maybe(moment: int | None) -> datetime | None:
    return None if moment is None else _at(moment)
