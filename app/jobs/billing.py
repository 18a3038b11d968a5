"""Every night all customers are compared with Stripe's, and all day events that nobody did."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.event_metrics import count_problem
from app.billing.inbox import (
    forget_events,
    list_stuck_customers,
)
from app.billing.mirror import plan_of, state_of
from app.billing.models import PlanLimits
from app.billing.plans import Limits, is_plan
from app.billing.stripe_api import StripeApi
from app.billing.stripe_models import BillingCustomer, BillingSubscription
from app.billing.stripe_values import ENDED, SubscriptionState
from app.db.base import now
from app.db.session import defer
from app.jobs.catalogue import REFRESH_CUSTOMER
from app.jobs.services import Services
from app.jobs.stripe_customers import fetch_customer

log = structlog.get_logger()

ASKED_FOR_EVERY = timedelta(days=7)
# With a second for each, half of the job's hour is left to those that differ. Who is left out comes
# first the next night.
UNSEEN_AT_MOST = 1_800
# Of customers that are no team's. The newest first: one whose answer was lost is among them, while
# those of another service in the same account stay for ever.
STRANGERS_AT_MOST = 50

# By customer, then by their own id.
Subscriptions = dict[str, dict[str, SubscriptionState]]


@dataclass(frozen=True)
class Reconciled:
    """`compared` customers, of whom `repaired` were not as Stripe says; `failed` could not be read
    or kept, and are as they were."""

    compared: int
    repaired: int
    failed: int = 0


async def reconcile_billing(services: Services) -> Reconciled:
    """Every subscription is as Stripe says, whatever events were lost; and so is all else of those
    that nobody asked for in the longest time, so many of them.

    What fails for one customer keeps no other one from it. Raises StripeFailed when Stripe does not
    list its subscriptions.
    """
    if services.stripe is None:
        return Reconciled(0, 0)
    theirs, unreadable = await _list_theirs(services.stripe)
    async with services.database.session(every_workspace=True) as session:
        ours = await _list_ours(session)
        differing = await _list_otherwise_limited(session, ours)
        unseen = await _list_unseen(session)
    repaired, failed = 0, len(unreadable)
    for each in theirs.keys() - ours.keys() - set(_strangers(theirs, ours)):
        del theirs[each]
    customers = {*theirs, *ours} - unreadable
    differing |= {
        each for each in customers if _lasting(theirs.get(each)) != _lasting(ours.get(each))
    }
    first = sorted(differing & customers)
    then = [each for each in unseen if each in customers and each not in differing]
    for customer_id in first + then[:UNSEEN_AT_MOST]:
        try:
            has_changed = await fetch_customer(services, customer_id)
            if has_changed and customer_id in differing:
                repaired += 1
                count_problem("drift")
                log.warning("billing.drift_repaired", customer_id=customer_id)
        except Exception:
            failed += 1
            count_problem("customer_failed")
            log.exception("billing.customer_failed", customer_id=customer_id)
    log.info("billing.reconciled", compared=len(customers), repaired=repaired, failed=failed)
    return Reconciled(len(customers), repaired, failed)


async def _list_theirs(stripe: StripeApi) -> tuple[Subscriptions, set[str]]:
    """Stripe's subscriptions by customer; and the customers with one that cannot be read."""
    theirs: defaultdict[str, dict[str, SubscriptionState]] = defaultdict(dict)
    unreadable: set[str] = set()
    async for customer_id, state in stripe.list_subscriptions():
        if state is None:
            count_problem("subscription_unreadable")
            unreadable.add(customer_id)
        else:
            theirs[customer_id][state.id] = state
    return theirs, unreadable


def _strangers(theirs: Subscriptions, ours: Subscriptions) -> list[str]:
    """Customers that are not ours and pay for something, the newest first, so many of them. Of one
    that pays for nothing no answer is waited for: its workspace was deleted, or was never here."""
    begun_at = {
        customer_id: max(running)
        for customer_id, states in theirs.items()
        if customer_id not in ours
        and (running := [each.started_at for each in states.values() if each.status not in ENDED])
    }
    found = sorted(begun_at, key=lambda each: (begun_at[each], each), reverse=True)
    if left_out := found[STRANGERS_AT_MOST:]:
        log.warning("billing.strangers_left_out", count=len(left_out))
    return found[:STRANGERS_AT_MOST]


def _lasting(states: dict[str, SubscriptionState] | None) -> dict[str, SubscriptionState]:
    """Without the link to an invoice, which Stripe writes anew when it is read."""
    return {key: replace(each, invoice_url=None) for key, each in (states or {}).items()}


async def _list_ours(session: AsyncSession) -> Subscriptions:
    """By customer; one without a subscription is there too."""
    rows = await session.execute(
        select(BillingCustomer.stripe_id, BillingSubscription).outerjoin(
            BillingSubscription,
            BillingSubscription.workspace_id == BillingCustomer.workspace_id,
        )
    )
    found: defaultdict[str, dict[str, SubscriptionState]] = defaultdict(dict)
    for stripe_id, row in rows:
        kept = found[stripe_id]
        if row is not None:
            kept[row.id] = state_of(row)
    return found


async def _list_otherwise_limited(session: AsyncSession, ours: Subscriptions) -> set[str]:
    """Customers with other limits than their plan has: this version may have changed the plan."""
    rows = await session.execute(
        select(
            *(BillingCustomer.stripe_id, PlanLimits.plan_key, PlanLimits.concurrent_renders),
            *(PlanLimits.videos_per_month, PlanLimits.minutes_per_month),
            BillingCustomer.past_due_since,
        ).outerjoin(PlanLimits, PlanLimits.workspace_id == BillingCustomer.workspace_id)
    )
    return {
        stripe_id
        for stripe_id, plan_key, concurrent, videos, minutes, since in rows
        if (plan_key, Limits(concurrent, videos, minutes)) != _plan_of(ours[stripe_id], since)
    }


async def _list_unseen(session: AsyncSession) -> list[str]:
    """Customers that nobody asked for in a long time, the longest first: their card and invoices
    are not compared."""
    checked_at = BillingCustomer.checked_at
    found = await session.scalars(
        select(BillingCustomer.stripe_id)
        .where(or_(checked_at.is_(None), checked_at < now() - ASKED_FOR_EVERY))
        .order_by(checked_at.nulls_first(), BillingCustomer.stripe_id)
    )
    return list(found)


def _plan_of(
    subscriptions: dict[str, SubscriptionState], since: datetime | None
) -> tuple[str, Limits] | None:
    """None for those of a plan that this version does not have: Stripe is asked again."""
    if any(each.plan_key and not is_plan(each.plan_key) for each in subscriptions.values()):
        return None
    plan = plan_of(subscriptions.values(), since, now())
    return plan.key, plan.limits


async def reconcile_by_clock(services: Services) -> None:
    """The nightly one."""
    await reconcile_billing(services)


async def sweep_events(services: Services) -> None:
    """Events whose job was lost have another; old ones are gone."""
    async with services.database.session(every_workspace=True) as session:
        if services.stripe is not None:
            for customer_id in await list_stuck_customers(session):
                defer(session, REFRESH_CUSTOMER, customer_id=customer_id)
        if count := await forget_events(session):
            log.info("stripe_events.forgotten", count=count)
