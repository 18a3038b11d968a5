"""Looks every hour after payments that are due and trials that end: time brings no event.

Stripe is asked first, so nobody loses a plan because the word of a payment was lost.
"""

from collections.abc import Sequence

import structlog
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.event_metrics import count_problem
from app.billing.news_models import BillingNews
from app.billing.plan_news import TRIAL_WARNING
from app.billing.stripe_models import BillingCustomer, BillingSubscription
from app.db.base import now
from app.jobs.services import Services
from app.jobs.stripe_customers import fetch_customer

log = structlog.get_logger()

DUES_CRON = "11 * * * *"


async def follow_dues(services: Services) -> None:
    """Whose grace has ended has the limits of Free; letters that time brings are written."""
    if services.stripe is None:
        return
    async with services.database.session(every_workspace=True) as session:
        customers = await _list_due(session)
    for customer_id in customers:
        try:
            await fetch_customer(services, customer_id)
        except Exception:
            # Nothing is taken from anybody while Stripe is away.
            count_problem("customer_failed")
            log.exception("billing.customer_failed", customer_id=customer_id)


async def _list_due(session: AsyncSession) -> Sequence[str]:
    """Customers with a payment that is due, or with a trial of which there is something to tell."""
    moment = now()
    told = select(BillingNews.id).where(
        BillingNews.workspace_id == BillingSubscription.workspace_id,
        BillingNews.key.startswith("trial ends " + BillingSubscription.id),
    )
    trials = select(BillingSubscription.workspace_id).where(
        BillingSubscription.status == "trialing",
        or_(
            BillingSubscription.trial_end <= moment,
            and_(BillingSubscription.trial_end <= moment + TRIAL_WARNING, ~told.exists()),
        ),
    )
    found = await session.scalars(
        select(BillingCustomer.stripe_id)
        .where(
            or_(
                BillingCustomer.past_due_since.is_not(None),
                BillingCustomer.workspace_id.in_(trials),
            )
        )
        .order_by(BillingCustomer.stripe_id)
    )
    return found.all()
