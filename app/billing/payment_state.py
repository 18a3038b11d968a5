"""How a workspace's payments stand, as its billing page says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.grace import current_of, due_since, grace_ends_at, is_grace_over
from app.billing.plans import find_plan_name
from app.billing.stripe_values import ENDED, SubscriptionState
from app.db.base import now
from app.mail.letters import date_words
from app.phrases import plural

# none: nothing was bought. fine. trying: a payment failed and everything works until the grace
# ends. over: that time is over. confirm: the first payment waits for the bank or the card.
# unpaid: Stripe gave up and the subscription stays. paused: its trial ended without a card. ended.
PaymentKind = Literal["none", "fine", "trying", "over", "confirm", "unpaid", "paused", "ended"]


@dataclass(frozen=True)
class PaymentState:
    """`sentence` says it whole. `pay_url` is of the open invoice at Stripe, where it is paid and
    where a bank's confirmation is given; only in kinds where there is something to pay."""

    kind: PaymentKind
    sentence: str
    grace_ends_at: datetime | None = None
    pay_url: str | None = None

    @property
    def is_trouble(self) -> bool:
        """Whether somebody has to do something."""
        return self.kind in {"trying", "over", "confirm", "unpaid", "paused"}


async def payment_state(
    session: AsyncSession, subscriptions: Sequence[SubscriptionState]
) -> PaymentState:
    """Of the session's workspace, whose subscriptions in the mirror these are."""
    if not subscriptions:
        return PaymentState("none", "Nothing was bought yet.")
    return state_of_payments(subscriptions, await due_since(session), now())


def is_open(status: str) -> bool:
    """Whether what a subscription of this status costs is due, and not paid."""
    return status in ("past_due", "unpaid")


def open_words(plan_name: str) -> str:
    """Why a plan cannot be changed, and what to do first."""
    return (
        f"A payment for {plan_name} is still open, so the plan stays as it is. Pay its invoice "
        "first, by the link on the billing page; then the plan can be changed."
    )


def why_not_now(subscriptions: Sequence[SubscriptionState]) -> str:
    """Why a plan can be neither changed nor bought before something else is done, which it says;
    "" where it can."""
    current = current_of(subscriptions)
    if current is not None:
        return open_words(find_plan_name(current.plan_key)) if is_open(current.status) else ""
    held = [each for each in subscriptions if each.status not in ENDED]
    if not held:
        return ""
    state = _of_no_plan(held)
    if state.is_trouble:
        return state.sentence
    return (
        "A subscription that gives no plan here is open at Stripe, so no other can be bought. End "
        "it there first, from the billing page."
    )


def state_of_payments(
    subscriptions: Sequence[SubscriptionState], since: datetime | None, moment: datetime
) -> PaymentState:
    """How these stand at this moment, with a payment due `since` then or none."""
    current = current_of(subscriptions)
    if current is None:
        return _of_no_plan(subscriptions)
    if current.status != "past_due":
        return PaymentState("fine", _fine(current))
    ends_at = grace_ends_at(since or moment)
    plan = find_plan_name(current.plan_key)
    if is_grace_over(since, moment):
        said = (
            f"The last payment is still open, so the limits of the Free plan have held since "
            f"{date_words(ends_at)}. Pay the invoice to have {plan} back at once."
        )
        return PaymentState("over", said, ends_at, current.invoice_url)
    again = (
        f" It is tried again on {date_words(current.next_payment_at)}."
        if current.next_payment_at
        else ""
    )
    days = plural(ceil((ends_at - moment) / timedelta(days=1)), "more day", "more days")
    said = (
        f"The last payment failed.{again} Everything works for {days}; pay the invoice before then "
        f"to keep {plan}."
    )
    return PaymentState("trying", said, ends_at, current.invoice_url)


def _fine(current: SubscriptionState) -> str:
    if current.status == "trialing" and current.trial_end:
        return f"The trial is free until {date_words(current.trial_end)}."
    return "All payments arrived."


def _of_no_plan(subscriptions: Sequence[SubscriptionState]) -> PaymentState:
    """Of the last one; of one that is still open, if any is."""
    last = max(subscriptions, key=lambda each: (each.status not in ENDED, each.started_at, each.id))
    plan, url = find_plan_name(last.plan_key), last.invoice_url
    if last.status == "incomplete":
        said = (
            f"The first payment for {plan} has not arrived. Confirm it with your bank, or pay with "
            "another card, on the invoice."
        )
        return PaymentState("confirm", said, pay_url=url)
    if last.status == "unpaid":
        said = (
            f"The last payment for {plan} failed several times and is no longer tried. Pay the "
            "invoice to have the plan back."
        )
        return PaymentState("unpaid", said, pay_url=url)
    if last.status == "paused":
        said = (
            f"{plan} is paused at Stripe: nothing is charged, and nothing of it works. End it "
            "there, from the billing page, or ask whoever runs this service to let it go on."
        )
        return PaymentState("paused", said)
    when = f" on {date_words(last.ended_at)}" if last.ended_at else ""
    return PaymentState("ended", f"{plan} ended{when}.")
