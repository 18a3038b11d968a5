"""The subscription that gives a workspace its plan, from our own copy of what Stripe says."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.grace import current_of
from app.billing.mirror import list_subscriptions
from app.billing.payment_state import why_not_now
from app.billing.plan_words import price_words
from app.billing.plans import INTERVALS, Interval, Plan, get_plan
from app.billing.purchases import find_customer
from app.billing.stripe_values import SubscriptionState
from app.errors import LoomliteError


class NothingToChange(LoomliteError):
    """There is no subscription of ours to change, or it is as asked for already."""

    status = 409


@dataclass(frozen=True)
class Running:
    """The subscription that gives the plan, and whose it is."""

    customer_id: str
    subscription: SubscriptionState
    plan: Plan
    interval: Interval

    @property
    def words(self) -> str:
        return f"{self.plan.name}, {price_words(self.plan, self.interval)}"


async def get_running(session: AsyncSession) -> Running:
    """Raises NothingToChange."""
    customer, subscriptions = await find_customer(session), await list_subscriptions(session)
    current = current_of(subscriptions)
    if customer is None or current is None or current.interval not in INTERVALS:
        raise NothingToChange(
            why_not_now(subscriptions)
            or "This workspace has no plan that could be changed. Choose one first."
        )
    plan = get_plan(current.plan_key or "")
    interval: Interval = "year" if current.interval == "year" else "month"
    return Running(customer.stripe_id, current, plan, interval)
