"""Invoices: drafted, finalized, paid or tried again, and what that makes of a subscription."""

from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.discounts import coupon_off
from app.local_stripe.endpoints import LIST_FIELDS, Endpoint, listed, retrieve
from app.local_stripe.failures import Refusal, card_declined
from app.local_stripe.lines import paid_for
from app.local_stripe.parameters import one_of, text
from app.local_stripe.payments import is_declined, keep_try, waits_for_person
from app.local_stripe.periods import DAY_S

# Days from one failed try to the next; after the last the subscription ends. Stripe's default.
RETRY_AFTER_DAYS = (3, 5, 7)
# Renewals may be looked at for an hour before they are charged.
DRAFT_FOR_S = 3600


def draft_invoice(account: Account, subscription: Thing, reason: str, lines: list[Thing]) -> Thing:
    """An invoice with these lines, discounts taken off; it is the subscription's latest."""
    customer = account.get("customer", subscription["customer"])
    invoice = account.add("in", _blank(account, customer, subscription) | {
        "billing_reason": reason,
        "subtotal": sum(line["amount"] for line in lines),
        "discounts": list(subscription["discounts"]),
    })  # fmt: skip
    for number, line in enumerate(lines, 1):
        line |= {"id": f"il_{invoice['id'][3:]}{number}", "invoice": invoice["id"]}
    page = f"{account.base_url}/invoices/{invoice['id']}"
    off = _take_discounts(account, subscription, lines)
    total = invoice["subtotal"] - sum(each["amount"] for each in off)
    invoice |= {
        "lines": {
            "object": "list", "data": lines, "has_more": False,
            "url": f"/v1/invoices/{invoice['id']}/lines",
        },
        "total": total,
        "total_excluding_tax": total,
        "amount_due": max(0, total),
        "amount_remaining": max(0, total),
        "total_discount_amounts": off,
        "period_end": account.now(),
        "hosted_invoice_url": page,
        "invoice_pdf": f"{page}?print",
    }  # fmt: skip
    subscription["latest_invoice"] = invoice["id"]
    account.emit("invoice.created", invoice)
    return invoice


def _blank(account: Account, customer: Thing, subscription: Thing) -> Thing:
    never = dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at"))
    return {
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_tax_ids": [
            {"type": each["type"], "value": each["value"]}
            for each in account.all("tax_id", customer=customer["id"])
        ],
        "currency": subscription["currency"],
        "status": "draft",
        "number": None,
        "collection_method": "charge_automatically",
        "auto_advance": True,
        "attempted": False,
        "attempt_count": 0,
        "next_payment_attempt": account.now() + DRAFT_FOR_S,
        "amount_paid": 0,
        "starting_balance": 0,
        "ending_balance": None,
        "total_taxes": [],
        "due_date": None,
        "metadata": {},
        "parent": {
            "type": "subscription_details",
            "quote_details": None,
            "subscription_details": {
                "subscription": subscription["id"],
                "metadata": dict(subscription["metadata"]),
            },
        },
        "period_start": subscription["items"]["data"][0]["current_period_start"],
        "status_transitions": never,
    }


def _take_discounts(account: Account, subscription: Thing, lines: list[Thing]) -> list[Thing]:
    off, left = [], sum(max(0, line["amount"]) for line in lines if line["discountable"])
    for discount_id in list(subscription["discounts"]):
        discount = account.get("discount", discount_id)
        coupon = account.objects["coupon"].get(discount["source"]["coupon"])
        if coupon is None or (discount["end"] and discount["end"] <= account.now()):
            subscription["discounts"].remove(discount_id)
            continue
        amount = coupon_off(coupon, left)
        _share_out(lines, amount, discount_id)
        left -= amount
        off.append({"amount": amount, "discount": discount_id})
        if coupon["duration"] == "once" and amount:
            subscription["discounts"].remove(discount_id)
    return off


def _share_out(lines: list[Thing], amount: int, discount_id: str) -> None:
    """Each line says its part of what is taken off, by what is left of it."""
    left = {number: paid_for(line) for number, line in enumerate(lines) if line["discountable"]}
    whole = sum(max(0, each) for each in left.values())
    for number, each in left.items():
        if each > 0:
            part = amount * each // whole
            amount, whole = amount - part, whole - each
            lines[number]["discount_amounts"].append({"amount": part, "discount": discount_id})


def finalize(account: Account, invoice: Thing) -> None:
    """It has a number and is due; what the customer has to their credit is used first."""
    customer = account.get("customer", invoice["customer"])
    before = customer["balance"]
    after = before + invoice["total"]
    due = max(0, after) if invoice["total"] > 0 or before > 0 else 0
    ending = min(0, after) if due == 0 else 0
    number = account.next_number(f"invoice {customer['id']}")
    invoice |= {
        "status": "open",
        "number": f"{customer['invoice_prefix']}-{number:04d}",
        "starting_balance": before,
        "ending_balance": ending,
        "amount_due": due,
        "amount_remaining": due,
        "next_payment_attempt": None,
        "status_transitions": invoice["status_transitions"] | {"finalized_at": account.now()},
    }
    if ending != before:
        account.change(customer, "customer.updated", balance=ending)
    account.emit("invoice.finalized", invoice)


def collect(account: Account, invoice: Thing) -> bool:
    """Whether it is paid now; if not, when it is tried again is in the invoice."""
    subscription = account.get("subscription", _subscription_id(invoice))
    card = card_of(account, subscription)
    is_paid = invoice["amount_due"] == 0 or (
        card is not None and not is_declined(card) and not waits_for_person(account, card)
    )
    waits = False
    if invoice["amount_due"]:
        invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
        waits = keep_try(account, invoice, card, is_paid=is_paid)
    if is_paid:
        _mark_paid(account, invoice, subscription)
        return True
    tries = invoice["attempt_count"]
    later = RETRY_AFTER_DAYS[tries - 1] if tries <= len(RETRY_AFTER_DAYS) else None
    is_over = subscription["status"] in {"incomplete", "canceled"}
    invoice["next_payment_attempt"] = (
        account.now() + later * DAY_S if later and not is_over else None
    )
    account.emit("invoice.payment_failed", invoice)
    if waits:
        account.emit("invoice.payment_action_required", invoice)
    if subscription["status"] in {"active", "trialing"} and _is_latest(account, invoice):
        account.change(subscription, "customer.subscription.updated", status="past_due")
    return False


def _mark_paid(account: Account, invoice: Thing, subscription: Thing) -> None:
    invoice |= {
        "status": "paid",
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "next_payment_attempt": None,
        "status_transitions": invoice["status_transitions"] | {"paid_at": account.now()},
    }
    account.emit("invoice.paid", invoice)
    account.emit("invoice.payment_succeeded", invoice)
    is_due = subscription["status"] in {"past_due", "incomplete", "unpaid"}
    if is_due and _is_latest(account, invoice):
        account.change(subscription, "customer.subscription.updated", status="active")


def _is_latest(account: Account, invoice: Thing) -> bool:
    """Whether the subscription's status goes by it: by the latest that is finalized, whatever
    became of earlier ones (docs.stripe.com/billing/subscriptions/overview)."""
    finalized = [
        each
        for each in account.all("invoice", customer=invoice["customer"])
        if _subscription_id(each) == _subscription_id(invoice)
        and each["status"] not in {"draft", "void"}
    ]
    return bool(finalized[-1]["id"] == invoice["id"])


def card_of(account: Account, subscription: Thing) -> Thing | None:
    """The card that is charged: the subscription's own, else the customer's."""
    customer = account.get("customer", subscription["customer"])
    for card_id in (
        subscription["default_payment_method"],
        customer["invoice_settings"]["default_payment_method"],
    ):
        card = account.objects["payment_method"].get(card_id or "")
        if card is not None and card["customer"] == customer["id"]:
            return card
    return None


def _subscription_id(invoice: Thing) -> str:
    found: str = invoice["parent"]["subscription_details"]["subscription"]
    return found


def pay_invoice(account: Account, _given: dict[str, Any], thing_id: str) -> Thing:
    invoice = account.get("invoice", thing_id)
    if invoice["status"] == "paid":
        raise Refusal("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] == "draft":
        finalize(account, invoice)
    if invoice["status"] != "open":
        raise Refusal("This invoice can no longer be paid.", code="invoice_not_editable")
    if not collect(account, invoice):
        raise card_declined(has_changed=True)
    return invoice


def void_invoice(account: Account, _given: dict[str, Any], thing_id: str) -> Thing:
    invoice = account.get("invoice", thing_id)
    if invoice["status"] not in {"open", "uncollectible"}:
        raise Refusal("You can only void an open invoice.", code="invoice_not_editable")
    at = invoice["status_transitions"] | {"voided_at": account.now()}
    invoice |= {"status": "void", "next_payment_attempt": None, "status_transitions": at}
    account.emit("invoice.voided", invoice)
    return invoice


def list_invoices(account: Account, given: dict[str, Any]) -> Thing:
    equal = {name: given[name] for name in ("customer", "status") if given.get(name)}
    found = account.all("invoice", **equal)
    if given.get("subscription"):
        found = [each for each in found if _subscription_id(each) == given["subscription"]]
    return listed(found, given, "/v1/invoices")


ENDPOINTS = [
    Endpoint(
        "GET",
        "/invoices",
        list_invoices,
        LIST_FIELDS
        | {
            "customer": text(),
            "subscription": text(),
            "status": one_of("draft", "open", "paid", "uncollectible", "void"),
        },
    ),
    Endpoint("GET", "/invoices/{thing_id}", retrieve("invoice")),
    Endpoint("POST", "/invoices/{thing_id}/pay", pay_invoice),
    Endpoint("POST", "/invoices/{thing_id}/void", void_invoice),
]
