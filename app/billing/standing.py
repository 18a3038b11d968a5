"""How a workspace stands: its plan, the period that is counted in, and who pays for it.

It reads our own copy of what Stripe says, so it works while Stripe does not.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.grace import current_of
from app.billing.mirror import list_subscriptions, state_of
from app.billing.plans import Limits, Plan, plan_in, plan_query
from app.billing.stripe_models import BillingSubscription
from app.billing.stripe_values import SubscriptionState
from app.db.base import now
from app.db.tenancy import workspace_of


@dataclass(frozen=True)
class Period:
    """What is used is counted from `start` to `end`, and then from nothing again."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Standing:
    """`subscription`: the one that gives the plan, None where none was bought."""

    plan: Plan
    limits: Limits
    period: Period
    subscription: SubscriptionState | None


async def standing_of(session: AsyncSession) -> Standing:
    """Of the session's workspace, now; in one statement, for many pages show something of it."""
    found = await session.execute(
        plan_query(session)
        .add_columns(BillingSubscription)
        .outerjoin(BillingSubscription, BillingSubscription.workspace_id == workspace_of(session))
        .execution_options(populate_existing=True)
    )
    rows = found.all()
    plan, limits = plan_in(rows[0])
    bought = (row.BillingSubscription for row in rows)
    subscription = current_of(state_of(each) for each in bought if each is not None)
    return Standing(plan, limits, period_of(subscription, now()), subscription)


async def current_period(session: AsyncSession) -> Period:
    """In which what the session's workspace uses now is counted."""
    return period_of(current_of(await list_subscriptions(session)), now())


def period_of(subscription: SubscriptionState | None, moment: datetime) -> Period:
    """The subscription's month that `moment` is in, or the calendar's where there is none.

    A yearly one has months too, counted from its day; none outlasts its period, which is shorter
    while it is tried. One whose period has ended is renewed, though Stripe has not told it yet; one
    whose period has not begun is of another clock, and believed.
    """
    if subscription is None:
        moment = moment.astimezone(UTC)
        start = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return Period(start, _months_later(start, 1))
    start = subscription.period_start
    if moment < subscription.period_end and subscription.interval == "month":
        return Period(start, subscription.period_end)
    if moment >= subscription.period_end:
        start = subscription.period_end
    months = max(0, (moment.year - start.year) * 12 + moment.month - start.month)
    if months and _months_later(start, months) > moment:
        months -= 1
    end = _months_later(start, months + 1)
    if moment < subscription.period_end:
        end = min(end, subscription.period_end)
    return Period(_months_later(start, months), end)


def _months_later(moment: datetime, months: int) -> datetime:
    """On the same day, or on the last of a shorter month."""
    year, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + year, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
