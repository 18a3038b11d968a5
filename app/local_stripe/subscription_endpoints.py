"""What the API takes about subscriptions, previews and the end of customers."""

from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.changes import cancel_subscription, preview_invoice, update_subscription
from app.local_stripe.customers import live_customer
from app.local_stripe.discounts import DISCOUNT_FIELDS
from app.local_stripe.endpoints import LIST_FIELDS, Endpoint, listed, retrieve
from app.local_stripe.parameters import (
    either,
    flag,
    group,
    many,
    metadata,
    one_of,
    text,
    whole,
)
from app.local_stripe.schedules import (
    PHASES,
    create_schedule,
    release_schedule,
    update_schedule,
)
from app.local_stripe.subscriptions import ENDED, create_subscription, end_subscription


def list_subscriptions(account: Account, given: dict[str, Any]) -> Thing:
    """Without a status those that have not been cancelled."""
    equal = {"customer": given["customer"]} if given.get("customer") else {}
    found, status = account.all("subscription", **equal), given.get("status")
    if status is None:
        found = [each for each in found if each["status"] != "canceled"]
    elif status == "ended":
        found = [each for each in found if each["status"] in ENDED]
    elif status != "all":
        found = [each for each in found if each["status"] == status]
    if given.get("price"):
        found = [
            each
            for each in found
            if given["price"] in {item["price"]["id"] for item in each["items"]["data"]}
        ]
    return listed(found, given, "/v1/subscriptions")


def delete_customer(account: Account, _given: dict[str, Any], thing_id: str) -> Thing:
    """The customer is gone, and subscriptions with it; its id is never another's."""
    customer = live_customer(account, thing_id, "id")
    for subscription in account.all("subscription", customer=thing_id):
        end_subscription(account, subscription, "cancellation_requested")
    account.emit("customer.deleted", customer)
    customer["deleted"] = True
    return {"id": thing_id, "object": "customer", "deleted": True}


TRIAL_SETTINGS = group(
    {
        "end_behavior": group(
            {"missing_payment_method": one_of("cancel", "create_invoice", "pause")},
            ["missing_payment_method"],
        )
    },
    ["end_behavior"],
)
_CANCELLATION = group({"comment": text(), "feedback": text()})
_PRORATION = one_of("create_prorations", "always_invoice", "none")
_NEW_ITEM = {"price": text(), "quantity": whole(1), "metadata": metadata}
_ITEMS = many(group(_NEW_ITEM | {"id": text(), "deleted": flag}))
_BOTH = {
    "cancel_at_period_end": flag,
    "default_payment_method": text(),
    "description": text(500),
    "discounts": DISCOUNT_FIELDS,
    "metadata": metadata,
    "off_session": flag,
    "payment_behavior": one_of("allow_incomplete", "error_if_incomplete", "default_incomplete"),
    "proration_behavior": _PRORATION,
    "trial_end": either("now", whole()),
    "trial_settings": TRIAL_SETTINGS,
    "collection_method": one_of("charge_automatically"),
}
_DETAILS = {
    "items": _ITEMS,
    "proration_behavior": _PRORATION,
    "proration_date": whole(),
    "billing_cycle_anchor": one_of("now", "unchanged"),
    "cancel_at_period_end": flag,
    "trial_end": either("now", whole()),
}

ENDPOINTS = [
    Endpoint(
        "POST",
        "/subscriptions",
        create_subscription,
        _BOTH
        | {
            "customer": text(),
            "items": many(group(_NEW_ITEM, ["price"])),
            "trial_period_days": whole(1, 730),
        },
        ("customer", "items"),
    ),
    Endpoint(
        "GET",
        "/subscriptions",
        list_subscriptions,
        LIST_FIELDS
        | {
            "customer": text(),
            "price": text(),
            "status": one_of(
                "all",
                "ended",
                "active",
                "trialing",
                "past_due",
                "unpaid",
                "canceled",
                "incomplete",
                "incomplete_expired",
                "paused",
            ),
        },
    ),
    Endpoint("GET", "/subscriptions/{thing_id}", retrieve("subscription")),
    Endpoint(
        "POST",
        "/subscriptions/{thing_id}",
        update_subscription,
        _BOTH
        | {
            "items": _ITEMS,
            "proration_date": whole(),
            "billing_cycle_anchor": one_of("now", "unchanged"),
            "cancel_at": whole(),
            "cancellation_details": _CANCELLATION,
        },
    ),
    Endpoint(
        "DELETE",
        "/subscriptions/{thing_id}",
        cancel_subscription,
        {"cancellation_details": _CANCELLATION},
    ),
    Endpoint(
        "POST",
        "/invoices/create_preview",
        preview_invoice,
        {"customer": text(), "subscription": text(), "subscription_details": group(_DETAILS)},
    ),
    Endpoint("DELETE", "/customers/{thing_id}", delete_customer),
    Endpoint(
        "POST",
        "/subscription_schedules",
        create_schedule,
        {"from_subscription": text()},
        ("from_subscription",),
    ),
    Endpoint("GET", "/subscription_schedules/{thing_id}", retrieve("subscription_schedule")),
    Endpoint(
        "POST",
        "/subscription_schedules/{thing_id}",
        update_schedule,
        {
            "phases": PHASES,
            "end_behavior": one_of("release"),
            "proration_behavior": one_of("none"),
            "metadata": metadata,
        },
    ),
    Endpoint("POST", "/subscription_schedules/{thing_id}/release", release_schedule),
]
