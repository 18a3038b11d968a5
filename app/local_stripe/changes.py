"""Changes of a subscription: another plan with its proration, a trial's end, a cancellation."""

import copy
from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.customers import CARDS, attach_card
from app.local_stripe.discounts import redeem
from app.local_stripe.failures import Refusal, card_declined, invalid_parameter, no_such
from app.local_stripe.invoices import collect, draft_invoice, finalize
from app.local_stripe.lines import is_metered, period_line, proration_line, usage_line
from app.local_stripe.parameters import merged
from app.local_stripe.schedules import refuse_scheduled
from app.local_stripe.subscriptions import (
    ENDED,
    add_item,
    check_together,
    end_subscription,
    first_end,
    pending_lines,
    renew,
)

_PLAIN = ("description", "trial_settings", "pause_collection")


def update_subscription(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    """Raises Refusal."""
    subscription = account.get("subscription", thing_id)
    if subscription["status"] in ENDED and set(given) - {"metadata", "cancellation_details"}:
        raise Refusal(
            "A canceled subscription can only update its cancellation_details and metadata.",
            code="resource_missing",
        )
    refuse_scheduled(subscription, given)
    if given.get("payment_behavior") == "error_if_incomplete":
        # Stripe changes nothing when the money for the change is not there: see first.
        trial = account.copy()
        _change(trial, trial.get("subscription", thing_id), given)
        latest = trial.get("subscription", thing_id)["latest_invoice"]
        if latest != subscription["latest_invoice"] and (
            trial.get("invoice", latest)["status"] != "paid"
        ):
            raise card_declined()
    _change(account, subscription, given)
    return subscription


def _change(account: Account, subscription: Thing, given: dict[str, Any]) -> None:
    before = copy.deepcopy(subscription)
    for name in _PLAIN:
        if name in given:
            subscription[name] = given[name]
    if "metadata" in given:
        subscription["metadata"] = merged(subscription["metadata"], given["metadata"])
    if "discounts" in given:
        subscription["discounts"] = redeem(account, given["discounts"], subscription["id"])
    if card_id := given.get("default_payment_method"):
        if card_id in CARDS.values():
            customer = {"customer": subscription["customer"]}
            card_id = attach_card(account, customer, card_id)["id"]
        card = account.get("payment_method", card_id, "default_payment_method")
        subscription["default_payment_method"] = card["id"]
    _change_end(account, subscription, given)
    lines = _change_items(account, subscription, given) if given.get("items") else None
    if "trial_end" in given:
        lines = _end_trial(account, subscription, given["trial_end"])
    changed = {name: value for name, value in before.items() if subscription[name] != value}
    if changed:
        account.emit("customer.subscription.updated", subscription, changed)
    if lines is not None:
        invoice = draft_invoice(account, subscription, "subscription_update", lines)
        finalize(account, invoice)
        collect(account, invoice)


def _change_end(account: Account, subscription: Thing, given: dict[str, Any]) -> None:
    if "cancellation_details" in given:
        details = subscription["cancellation_details"] | given["cancellation_details"]
        subscription["cancellation_details"] = details
    if "cancel_at_period_end" not in given and "cancel_at" not in given:
        return
    if given.get("cancel_at_period_end") and given.get("cancel_at"):
        raise invalid_parameter("cancel_at", "Pass only one of cancel_at, cancel_at_period_end.")
    at_end = bool(given.get("cancel_at_period_end"))
    moment = given.get("cancel_at")
    if moment is not None and moment <= account.now():
        raise invalid_parameter("cancel_at", "cancel_at must be in the future")
    subscription["cancel_at_period_end"] = at_end
    end = subscription["items"]["data"][0]["current_period_end"]
    subscription["cancel_at"] = end if at_end else moment
    subscription["canceled_at"] = account.now() if at_end or moment else None
    reason = "cancellation_requested" if at_end or moment else None
    subscription["cancellation_details"] = subscription["cancellation_details"] | {"reason": reason}


def _change_items(
    account: Account, subscription: Thing, given: dict[str, Any]
) -> list[Thing] | None:
    """The lines of an invoice that is due now; None when the next one brings them."""
    before = copy.deepcopy(subscription["items"]["data"])
    _apply_items(account, subscription, given["items"])
    items = subscription["items"]["data"]
    at = given.get("proration_date") or account.now()
    if not before[0]["current_period_start"] <= at <= before[0]["current_period_end"]:
        raise invalid_parameter("proration_date", "It must be within the current period.")
    behavior = given.get("proration_behavior", "create_prorations")
    if subscription["status"] == "trialing":
        return None
    is_other_interval = _interval(before[0]) != _interval(items[0])
    left = [] if behavior == "none" else _credits(account, before, items, at, is_other_interval)
    if is_other_interval or given.get("billing_cycle_anchor") == "now":
        return left + _begin_again(account, subscription)
    if behavior != "none":
        was = {item["id"]: item for item in before}
        left += [
            proration_line(account, item, at, credit=False)
            for item in items
            if not is_metered(item) and _differs(was.get(item["id"]), item)
        ]
    if behavior == "always_invoice" and left:
        return pending_lines(account, subscription) + left
    for line in left:
        account.add("ii", {"subscription": subscription["id"], "line": line})
    return None


def _credits(
    account: Account, before: list[Thing], items: list[Thing], at: int, every: bool
) -> list[Thing]:
    now = {item["id"]: item for item in items}
    return [
        proration_line(account, item, at, credit=True)
        for item in before
        if not is_metered(item) and (every or _differs(now.get(item["id"]), item))
    ]


def _differs(one: Thing | None, other: Thing) -> bool:
    if one is None:
        return True
    return bool(one["price"]["id"] != other["price"]["id"] or one["quantity"] != other["quantity"])


def _begin_again(account: Account, subscription: Thing) -> list[Thing]:
    now = account.now()
    subscription["billing_cycle_anchor"] = now
    lines = pending_lines(account, subscription)
    for item in subscription["items"]["data"]:
        if is_metered(item):
            used = (item["current_period_start"], now)
            lines.append(usage_line(account, item, subscription["customer"], used))
        item["current_period_start"] = now
        item["current_period_end"] = first_end(subscription, item["price"], now)
        if not is_metered(item):
            lines.append(period_line(account, item, (now, item["current_period_end"])))
    return lines


def _apply_items(account: Account, subscription: Thing, wanted_items: list[dict[str, Any]]) -> None:
    items = subscription["items"]["data"]
    added = [wanted for wanted in wanted_items if not wanted.get("id")]
    for wanted in wanted_items:
        if wanted.get("id"):
            item = next((each for each in items if each["id"] == wanted["id"]), None)
            if item is None:
                raise no_such("subscription_item", wanted["id"], "items[id]")
            items.remove(item)
            if not wanted.get("deleted"):
                items.append(_changed_item(account, item, wanted))
    for wanted in added:
        add_item(account, subscription, wanted)
    for item in items:
        check_together([each for each in items if each is not item], item["price"])
    if not items:
        raise invalid_parameter("items", "A subscription must have at least one item.")


def _changed_item(account: Account, item: Thing, wanted: dict[str, Any]) -> Thing:
    price = account.get("price", wanted.get("price") or item["price"]["id"], "items[price]")
    if not price["active"] and price["id"] != item["price"]["id"]:
        raise invalid_parameter("items[price]", f"The price {price['id']} is inactive.")
    quantity = wanted.get("quantity") or item["quantity"]
    return item | {"price": dict(price), "quantity": quantity}


def _end_trial(account: Account, subscription: Thing, moment: int | str) -> list[Thing] | None:
    if moment == "now":
        if subscription["status"] != "trialing":
            return None
        subscription |= {"status": "active", "trial_end": account.now()}
        return _begin_again(account, subscription)
    if int(moment) <= account.now():
        raise invalid_parameter("trial_end", "Invalid timestamp: must be in the future")
    subscription |= {"status": "trialing", "trial_end": int(moment)}
    subscription["billing_cycle_anchor"] = int(moment)
    for item in subscription["items"]["data"]:
        item["current_period_end"] = int(moment)
    return None


def _interval(item: Thing) -> tuple[str, int]:
    recurring = item["price"]["recurring"]
    return recurring["interval"], recurring["interval_count"]


def cancel_subscription(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    """It ends now."""
    subscription = account.get("subscription", thing_id)
    if subscription["status"] in ENDED:
        raise no_such("subscription", thing_id, "id")
    details = subscription["cancellation_details"] | given.get("cancellation_details", {})
    subscription["cancellation_details"] = details
    end_subscription(account, subscription, "cancellation_requested")
    return subscription


def preview_invoice(account: Account, given: dict[str, Any]) -> Thing:
    """What `update_subscription` with the same values would bring: done on a copy, by itself."""
    if not given.get("subscription"):
        raise invalid_parameter("subscription", "This Stripe previews changes of a subscription.")
    other = account.copy()
    details = given.get("subscription_details", {})
    subscription = other.get("subscription", given["subscription"], "subscription")
    if subscription["status"] in ENDED:
        raise no_such("upcoming invoices", given["subscription"], "subscription")
    if details.get("items"):
        # What is planned would be released first.
        subscription["schedule"] = None
    latest = subscription["latest_invoice"]
    update_subscription(other, dict(details), subscription["id"])
    if subscription["latest_invoice"] == latest:
        if subscription["cancel_at_period_end"]:
            raise Refusal(
                "No upcoming invoices for customer", status=404, code="invoice_upcoming_none"
            )
        with other.held_at(subscription["items"]["data"][0]["current_period_end"]):
            renew(other, subscription)
    invoice = other.get("invoice", subscription["latest_invoice"])
    invoice |= {"id": f"upcoming_{invoice['id']}", "status": "draft", "number": None}
    return invoice
