"""What Stripe is asked: a customer that an event told of, and every night all of them."""

from collections import defaultdict
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.event_metrics import count_problem
from app.billing.inbox import (
    forget_events,
    list_stuck_customers,
    list_waiting,
    lock_customer,
    mark_done,
)
from app.billing.mirror import find_workspace, overwrite, plan_of, state_of
from app.billing.models import PlanLimits
from app.billing.plans import Limits
from app.billing.stripe_api import StripeApi
from app.billing.stripe_models import BillingCustomer, BillingSubscription
from app.billing.stripe_values import ENTITLED, CustomerState, SubscriptionState
from app.db.session import defer
from app.db.tenancy import enter_workspace
from app.jobs.catalogue import REFRESH_CUSTOMER
from app.jobs.services import Services
from app.renders.leases import wake_dispatchers

log = structlog.get_logger()


@dataclass(frozen=True)
class Reconciled:
    """`compared` customers, of whom `repaired` were not as Stripe says; `failed` could not be read
    or kept, and are as they were."""

    compared: int
    repaired: int
    failed: int = 0


async def refresh_customer(services: Services, *, customer_id: str) -> None:
    """Our copy of this customer is what Stripe says, as of after each event that has come."""
    if services.stripe is None:
        return
    async with services.database.session(every_workspace=True) as session:
        await lock_customer(session, customer_id)
        # Only these are done by it: one that comes while Stripe answers may tell of more.
        waiting = await list_waiting(session, customer_id)
        if waiting:
            await _refresh(session, services.stripe, customer_id)
            await mark_done(session, waiting)


async def _refresh(session: AsyncSession, stripe: StripeApi, customer_id: str) -> bool:
    """Whether our copy changed. The session sees every workspace and holds the customer's lock."""
    state = await stripe.get_customer(customer_id)
    workspace_id = await find_workspace(session, customer_id, state)
    if workspace_id is None or state is None:
        # Nothing is taken away for it: perhaps the keys are those of another account.
        kind = "customer_unknown" if workspace_id is None else "customer_missing"
        count_problem(kind)
        log.warning(f"billing.{kind}", customer_id=customer_id, workspace_id=str(workspace_id))
        return False
    await enter_workspace(session, workspace_id)
    has_changed = await overwrite(session, state)
    await wake_dispatchers(session)
    _tell_problems(state, str(workspace_id))
    return has_changed


def _tell_problems(state: CustomerState, workspace_id: str) -> None:
    giving = [each for each in state.subscriptions if each.status in ENTITLED]
    for each in giving:
        if each.problem:
            count_problem("foreign_price")
            log.warning(
                "billing.foreign_price",
                workspace_id=workspace_id,
                subscription_id=each.id,
                problem=each.problem,
            )
    if len(giving) > 1:
        count_problem("two_subscriptions")
        log.warning(
            "billing.two_subscriptions",
            workspace_id=workspace_id,
            subscription_ids=[each.id for each in giving],
        )


async def reconcile_billing(services: Services) -> Reconciled:
    """Every subscription is as Stripe says, whatever events were lost.

    What fails for one customer keeps no other one from it. Raises StripeFailed when Stripe does not
    list its subscriptions.
    """
    if services.stripe is None:
        return Reconciled(0, 0)
    theirs, unreadable = await _list_theirs(services.stripe)
    async with services.database.session(every_workspace=True) as session:
        ours = await _list_ours(session)
        otherwise_limited = await _list_otherwise_limited(session, ours)
    repaired, failed = 0, len(unreadable)
    customers = sorted({*theirs, *ours} - unreadable)
    for customer_id in customers:
        is_same = theirs.get(customer_id, {}) == ours.get(customer_id, {})
        if is_same and customer_id not in otherwise_limited:
            continue
        try:
            repaired += await _repair(services, services.stripe, customer_id)
        except Exception:
            failed += 1
            count_problem("customer_failed")
            log.exception("billing.customer_failed", customer_id=customer_id)
    log.info("billing.reconciled", compared=len(customers), repaired=repaired, failed=failed)
    return Reconciled(len(customers), repaired, failed)


async def _list_theirs(
    stripe: StripeApi,
) -> tuple[dict[str, dict[str, SubscriptionState]], set[str]]:
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


async def _repair(services: Services, stripe: StripeApi, customer_id: str) -> bool:
    """Whether anything had to be."""
    async with services.database.session(every_workspace=True) as session:
        await lock_customer(session, customer_id)
        has_changed = await _refresh(session, stripe, customer_id)
    if has_changed:
        count_problem("drift")
        log.warning("billing.drift_repaired", customer_id=customer_id)
    return has_changed


async def _list_ours(session: AsyncSession) -> dict[str, dict[str, SubscriptionState]]:
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


async def _list_otherwise_limited(
    session: AsyncSession, ours: dict[str, dict[str, SubscriptionState]]
) -> set[str]:
    """Customers with other limits than their plan has: this version may have changed the plan."""
    rows = await session.execute(
        select(
            *(BillingCustomer.stripe_id, PlanLimits.plan_key, PlanLimits.concurrent_renders),
            *(PlanLimits.videos_per_month, PlanLimits.minutes_per_month),
        ).outerjoin(PlanLimits, PlanLimits.workspace_id == BillingCustomer.workspace_id)
    )
    return {
        stripe_id
        for stripe_id, plan_key, concurrent, videos, minutes in rows
        if (plan_key, Limits(concurrent, videos, minutes)) != _plan_of(ours[stripe_id])
    }


def _plan_of(subscriptions: dict[str, SubscriptionState]) -> tuple[str, Limits] | None:
    """None for those of a plan that this version does not have: Stripe is asked again."""
    try:
        plan = plan_of(subscriptions.values())
    except KeyError:
        return None
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
