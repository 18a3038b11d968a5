"""An invoice as Stripe tells of it: what of it we keep and show."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class InvoiceState:
    """`total` below zero is a credit. `needs_confirmation`: the bank wants to hear from its
    customer before it pays, at `hosted_url`."""

    id: str
    number: str | None
    status: str
    currency: str
    total: int
    due: int
    issued_at: datetime
    hosted_url: str | None
    pdf_url: str | None
    next_payment_at: datetime | None
    needs_confirmation: bool = False


def invoice_of(said: dict[str, Any], *, needs_confirmation: bool = False) -> InvoiceState:
    later = said.get("next_payment_attempt")
    return InvoiceState(
        id=said["id"],
        number=said.get("number"),
        status=said["status"],
        currency=said["currency"],
        total=said["total"],
        due=said["amount_remaining"],
        issued_at=datetime.fromtimestamp(said["created"], UTC),
        hosted_url=said.get("hosted_invoice_url"),
        pdf_url=said.get("invoice_pdf"),
        next_payment_at=None if later is None else datetime.fromtimestamp(later, UTC),
        needs_confirmation=needs_confirmation,
    )


def waits_for_confirmation(payments: list[dict[str, Any]]) -> bool:
    """Of an open invoice's payments, each with its payment intent in place of the id."""
    return any(
        isinstance(intent := (each.get("payment") or {}).get("payment_intent"), dict)
        and intent.get("status") == "requires_action"
        for each in payments
    )
