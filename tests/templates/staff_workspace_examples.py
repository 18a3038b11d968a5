"""What the partials of the staff's pages of workspaces are rendered with."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.accounts.models import User
from app.billing.models import UsageEntry
from app.billing.payment_state import PaymentState
from app.billing.plans import GROWTH
from app.billing.standing import Period, Standing
from app.billing.stripe_models import BillingCustomer
from app.billing.stripe_values import SubscriptionState
from app.billing.usage import Usage
from app.jobs.operator_workspace import WorkspaceFacts
from app.jobs.operator_workspaces import FoundWorkspace, WantedWorkspaces
from app.staff import workspace_words as words
from app.web.forms import blank_form
from app.workspaces.models import Membership, Workspace
from tests.templates.audit_examples import LINE

ID = UUID(int=7)
AT = datetime(2026, 11, 3, 13, 5, tzinfo=UTC)
LATER = datetime(2026, 12, 3, 13, 5, tzinfo=UTC)
PERIOD = Period(AT, LATER)
FOUND = FoundWorkspace(
    workspace_id=ID,
    slug="acme",
    name="Acme",
    owner_email="ada@example.com",
    members=3,
    made_at=AT,
    suspended_at=None,
    plan=GROWTH,
    limits=GROWTH.limits,
    payment=PaymentState("trying", "The last payment failed."),
    period=PERIOD,
    used=Usage(12, 750.0),
)
SUBSCRIPTION = SubscriptionState(
    id="sub_1", status="past_due", price_id="price_1", lookup_key="loomlite_growth_monthly",
    plan_key="growth", interval="month", currency="usd", unit_amount=7900, quantity=1,
    started_at=AT, period_start=AT, period_end=LATER, trial_end=None, cancel_at=None,
    ended_at=None, invoice_status="open", invoice_url=None, next_payment_at=LATER, problem="",
)  # fmt: skip
CUSTOMER = BillingCustomer(
    workspace_id=ID, stripe_id="cus_1", card_brand="visa", card_last4="4242", checked_at=AT
)
MEMBER = Membership(workspace_id=ID, user_id=ID, role="owner")
MEMBER.user = User(id=ID, email="ada@example.com", name="Ada")
CREDIT = UsageEntry(videos=-5, seconds=-600.0, reason="For the outage", created_at=AT)
FACTS = WorkspaceFacts(
    workspace=Workspace(id=ID, slug="acme", name="Acme", suspended_at=None, suspended_reason=""),
    standing=Standing(GROWTH, GROWTH.limits, PERIOD, SUBSCRIPTION),
    used=Usage(12, 750.0),
    payment=FOUND.payment,
    customer=CUSTOMER,
    subscriptions=[SUBSCRIPTION, replace(SUBSCRIPTION, problem="It is in EUR.", ended_at=AT)],
    members=[MEMBER],
    credits=[CREDIT],
    entries=[LINE, replace(LINE, reason="Unpaid")],
)
SUSPENDED = replace(
    FACTS,
    workspace=Workspace(
        id=ID, slug="acme", name="Acme", suspended_at=AT, suspended_reason="It is not paid."
    ),
    customer=None,
    subscriptions=[],
    members=[],
    credits=[],
    entries=[],
)
_ACTS = {"acting_as": blank_form(), "suspension": blank_form()}
_PEOPLE = "staff/_workspace_people.html"
_STRIPE, _CREDITS = "staff/_workspace_subscription.html", "staff/_workspace_credits.html"
_ACTS_PART, _ROW = "staff/_workspace_acts.html", "staff/_workspace_row.html"

STAFF_WORKSPACE_EXAMPLES: dict[str, dict[str, Any]] = {
    "staff/_workspaces_toolbar.html": {
        "own": "/staff/workspaces",
        "wanted": WantedWorkspaces("acme", "growth"),
        "words": words,
    },
    "staff/_workspace_standing.html": {"facts": FACTS, "words": words},
    _ROW: {"each": FOUND, "words": words},
    f"{_ROW} when suspended": {"each": replace(FOUND, suspended_at=AT), "words": words},
    _STRIPE: {"facts": FACTS, "sells": True, "words": words},
    f"{_STRIPE} when nothing was bought": {"facts": SUSPENDED, "sells": False, "words": words},
    _CREDITS: {"facts": FACTS, "credit": blank_form(), "words": words},
    f"{_CREDITS} when none": {"facts": SUSPENDED, "credit": blank_form(), "words": words},
    _ACTS_PART: {"facts": FACTS, "choices": [(ID, "Ada · owner")], **_ACTS},
    f"{_ACTS_PART} when suspended": {"facts": SUSPENDED, "choices": [], **_ACTS},
    _PEOPLE: {"facts": FACTS},
    f"{_PEOPLE} when nothing happened": {"facts": SUSPENDED},
}
