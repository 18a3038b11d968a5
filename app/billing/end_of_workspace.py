"""Why a workspace cannot go yet: at Stripe something of it would be paid for ever."""

from collections.abc import Iterable

from app.billing.plans import find_plan_name
from app.billing.stripe_values import ENDED, ENTITLED, SubscriptionState
from app.mail.letters import date_words


def why_kept(subscriptions: Iterable[SubscriptionState]) -> str:
    """One sentence or two; "" where each has ended, or ends by itself on a day that is set."""
    going_on = [
        each for each in subscriptions if each.status not in ENDED and each.cancel_at is None
    ]
    # First what a button of ours cancels.
    going_on.sort(key=lambda each: each.status not in ENTITLED)
    return _said(going_on[0]) if going_on else ""


def _said(subscription: SubscriptionState) -> str:
    plan = find_plan_name(subscription.plan_key)
    if subscription.status == "incomplete":
        return (
            f"The first payment for {plan} has not arrived, and may still be made. Within a day it "
            "no longer can; then the workspace can be deleted."
        )
    if subscription.status not in ENTITLED:
        return (
            f"{plan} is not paid, and its subscription is still open. Pay it or cancel it at "
            "Stripe first, from the billing page; then the workspace can be deleted."
        )
    return (
        f"{plan} would still be charged. Cancel the plan first; it then ends on "
        f"{date_words(subscription.period_end)}, and the workspace can be deleted at once or later."
    )
