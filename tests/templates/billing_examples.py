"""A workspace that pays, as the partial templates of billing are rendered with in tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.billing.billing_overview import Overview
from app.billing.invoices import BillingInvoice
from app.billing.meter import Meter
from app.billing.overage_shown import OverageShown
from app.billing.payment_state import PaymentState
from app.billing.plan_changes import Change
from app.billing.plan_choices import list_choices
from app.billing.plan_effects import Effect
from app.billing.plan_words import dollars
from app.billing.plans import FREE, GROWTH, STARTER
from app.billing.previews import Preview, PreviewLine
from app.billing.running_plan import Running
from app.billing.standing import Period, Standing
from app.billing.stripe_models import BillingCustomer
from app.billing.stripe_values import SubscriptionState
from app.billing.usage import Usage

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
END = NOON + timedelta(days=30)


def _subscription(**values: Any) -> SubscriptionState:
    known: dict[str, Any] = {
        "id": "sub_1", "status": "active", "price_id": "price_1",
        "lookup_key": "loomlite_growth_monthly", "plan_key": "growth", "interval": "month",
        "currency": "usd", "unit_amount": 9_900, "quantity": 1, "started_at": NOON,
        "period_start": NOON, "period_end": END, "trial_end": None, "cancel_at": None,
        "ended_at": None, "invoice_status": "paid", "invoice_url": None,
        "next_payment_at": None, "problem": "",
    }  # fmt: skip
    return SubscriptionState(**known | values)


def _invoice(**values: Any) -> BillingInvoice:
    known: dict[str, Any] = {
        "id": "in_1", "number": "L-0001", "status": "paid", "currency": "usd", "total": 9_900,
        "due": 0, "issued_at": NOON, "hosted_url": "https://invoice.stripe.com/i/1",
        "pdf_url": "https://invoice.stripe.com/i/1/pdf", "next_payment_at": None,
        "needs_confirmation": False,
    }  # fmt: skip
    return BillingInvoice(**known | values)


def _overage(**values: Any) -> OverageShown:
    known: dict[str, Any] = {
        "is_possible": True, "is_ready": True, "cap_cents": 5_000, "units": 12,
        "invoiced_at": END,
    }  # fmt: skip
    return OverageShown(**known | values)


def _overview(current: SubscriptionState | None, **values: Any) -> Overview:
    plan, period = GROWTH if current else FREE, Period(NOON, END)
    customer = BillingCustomer(
        stripe_id="cus_1", is_deleted=False, card_brand="visa", card_last4="4242",
        credit_cents=1_250, checked_at=NOON,
    )  # fmt: skip
    known: dict[str, Any] = {
        "standing": Standing(plan, plan.limits, period, current),
        "meter": Meter(plan, plan.limits, period, Usage(3, 90), Usage(0, 0)),
        "customer": customer,
        "payment": PaymentState("fine", "All payments arrived."),
        "invoices": [_invoice()],
        "foreign": [],
        "extra": [],
    }
    return Overview(**known | values)


PAID: dict[str, Any] = {
    "overview": _overview(_subscription()), "can_buy": True, "dollars": dollars,
}  # fmt: skip
FREE_ONE = PAID | {
    "overview": _overview(None, payment=PaymentState("ended", "Growth ended on 3 May 2026."))
}
IN_TRIAL = PAID | {
    "overview": _overview(_subscription(status="trialing", trial_end=END, has_discount=True))
}
OWING = PAID | {
    "overview": _overview(
        _subscription(status="past_due", cancel_at=END),
        payment=PaymentState("trying", "The last payment failed.", pay_url="https://stripe.com/i"),
        invoices=[_invoice(status="open", due=9_900, next_payment_at=END, number=None)],
        foreign=[_subscription(id="sub_2", plan_key=None, problem="its quantity is 2")],
        extra=[_subscription(id="sub_3", plan_key="starter")],
    )
}
WAITING = PAID | {
    "overview": _overview(
        _subscription(
            schedule_id="sub_sched_1", next_plan_key="starter", next_interval="year", changes_at=END
        ),
        invoices=[_invoice(status="open", needs_confirmation=True)],
    )
}
UNHEARD = PAID | {
    "overview": _overview(
        None, invoices=[], customer=BillingCustomer(stripe_id="cus_1", credit_cents=0)
    ),
    "can_buy": False,
}
RUNNING = Running("cus_1", _subscription(plan_key="starter"), STARTER, "month")
CHOICE: dict[str, Any] = {
    "choice": list_choices("month", FREE, None, 14)[2],
    "interval": "month", "is_first": True, "running": None, "can_buy": True,
}  # fmt: skip
PREVIEW = Preview(5_000, 0, 200, (PreviewLine("Unused time on Starter", -1_400),), END)
CHANGE = Change(
    GROWTH, "month", True, NOON, END, 9_900, PREVIEW, 1, goes_on=False, drops_planned=False
)
LATER = Change(
    STARTER, "year", False, END, END, 29_000, None, None, goes_on=True, drops_planned=True
)

BILLING_EXAMPLES: dict[str, dict[str, Any]] = {
    "billing/_billing_notices.html": OWING,
    "billing/_billing_notices.html of a bank that waits": WAITING,
    "billing/_billing_plan.html": PAID,
    "billing/_billing_plan.html in a trial": IN_TRIAL,
    "billing/_billing_plan.html of an open payment": OWING,
    "billing/_billing_plan.html after an end": FREE_ONE,
    "billing/_billing_plan.html for a member": PAID | {"can_buy": False},
    "billing/_billing_payment.html": PAID,
    "billing/_billing_payment.html before a card": UNHEARD,
    "billing/_invoices.html": PAID,
    "billing/_invoices.html of an open one": OWING,
    "billing/_invoices.html before the first": UNHEARD,
    "billing/_overage.html": {"overage": _overage(), "is_owner": True},
    "billing/_overage.html before it is allowed": {
        "overage": _overage(cap_cents=0, units=0), "is_owner": True,
    },
    "billing/_overage.html of a trial, for a member": {
        "overage": _overage(cap_cents=0, units=0, is_possible=False, why_not="A trial runs."),
        "is_owner": False,
    },
    "billing/_overage.html of a year": {
        "overage": _overage(is_yearly=True), "is_owner": True,
    },
    "billing/_overage.html being set up": {
        "overage": _overage(is_ready=False, units=0), "is_owner": True,
    },
    "billing/_plan_choice.html": CHOICE,
    "billing/_plan_choice.html of another": CHOICE | {
        "choice": list_choices("year", STARTER, RUNNING, 0)[3], "running": RUNNING,
        "interval": "year", "is_first": False,
    },
    "billing/_change_sum.html": {"change": CHANGE, "price": "$99 a month", "dollars": dollars},
    "billing/_change_sum.html of a later one": {
        "change": LATER, "price": "$290 a year", "dollars": dollars,
    },
    "billing/_plan_effects.html": {
        "effects": [Effect("stops", "2 videos at a time.", END), Effect("stays", "Videos stay.")],
    },
}  # fmt: skip
