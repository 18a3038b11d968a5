"""What became of the tries to have an invoice paid: one payment of it, with its payment intent."""

from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.customers import CONFIRM_CARD, DECLINED_LATER_CARD
from app.local_stripe.endpoints import LIST_FIELDS, Endpoint, listed, retrieve
from app.local_stripe.parameters import text


def is_declined(card: Thing) -> bool:
    """Whether the card's bank refuses."""
    return bool(card["card"]["last4"] == DECLINED_LATER_CARD[-4:])


def waits_for_person(account: Account, card: Thing) -> bool:
    """Whether the card's bank wants to hear from whoever pays, and nobody is there."""
    return card["card"]["last4"] == CONFIRM_CARD[-4:] and not account.is_somebody_there


def keep_try(account: Account, invoice: Thing, card: Thing | None, *, is_paid: bool) -> bool:
    """What the try made of the invoice's payment; whether it waits for a person."""
    found = account.all("invoice_payment", invoice=invoice["id"])
    payment = found[0] if found else _new_payment(account, invoice)
    intent = account.get("payment_intent", payment["payment"]["payment_intent"])
    waits = not is_paid and card is not None and waits_for_person(account, card)
    payment["status"] = "paid" if is_paid else "open"
    intent["status"] = (
        "succeeded" if is_paid else "requires_action" if waits else "requires_payment_method"
    )
    return waits


def _new_payment(account: Account, invoice: Thing) -> Thing:
    intent = account.add("pi", {
        "amount": invoice["amount_due"],
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "status": "requires_payment_method",
        "metadata": {},
    })  # fmt: skip
    return account.add("inpay", {
        "invoice": invoice["id"],
        "amount_requested": invoice["amount_due"],
        "currency": invoice["currency"],
        "is_default": True,
        "status": "open",
        "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
    })  # fmt: skip


def list_payments(account: Account, given: dict[str, Any]) -> Thing:
    equal = {"invoice": given["invoice"]} if given.get("invoice") else {}
    return listed(account.all("invoice_payment", **equal), given, "/v1/invoice_payments")


ENDPOINTS = [
    Endpoint("GET", "/invoice_payments", list_payments, LIST_FIELDS | {"invoice": text()}),
    Endpoint("GET", "/invoice_payments/{thing_id}", retrieve("invoice_payment")),
    Endpoint("GET", "/payment_intents/{thing_id}", retrieve("payment_intent")),
]
