"""Subscription schedules: another price from the end of the period on. Two phases, no more."""

from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.discounts import DISCOUNT_FIELDS, redeem
from app.local_stripe.failures import Refusal, invalid_parameter, missing_parameter
from app.local_stripe.lines import is_metered
from app.local_stripe.parameters import group, many, merged, metadata, one_of, text, whole
from app.local_stripe.periods import added

ENDED = {"canceled", "incomplete_expired"}


def create_schedule(account: Account, given: dict[str, Any]) -> Thing:
    """One phase: what the subscription has now, to the end of its period. Raises Refusal."""
    subscription = account.get("subscription", given["from_subscription"], "from_subscription")
    if subscription["status"] in ENDED or subscription["cancel_at"] is not None:
        raise invalid_parameter(
            "from_subscription", "This Stripe makes no schedule for a subscription that ends."
        )
    if subscription["schedule"]:
        raise invalid_parameter(
            "from_subscription",
            "You cannot migrate a subscription that is already attached to a schedule: "
            f"`{subscription['id']}` is already attached to `{subscription['schedule']}`.",
        )
    items = subscription["items"]["data"]
    now = {
        "start_date": items[0]["current_period_start"],
        "end_date": items[0]["current_period_end"],
    }
    never = dict.fromkeys(
        ("canceled_at", "completed_at", "released_at", "released_subscription", "test_clock")
    )
    schedule = account.add("sub_sched", never | {
        "customer": subscription["customer"],
        "subscription": subscription["id"],
        "status": "active",
        "end_behavior": "release",
        "metadata": {},
        "current_phase": dict(now),
        "phases": [now | {
            "items": [_shown(item) for item in items],
            "discounts": [{"discount": each} for each in subscription["discounts"]],
            "metadata": {},
        }],
    })  # fmt: skip
    account.emit("subscription_schedule.created", schedule)
    account.change(subscription, "customer.subscription.updated", schedule=schedule["id"])
    return schedule


def _shown(item: Thing) -> Thing:
    return {"price": item["price"]["id"], "quantity": item["quantity"], "metadata": {}}


def update_schedule(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    schedule = _active(account, thing_id)
    if "metadata" in given:
        given["metadata"] = merged(schedule["metadata"], given["metadata"])
    if "phases" in given:
        given["phases"] = _phases(account, schedule, given["phases"])
        _discount(account, schedule, given["phases"][0])
    given.pop("proration_behavior", None)
    account.change(schedule, "subscription_schedule.updated", **given)
    return schedule


def _discount(account: Account, schedule: Thing, phase: Thing) -> None:
    """The subscription has the phase's discounts and no others, as at Stripe."""
    subscription = account.get("subscription", schedule["subscription"])
    taken = redeem(account, [dict(each) for each in phase["discounts"]], subscription["id"])
    account.change(subscription, "customer.subscription.updated", discounts=taken)


def _active(account: Account, thing_id: str) -> Thing:
    schedule = account.get("subscription_schedule", thing_id)
    if schedule["status"] != "active":
        raise Refusal(
            f"You cannot change a subscription schedule that is currently {schedule['status']}."
        )
    return schedule


def _phases(account: Account, schedule: Thing, wanted: list[dict[str, Any]]) -> list[Thing]:
    if len(wanted) != 2:
        raise invalid_parameter("phases", "This Stripe's schedules have two phases.")
    now, then = wanted
    subscription = account.get("subscription", schedule["subscription"])
    items = subscription["items"]["data"]
    start, end = items[0]["current_period_start"], items[0]["current_period_end"]
    if (now.get("start_date"), now.get("end_date")) != (start, end):
        raise invalid_parameter(
            "phases[0]", "The first phase is the current period: see start_date and end_date."
        )
    if _asked(now) != {(item["price"]["id"], item["quantity"]) for item in items}:
        raise invalid_parameter("phases[0][items]", "The first phase is what there is now.")
    if then.get("start_date", end) != end:
        raise invalid_parameter("phases[1][start_date]", "It starts where the first one ends.")
    if not then.get("duration"):
        raise missing_parameter("phases[1][duration]")
    prices = [account.get("price", each["price"], "price") for each in then["items"]]
    _check_prices(prices, items)
    lasting = then["duration"]
    after = added(end, lasting["interval"], lasting.get("interval_count") or 1)
    kept = schedule["phases"][0] | {
        "metadata": now.get("metadata", {}),
        "discounts": now.get("discounts", []),
    }
    return [kept, {
        "start_date": end,
        "end_date": after,
        "items": [
            {"price": each["price"], "quantity": each.get("quantity"), "metadata": {}}
            for each in then["items"]
        ],
        "discounts": then.get("discounts", []),
        "metadata": then.get("metadata", {}),
    }]  # fmt: skip


def _asked(phase: dict[str, Any]) -> set[tuple[str, int | None]]:
    return {(each["price"], each.get("quantity")) for each in phase["items"]}


def _check_prices(prices: list[Thing], items: list[Thing]) -> None:
    if not all(price["active"] and price["type"] == "recurring" for price in prices):
        raise invalid_parameter("phases[1][items]", "Prices must be active and recurring.")
    if len({price["currency"] for price in [*prices, items[0]["price"]]}) > 1:
        raise invalid_parameter("phases[1][items]", "All prices must have the same currency.")
    if len({price["recurring"]["interval"] for price in prices}) > 1:
        raise invalid_parameter("phases[1][items]", "All prices must have the same interval.")
    metered = [price["recurring"]["usage_type"] == "metered" for price in prices]
    if sorted(metered) != sorted(is_metered(item) for item in items):
        raise invalid_parameter("phases[1][items]", "This Stripe keeps the kinds of items.")


def release_schedule(account: Account, _given: dict[str, Any], thing_id: str) -> Thing:
    """The subscription goes on as it is."""
    schedule = _active(account, thing_id)
    _release(account, schedule)
    return schedule


def _release(account: Account, schedule: Thing) -> None:
    subscription = account.get("subscription", schedule["subscription"])
    schedule |= {
        "status": "released",
        "released_at": account.now(),
        "released_subscription": subscription["id"],
        "subscription": None,
        "current_phase": None,
    }
    account.emit("subscription_schedule.released", schedule)
    account.change(subscription, "customer.subscription.updated", schedule=None)


def refuse_scheduled(subscription: Thing, given: dict[str, Any]) -> None:
    """Raises Refusal for what a schedule decides."""
    if not subscription["schedule"]:
        return
    managed = (
        f"The subscription is managed by the subscription schedule `{subscription['schedule']}`"
    )
    if "cancel_at_period_end" in given or "cancel_at" in given:
        raise Refusal(
            f"{managed}, and updating any cancelation behavior directly is not allowed. Please "
            "update the schedule instead."
        )
    if given.get("items"):
        raise Refusal(f"{managed}. This Stripe changes its prices when that is released.")


def enter_phase(account: Account, subscription: Thing) -> None:
    """The period has ended: the items have the prices of the phase that begins now, if one does."""
    if not subscription["schedule"]:
        return
    schedule = account.get("subscription_schedule", subscription["schedule"])
    items = subscription["items"]["data"]
    moment = items[0]["current_period_end"]
    phase = next((each for each in schedule["phases"] if each["start_date"] == moment), None)
    if phase is None:
        if moment >= schedule["phases"][-1]["end_date"]:
            _release(account, schedule)
        return
    prices = [account.get("price", each["price"]) for each in phase["items"]]
    for number, item in enumerate(items):
        metered = is_metered(item)
        price = next(
            each for each in prices if (each["recurring"]["usage_type"] == "metered") == metered
        )
        if price["recurring"] != item["price"]["recurring"]:
            subscription["billing_cycle_anchor"] = moment
        items[number] = item | {"price": dict(price)}
    _discount(account, schedule, phase)
    window = {"start_date": phase["start_date"], "end_date": phase["end_date"]}
    account.change(schedule, "subscription_schedule.updated", current_phase=window)


def end_schedule(account: Account, subscription: Thing) -> None:
    """The subscription has ended, and its schedule with it."""
    if subscription["schedule"]:
        schedule = account.get("subscription_schedule", subscription["schedule"])
        schedule |= {"status": "canceled", "canceled_at": account.now(), "current_phase": None}
        account.emit("subscription_schedule.canceled", schedule)


_ITEMS = many(group({"price": text(), "quantity": whole(1), "metadata": metadata}, ["price"]))
PHASES = many(
    group(
        {
            "items": _ITEMS,
            "start_date": whole(),
            "end_date": whole(),
            "duration": group(
                {"interval": one_of("month", "year"), "interval_count": whole(1, 36)},
                ["interval"],
            ),
            "proration_behavior": one_of("none"),
            "discounts": DISCOUNT_FIELDS,
            "metadata": metadata,
        },
        ["items"],
    )
)
