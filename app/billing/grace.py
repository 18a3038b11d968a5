"""The time of grace after a failed payment: when it began, when it ends, and what it leaves.

It is counted by our own clock from when we heard of it first, so nobody has less of it because
word came late.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plans import find_plan_name, get_plan, is_plan, rank
from app.billing.stripe_models import BillingCustomer
from app.billing.stripe_values import ENTITLED, SubscriptionState
from app.db.base import now
from app.db.tenancy import workspace_of
from app.workspaces.audit import record

# Stripe tries a card again on the third and the eighth day, and gives up on the fifteenth.
GRACE_DAYS = 10


def grace_ends_at(since: datetime) -> datetime:
    """Until when everything works though a payment has been due `since` then."""
    return since + timedelta(days=GRACE_DAYS)


def is_grace_over(since: datetime | None, moment: datetime) -> bool:
    """Whether what is not paid gives nothing any more; `since` None: nothing is due."""
    return since is not None and moment >= grace_ends_at(since)


def current_of(
    subscriptions: Iterable[SubscriptionState], *, only_paid: bool = False
) -> SubscriptionState | None:
    """The one that gives a plan: of the largest, should there be two. While Stripe tries a card
    again it still does, but where `only_paid`; when Stripe gives up, the subscription ends."""
    giving = [
        each
        for each in subscriptions
        if each.status in ENTITLED
        and is_plan(each.plan_key)
        and not (only_paid and each.status == "past_due")
    ]
    return max(
        giving,
        key=lambda each: (rank(get_plan(each.plan_key or "")), each.started_at, each.id),
        default=None,
    )


async def due_since(session: AsyncSession) -> datetime | None:
    """Since when a payment of the session's workspace has been due; None where none is."""
    since: datetime | None = await session.scalar(
        select(BillingCustomer.past_due_since)
        .where(BillingCustomer.workspace_id == workspace_of(session))
        .execution_options(populate_existing=True)
    )
    return since


async def keep_due_since(
    session: AsyncSession, subscriptions: Iterable[SubscriptionState]
) -> datetime | None:
    """Whether these are paid is kept, with since when they are not; gives that."""
    current = current_of(subscriptions)
    is_due = current is not None and current.status == "past_due"
    before = await due_since(session)
    since = (before or now()) if is_due else None
    if since != before:
        await session.execute(
            update(BillingCustomer)
            .where(BillingCustomer.workspace_id == workspace_of(session))
            .values(past_due_since=since)
        )
        # One that ended without it is no payment, and is told as the plan that is held then.
        if current is not None:
            said = "plan.payment_failed" if is_due else "plan.payment_made"
            plan = find_plan_name(current.plan_key)
            await record(session, None, said, thing=plan, by="stripe")
    return since
