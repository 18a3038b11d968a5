"""Subscriptions: begun, with or without a trial, renewed and ended."""

from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.customers import CARDS, attach_card, live_customer
from app.local_stripe.discounts import redeem
from app.local_stripe.failures import Refusal, card_declined, invalid_parameter, missing_parameter
from app.local_stripe.invoices import card_of, collect, draft_invoice, finalize
from app.local_stripe.lines import is_metered, period_line, usage_line
from app.local_stripe.payments import is_declined, waits_for_person
from app.local_stripe.periods import DAY_S, period_end
from app.local_stripe.schedules import end_schedule, enter_phase

ENDED = {"canceled", "incomplete_expired"}


def create_subscription(account: Account, given: dict[str, Any]) -> Thing:
    """Begins it: the first invoice is paid now, or the trial runs. Raises Refusal."""
    customer = live_customer(account, given["customer"])
    trial_end = _trial_end(account, given)
    now = account.now()
    subscription = account.add("sub", {
        "customer": customer["id"],
        "status": "trialing" if trial_end else "active",
        "start_date": now,
        "billing_cycle_anchor": trial_end or now,
        "trial_start": now if trial_end else None,
        "trial_end": trial_end,
        "trial_settings": given.get("trial_settings")
        or {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "cancel_at_period_end": given.get("cancel_at_period_end", False),
        "cancel_at": None,
        "canceled_at": None,
        "ended_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "billing_mode": {"type": "flexible"},
        "default_payment_method": None,
        "description": given.get("description"),
        "discounts": [],
        "latest_invoice": None,
        "metadata": given.get("metadata", {}),
        "pause_collection": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "test_clock": None,
    })  # fmt: skip
    _furnish(account, subscription, customer, given)
    return subscription


def _furnish(account: Account, subscription: Thing, customer: Thing, given: dict[str, Any]) -> None:
    subscription["items"] = {
        "object": "list", "data": [], "has_more": False,
        "url": f"/v1/subscription_items?subscription={subscription['id']}",
    }  # fmt: skip
    for wanted in given["items"]:
        add_item(account, subscription, wanted)
    if not subscription["items"]["data"]:
        raise missing_parameter("items")
    subscription["currency"] = subscription["items"]["data"][0]["price"]["currency"]
    if card_id := given.get("default_payment_method"):
        named = card_id in CARDS.values()
        if named:
            card_id = attach_card(account, {"customer": customer["id"]}, card_id)["id"]
        subscription["default_payment_method"] = account.get(
            "payment_method", card_id, "default_payment_method"
        )["id"]
    subscription["discounts"] = redeem(account, given.get("discounts", []), subscription["id"])
    _begin(account, subscription, given.get("payment_behavior", "allow_incomplete"))


def _begin(account: Account, subscription: Thing, behavior: str) -> None:
    is_trial = subscription["status"] == "trialing"
    if not is_trial and behavior == "default_incomplete":
        subscription["status"] = "incomplete"
    account.emit("customer.subscription.created", subscription)
    lines = [
        period_line(account, item, _period(item), trial=is_trial)
        for item in subscription["items"]["data"]
        if not is_metered(item)
    ]
    invoice = draft_invoice(account, subscription, "subscription_create", lines)
    if not is_trial and invoice["total"] > 0:
        _refuse_without_card(account, subscription, behavior)
        subscription["status"] = "incomplete"
    finalize(account, invoice)
    if behavior != "default_incomplete" or invoice["amount_due"] == 0:
        collect(account, invoice)


def _refuse_without_card(account: Account, subscription: Thing, behavior: str) -> None:
    card = card_of(account, subscription)
    if card is None and behavior in {"allow_incomplete", "error_if_incomplete"}:
        raise Refusal(
            "This customer has no attached payment source or default payment method. Please "
            "consider adding a default payment method.",
            code="resource_missing",
        )
    if card is None or behavior != "error_if_incomplete":
        return
    if is_declined(card) or waits_for_person(account, card):
        raise card_declined()


def _trial_end(account: Account, given: dict[str, Any]) -> int | None:
    if given.get("trial_end") == "now":
        return None
    if days := given.get("trial_period_days"):
        return int(account.now() + days * DAY_S)
    end = given.get("trial_end")
    if end is not None and end <= account.now():
        raise invalid_parameter("trial_end", "Invalid timestamp: must be in the future")
    return end


def add_item(account: Account, subscription: Thing, wanted: dict[str, Any]) -> Thing:
    """Another price in the subscription. Raises Refusal for one that does not fit the others."""
    price = account.get("price", wanted.get("price") or "", "items[price]")
    if not price["active"]:
        raise invalid_parameter("items[price]", f"The price {price['id']} is inactive.")
    if price["type"] != "recurring":
        raise invalid_parameter("items[price]", "The price must be recurring.")
    items = subscription["items"]["data"]
    check_together(items, price)
    metered = price["recurring"]["usage_type"] == "metered"
    if metered and wanted.get("quantity") is not None:
        raise invalid_parameter("items[quantity]", "A metered price takes no quantity.")
    start = items[0]["current_period_start"] if items else account.now()
    item = account.add("si", {
        "subscription": subscription["id"],
        "price": dict(price),
        "quantity": None if metered else wanted.get("quantity") or 1,
        "current_period_start": start,
        "current_period_end": first_end(subscription, price, start),
        "discounts": [],
        "metadata": wanted.get("metadata", {}),
        "tax_rates": [],
    })  # fmt: skip
    # It lives in its subscription alone.
    del account.objects["subscription_item"][item["id"]]
    items.append(item)
    return item


def check_together(items: list[Thing], price: Thing) -> None:
    """Raises Refusal where the price cannot stand beside these items."""
    for other in items:
        theirs = other["price"]
        if theirs["id"] == price["id"]:
            raise invalid_parameter(
                "items", f"Cannot add multiple subscription items with the price {price['id']}."
            )
        if theirs["currency"] != price["currency"]:
            raise invalid_parameter("items", "All prices must have the same currency.")
        if _interval(theirs) != _interval(price):
            raise invalid_parameter("items", "All prices must have the same billing interval.")


def first_end(subscription: Thing, price: Thing, start: int) -> int:
    """The end of the period that begins at `start`: of the trial, while there is one."""
    if subscription["status"] == "trialing":
        return int(subscription["trial_end"])
    return period_end(subscription["billing_cycle_anchor"], start, *_interval(price))


def _interval(price: Thing) -> tuple[str, int]:
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


def _period(item: Thing) -> tuple[int, int]:
    return item["current_period_start"], item["current_period_end"]


def renew(account: Account, subscription: Thing) -> None:
    """The next period has begun, and a draft of its invoice is there."""
    items = subscription["items"]["data"]
    ended = [dict(item) for item in items]
    before: Thing = {"items": {"data": ended}}
    enter_phase(account, subscription)
    if subscription["status"] == "trialing":
        before["status"] = "trialing"
        subscription["status"] = "active"
    for item in items:
        item["current_period_start"] = item["current_period_end"]
        item["current_period_end"] = first_end(
            subscription, item["price"], item["current_period_start"]
        )
    lines = pending_lines(account, subscription)
    for item, was in zip(items, ended, strict=True):
        if is_metered(item):
            lines.append(usage_line(account, was, subscription["customer"], _period(was)))
        else:
            lines.append(period_line(account, item, _period(item)))
    draft_invoice(account, subscription, "subscription_cycle", lines)
    account.emit("customer.subscription.updated", subscription, before)


def pending_lines(account: Account, subscription: Thing) -> list[Thing]:
    """What earlier changes left for the next invoice; it is in no other."""
    waiting = account.all("invoiceitem", subscription=subscription["id"])
    for each in waiting:
        del account.objects["invoiceitem"][each["id"]]
    return [each["line"] for each in waiting]


def end_as_asked(account: Account, subscription: Thing) -> None:
    """Its time has come; what its meters counted is on a last invoice."""
    lines = [
        usage_line(account, item, subscription["customer"], _period(item))
        for item in subscription["items"]["data"]
        if is_metered(item)
    ]
    end_subscription(account, subscription, "cancellation_requested")
    if any(line["amount"] for line in lines):
        draft_invoice(account, subscription, "subscription_cycle", lines)


def end_subscription(account: Account, subscription: Thing, reason: str) -> None:
    """It has ended now; what is still owed is no longer tried."""
    if subscription["status"] in ENDED:
        return
    details = subscription["cancellation_details"] | {"reason": reason}
    is_new = subscription["status"] == "incomplete"
    subscription |= {
        "status": "incomplete_expired" if is_new else "canceled",
        "canceled_at": subscription["canceled_at"] or account.now(),
        "ended_at": account.now(),
        "cancellation_details": details,
    }
    for invoice in account.all("invoice", customer=subscription["customer"]):
        of = invoice["parent"]["subscription_details"]["subscription"]
        if of == subscription["id"] and invoice["status"] in {"open", "draft"}:
            invoice |= {"next_payment_attempt": None, "auto_advance": False}
    end_schedule(account, subscription)
    account.emit("customer.subscription.deleted", subscription)
