"""Checkout: a session with a page of its own, on which somebody buys a subscription."""

from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.customers import (
    GOOD_CARD,
    add_card,
    add_tax_id,
    create_customer,
    live_customer,
    update_customer,
)
from app.local_stripe.discounts import DISCOUNT_FIELDS, find_code
from app.local_stripe.endpoints import LIST_FIELDS, Endpoint, listed
from app.local_stripe.failures import Refusal, invalid_parameter, missing_parameter
from app.local_stripe.parameters import flag, group, many, metadata, one_of, text, url, whole
from app.local_stripe.periods import DAY_S, HOUR_S
from app.local_stripe.subscription_endpoints import TRIAL_SETTINGS
from app.local_stripe.subscriptions import create_subscription

OPEN_FOR_S = DAY_S


def create_session(account: Account, given: dict[str, Any]) -> Thing:
    if given.get("customer") and given.get("customer_email"):
        raise invalid_parameter("customer", "Pass only one of customer, customer_email.")
    if given.get("customer"):
        live_customer(account, given["customer"])
    if not given["line_items"]:
        raise missing_parameter("line_items")
    if given.get("discounts") and given.get("allow_promotion_codes"):
        raise invalid_parameter("discounts", "Pass only one of allow_promotion_codes, discounts.")
    wants_tax_id = given.get("tax_id_collection", {}).get("enabled")
    if given.get("customer") and wants_tax_id:
        if given.get("customer_update", {}).get("name") != "auto":
            raise invalid_parameter(
                "tax_id_collection",
                "Tax ID collection requires updating business name on the customer. To enable tax "
                "ID collection for an existing customer, please set `customer_update[name]` to "
                "`auto`.",
            )
    elif given.get("customer_update") and not given.get("customer"):
        raise invalid_parameter(
            "customer_update", "`customer_update` can only be used with `customer`."
        )
    for number, each in enumerate(given["line_items"]):
        price = account.get("price", each["price"], f"line_items[{number}][price]")
        if not price["active"] or price["type"] != "recurring":
            raise invalid_parameter(
                f"line_items[{number}][price]", "The price must be active and recurring."
            )
    expires_at = given.get("expires_at") or account.now() + OPEN_FOR_S
    if not account.now() + HOUR_S // 2 <= expires_at <= account.now() + OPEN_FOR_S:
        raise invalid_parameter(
            "expires_at", "expires_at must be between 30 minutes and 24 hours from now."
        )
    session = account.add("cs", _blank() | given | {"expires_at": expires_at})
    session |= {
        "url": f"{account.base_url}/checkout/{session['id']}",
        "currency": account.get("price", given["line_items"][0]["price"])["currency"],
    }
    return session


def _blank() -> Thing:
    nothing = dict.fromkeys((
        "cancel_url", "client_reference_id", "customer", "customer_email", "customer_details",
        "subscription", "invoice", "payment_intent", "setup_intent", "allow_promotion_codes",
    ))  # fmt: skip
    return nothing | {
        "status": "open",
        "payment_status": "unpaid",
        "payment_method_collection": "always",
        "tax_id_collection": {"enabled": False, "required": "never"},
        "subscription_data": {},
        "discounts": [],
        "metadata": {},
        "ui_mode": "hosted",
    }


def shown_session(account: Account, session: Thing) -> Thing:
    """As the API tells of it: its lines are a list, and once it has ended it has no address."""
    hidden = {"line_items", "subscription_data"}
    shown = {name: value for name, value in session.items() if name not in hidden}
    lines = [
        {"id": f"li_{session['id'][3:]}{number}", "object": "item",
         "quantity": each.get("quantity"), "price": account.get("price", each["price"])}
        for number, each in enumerate(session["line_items"])
    ]  # fmt: skip
    shown["line_items"] = {"object": "list", "data": lines, "has_more": False, "url": ""}
    if session["status"] != "open":
        shown["url"] = None
    return shown


def expire_session(account: Account, _given: dict[str, Any], thing_id: str) -> Thing:
    session = account.get("checkout.session", thing_id)
    if session["status"] != "open":
        raise Refusal(
            f"This Session's status is {session['status']}; only open ones can be expired."
        )
    expire(account, session)
    return shown_session(account, session)


def expire(account: Account, session: Thing) -> None:
    """Nobody can pay on its page any more."""
    session["status"] = "expired"
    account.emit("checkout.session.expired", shown_session(account, session))


def complete(account: Account, session: Thing, form: dict[str, str]) -> None:
    """What the page's form says was paid, and the subscription is there. Raises Refusal."""
    if session["status"] != "open":
        raise Refusal("This checkout has ended.")
    discounts = list(session["discounts"])
    if code := form.get("promotion_code", "").strip():
        promotion = find_code(account, code) if session["allow_promotion_codes"] else None
        if promotion is None:
            raise Refusal("This promotion code is not valid.", param="promotion_code")
        discounts = [{"promotion_code": promotion["id"]}]
    customer = _customer(account, session, form)
    wants_card = session["payment_method_collection"] == "always"
    card = None
    if wants_card or form.get("card"):
        card = add_card(account, customer, form.get("card", GOOD_CARD))["id"]
        update_customer(
            account, {"invoice_settings": {"default_payment_method": card}}, customer["id"]
        )
    if form.get("tax_id"):
        tax_id = {"type": form.get("tax_id_type", "eu_vat"), "value": form["tax_id"]}
        add_tax_id(account, tax_id, customer["id"])
    data = {key: value for key, value in session["subscription_data"].items() if value is not None}
    subscription = create_subscription(
        account,
        data
        | {
            "customer": customer["id"],
            "items": [dict(each) for each in session["line_items"]],
            "discounts": discounts,
            "default_payment_method": card,
            "payment_behavior": "error_if_incomplete",
        },
    )
    invoice = account.get("invoice", subscription["latest_invoice"])
    session |= {
        "status": "complete",
        "customer": customer["id"],
        "customer_details": {"email": customer["email"], "name": customer["name"]},
        "subscription": subscription["id"],
        "invoice": invoice["id"],
        "payment_status": "paid" if invoice["amount_due"] else "no_payment_required",
        "amount_total": invoice["total"],
    }
    account.emit("checkout.session.completed", shown_session(account, session))


def _customer(account: Account, session: Thing, form: dict[str, str]) -> Thing:
    if session["customer"]:
        return live_customer(account, session["customer"])
    email = session["customer_email"] or form.get("email", "").strip()
    if not email:
        raise missing_parameter("email")
    return create_customer(account, {"email": email, "name": form.get("name") or None})


_SESSION = {
    "mode": one_of("subscription"),
    "success_url": url,
    "cancel_url": url,
    "customer": text(),
    "customer_email": text(800),
    "client_reference_id": text(200),
    "line_items": many(group({"price": text(), "quantity": whole(1)}, ["price"])),
    "subscription_data": group({
        "metadata": metadata, "description": text(500), "trial_period_days": whole(1, 730),
        "trial_end": whole(), "trial_settings": TRIAL_SETTINGS,
    }),
    "allow_promotion_codes": flag,
    "discounts": DISCOUNT_FIELDS,
    "payment_method_collection": one_of("always", "if_required"),
    "tax_id_collection": group({"enabled": flag, "required": one_of("if_supported", "never")}),
    "customer_update": group({name: one_of("auto", "never") for name in ("address", "name")}),
    "billing_address_collection": one_of("auto", "required"),
    "expires_at": whole(),
    "locale": text(10),
    "metadata": metadata,
}  # fmt: skip


def list_sessions(account: Account, given: dict[str, Any]) -> Thing:
    equal = {name: given[name] for name in ("customer", "status", "subscription") if name in given}
    found = [shown_session(account, each) for each in account.all("checkout.session", **equal)]
    return listed(found, given, "/v1/checkout/sessions")


ENDPOINTS = [
    Endpoint(
        "POST",
        "/checkout/sessions",
        lambda account, given: shown_session(account, create_session(account, given)),
        _SESSION,
        ("mode", "success_url", "line_items"),
    ),
    Endpoint(
        "GET",
        "/checkout/sessions",
        list_sessions,
        LIST_FIELDS
        | {
            "customer": text(),
            "subscription": text(),
            "status": one_of("open", "complete", "expired"),
        },
    ),
    Endpoint(
        "GET",
        "/checkout/sessions/{thing_id}",
        lambda account, _given, thing_id: shown_session(
            account, account.get("checkout.session", thing_id)
        ),
    ),
    Endpoint("POST", "/checkout/sessions/{thing_id}/expire", expire_session),
]
