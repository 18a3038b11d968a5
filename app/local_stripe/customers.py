"""Customers with their cards and tax ids. Cards are Stripe's own test cards: no other is taken."""

import re
from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.endpoints import LIST_FIELDS, Endpoint, listed
from app.local_stripe.failures import Refusal, card_declined, invalid_parameter
from app.local_stripe.parameters import group, merged, metadata, one_of, text, whole

# docs.stripe.com/testing: what each does when it is charged.
GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
DECLINED_LATER_CARD = "4000000000000341"
CONFIRM_CARD = "4000002760003184"
CARDS = {
    GOOD_CARD: "pm_card_visa",
    DECLINED_CARD: "pm_card_visa_chargeDeclined",
    DECLINED_LATER_CARD: "pm_card_chargeCustomerFail",
    CONFIRM_CARD: "pm_card_authenticationRequired",
}

_TAX_IDS = {
    "eu_vat": re.compile(r"[A-Z]{2}[0-9A-Z]{8,12}"),
    "gb_vat": re.compile(r"GB\d{9}"),
    "us_ein": re.compile(r"\d{2}-\d{7}"),
    "ch_vat": re.compile(r"CHE-?\d{9}( ?MWST)?"),
}
_ADDRESS = group({
    **{name: text() for name in ("city", "line1", "line2", "postal_code", "state")},
    "country": text(2),
})  # fmt: skip
_CUSTOMER = {
    "name": text(256),
    "email": text(512),
    "description": text(),
    "phone": text(20),
    "address": _ADDRESS,
    "balance": whole(-(10**10), 10**10),
    "metadata": metadata,
    "invoice_settings": group({"default_payment_method": text(), "footer": text()}),
}
# docs.stripe.com/billing/customer/tax-ids
TAX_ID_FIELDS = {"type": one_of(*_TAX_IDS), "value": text(50)}


def create_customer(account: Account, given: dict[str, Any]) -> Thing:
    settings = {"default_payment_method": None, "footer": None}
    values = dict.fromkeys(_CUSTOMER) | {
        "balance": 0,
        "currency": None,
        "delinquent": False,
        "metadata": {},
        "invoice_prefix": f"L{account.next_number('customer'):06d}",
    }
    card_id = given.pop("payment_method", None)
    customer = account.add("cus", values | given | {"invoice_settings": settings})
    account.emit("customer.created", customer)
    if card_id:
        attach_card(account, {"customer": customer["id"]}, card_id)
    if (wanted := given.get("invoice_settings") or {}).get("default_payment_method"):
        update_customer(account, {"invoice_settings": wanted}, customer["id"])
    return customer


def get_customer(account: Account, _given: dict[str, Any], thing_id: str) -> Thing:
    return account.get("customer", thing_id)


def live_customer(account: Account, thing_id: str, param: str = "customer") -> Thing:
    """Raises Refusal for one that is not there or was deleted."""
    customer = account.get("customer", thing_id, param)
    if customer.get("deleted"):
        raise Refusal(
            f"No such customer: '{thing_id}'; it was deleted",
            code="resource_missing",
            param=param,
        )
    return customer


def update_customer(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    customer = live_customer(account, thing_id, "id")
    if "metadata" in given:
        given["metadata"] = merged(customer["metadata"], given["metadata"])
    if "invoice_settings" in given:
        card_id = given["invoice_settings"].get("default_payment_method")
        if card_id:
            card_id = _card_of(account, customer, card_id)["id"]
            given["invoice_settings"]["default_payment_method"] = card_id
        given["invoice_settings"] = customer["invoice_settings"] | given["invoice_settings"]
    account.change(customer, "customer.updated", **given)
    return customer


def list_customers(account: Account, given: dict[str, Any]) -> Thing:
    equal = {"email": given["email"]} if given.get("email") else {}
    found = [each for each in account.all("customer", **equal) if not each.get("deleted")]
    return listed(found, given, "/v1/customers")


def attach_card(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    """A card, or one of the names that Stripe gives its test cards, is the customer's."""
    customer = live_customer(account, given["customer"])
    if thing_id in CARDS.values():
        number = next(number for number, name in CARDS.items() if name == thing_id)
        return add_card(account, customer, number)
    card = account.get("payment_method", thing_id)
    account.change(card, None, customer=customer["id"])
    return card


def add_card(account: Account, customer: Thing, number: str) -> Thing:
    """Raises Refusal for a card that is declined at once, and for one that is no test card."""
    if number == DECLINED_CARD:
        raise card_declined()
    if number not in CARDS:
        raise Refusal(
            "Your card number is incorrect. This Stripe takes test cards only.",
            status=402,
            kind="card_error",
            code="incorrect_number",
            param="number",
        )
    card = account.add(
        "pm",
        {
            "type": "card",
            "customer": customer["id"],
            "card": {
                "brand": "visa", "last4": number[-4:], "exp_month": 12, "exp_year": 2040,
                "country": "US", "funding": "credit",
            },
            "billing_details": {"email": customer["email"], "name": customer["name"]},
            "metadata": {},
        },
    )  # fmt: skip
    account.emit("payment_method.attached", card)
    return card


def detach_card(account: Account, _given: dict[str, Any], thing_id: str) -> Thing:
    card = account.get("payment_method", thing_id)
    if card["customer"] is None:
        raise invalid_parameter("id", "The payment method is not attached to a customer.")
    customer = account.get("customer", card["customer"])
    if customer["invoice_settings"]["default_payment_method"] == thing_id:
        settings = customer["invoice_settings"] | {"default_payment_method": None}
        account.change(customer, "customer.updated", invoice_settings=settings)
    account.change(card, "payment_method.detached", customer=None)
    return card


def list_cards(account: Account, given: dict[str, Any], thing_id: str = "") -> Thing:
    customer_id = thing_id or given.get("customer")
    found = account.all("payment_method", customer=customer_id)
    return listed(found, given, "/v1/payment_methods")


def _card_of(account: Account, customer: Thing, card_id: str) -> Thing:
    if card_id in CARDS.values():
        return attach_card(account, {"customer": customer["id"]}, card_id)
    card = account.get("payment_method", card_id, "invoice_settings[default_payment_method]")
    if card["customer"] != customer["id"]:
        raise Refusal(
            "The customer does not have a payment method with the ID "
            f"{card_id}. The payment method must be attached to the customer.",
            code="resource_missing",
            param="invoice_settings[default_payment_method]",
        )
    return card


def add_tax_id(account: Account, given: dict[str, Any], customer_id: str) -> Thing:
    customer = live_customer(account, customer_id)
    if not _TAX_IDS[given["type"]].fullmatch(given["value"]):
        raise Refusal("Invalid value for tax ID.", code="tax_id_invalid", param="value")
    tax_id = account.add(
        "txi",
        {
            **given,
            "customer": customer["id"],
            "country": given["value"][:2] if given["type"] != "us_ein" else "US",
            "verification": {"status": "pending", "verified_address": None, "verified_name": None},
        },
    )
    account.emit("customer.tax_id.created", tax_id)
    return tax_id


def list_tax_ids(account: Account, given: dict[str, Any], customer_id: str) -> Thing:
    return listed(
        account.all("tax_id", customer=customer_id), given, f"/v1/customers/{customer_id}/tax_ids"
    )


def delete_tax_id(
    account: Account, _given: dict[str, Any], customer_id: str, thing_id: str
) -> Thing:
    tax_id = account.get("tax_id", thing_id)
    if tax_id["customer"] != customer_id:
        raise Refusal(f"No such tax_id: '{thing_id}'", status=404, code="resource_missing")
    del account.objects["tax_id"][thing_id]
    account.emit("customer.tax_id.deleted", tax_id)
    return {"id": thing_id, "object": "tax_id", "deleted": True}


ENDPOINTS = [
    Endpoint("POST", "/customers", create_customer, _CUSTOMER | {"payment_method": text()}),
    Endpoint("GET", "/customers", list_customers, LIST_FIELDS | {"email": text()}),
    Endpoint("GET", "/customers/{thing_id}", get_customer),
    Endpoint("POST", "/customers/{thing_id}", update_customer, _CUSTOMER),
    Endpoint("GET", "/customers/{thing_id}/payment_methods", list_cards, LIST_FIELDS),
    Endpoint(
        "GET",
        "/payment_methods",
        list_cards,
        LIST_FIELDS | {"customer": text(), "type": one_of("card")},
    ),
    Endpoint(
        "GET",
        "/payment_methods/{thing_id}",
        lambda account, _given, thing_id: account.get("payment_method", thing_id),
    ),
    Endpoint(
        "POST",
        "/payment_methods/{thing_id}/attach",
        attach_card,
        {"customer": text()},
        ("customer",),
    ),
    Endpoint("POST", "/payment_methods/{thing_id}/detach", detach_card),
    Endpoint(
        "POST", "/customers/{customer_id}/tax_ids", add_tax_id, TAX_ID_FIELDS, ("type", "value")
    ),
    Endpoint("GET", "/customers/{customer_id}/tax_ids", list_tax_ids, LIST_FIELDS),
    Endpoint("DELETE", "/customers/{customer_id}/tax_ids/{thing_id}", delete_tax_id),
]
