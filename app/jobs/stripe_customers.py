"""What Stripe says of one customer is fetched and kept: by one job at a time, in one order."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.event_metrics import count_problem
from app.billing.inbox import kinds_of, list_waiting, mark_done
from app.billing.leases import drop_lease, hold_lease, take_lease
from app.billing.mirror import find_workspace, overwrite
from app.billing.overage import note_before_change
from app.billing.plan_news import Billed, news_by_clock, news_of_change
from app.billing.standing import standing_of
from app.billing.stripe_api import StripeApi
from app.billing.stripe_values import ENTITLED, CustomerState
from app.billing.telling import read_billed, tell_plan_news
from app.db.base import now
from app.db.session import defer
from app.db.tenancy import enter_workspace
from app.jobs.catalogue import FOLLOW_PLAN, LET_IN, REFRESH_CUSTOMER
from app.jobs.services import Services
from app.renders.leases import wake_dispatchers
from app.settings import Settings

log = structlog.get_logger()

# Longer than Stripe takes, with all tries.
LEASE_WAIT_S, LEASE_LOOK_S = 60, 0.5
# An event that is a reason for a letter; what is true is fetched all the same.
TRIAL_ENDS_SOON = "customer.subscription.trial_will_end"


async def refresh_customer(services: Services, *, customer_id: str) -> None:
    """Our copy of this customer is what Stripe says, as of after each event that has come.

    Where another job is at it, that one goes on until it is.
    """
    if services.stripe is None:
        return
    async with services.database.session(every_workspace=True) as session:
        token = await take_lease(session, customer_id)
    if token is None:
        return
    async with _dropped_on_failure(services, customer_id, token):
        while await _take_turn(services, services.stripe, customer_id, token):
            pass


async def fetch_customer(services: Services, customer_id: str) -> bool:
    """Our copy is what Stripe says now, whether an event came or not; whether that is anything
    new. Raises StripeFailed, and TimeoutError where others ask for this customer all the time."""
    if services.stripe is None:
        return False
    token = await _wait_for_lease(services, customer_id)
    async with _dropped_on_failure(services, customer_id, token):
        state = await services.stripe.get_customer(customer_id)
        async with services.database.session(every_workspace=True) as session:
            if not await hold_lease(session, customer_id, token):
                return False
            has_changed = await _keep(session, services, customer_id, state)
            await _let_go(session, customer_id, token)
    return has_changed


async def _take_turn(services: Services, stripe: StripeApi, customer_id: str, token: UUID) -> bool:
    """What has come is done; whether more came meanwhile. The lease goes with the last."""
    async with services.database.session(every_workspace=True) as session:
        # Only these are done by it: one that comes while Stripe answers may tell of more.
        waiting = await list_waiting(session, customer_id)
    state = await stripe.get_customer(customer_id) if waiting else None
    async with services.database.session(every_workspace=True) as session:
        if not await hold_lease(session, customer_id, token):
            # It took too long: whoever has the lease now asked later, and knows better.
            return False
        if waiting:
            kinds = await kinds_of(session, waiting)
            await _keep(session, services, customer_id, state, kinds)
            await mark_done(session, waiting)
        # Their jobs found the lease taken, and left them to us.
        if await list_waiting(session, customer_id):
            return True
        await drop_lease(session, customer_id, token)
    return False


async def _let_go(session: AsyncSession, customer_id: str, token: UUID) -> None:
    """The lease is dropped; events that came meanwhile have a job again."""
    await drop_lease(session, customer_id, token)
    if await list_waiting(session, customer_id):
        defer(session, REFRESH_CUSTOMER, customer_id=customer_id)


async def _wait_for_lease(services: Services, customer_id: str) -> UUID:
    """Looks again and again, and holds no connection meanwhile."""
    async with asyncio.timeout(LEASE_WAIT_S):
        while True:
            async with services.database.session(every_workspace=True) as session:
                if (token := await take_lease(session, customer_id)) is not None:
                    return token
            await asyncio.sleep(LEASE_LOOK_S)


@asynccontextmanager
async def _dropped_on_failure(
    services: Services, customer_id: str, token: UUID
) -> AsyncIterator[None]:
    """Who failed does not keep the others from trying."""
    try:
        yield
    except BaseException:
        async with services.database.session(every_workspace=True) as session:
            await drop_lease(session, customer_id, token)
        raise


async def _keep(
    session: AsyncSession,
    services: Services,
    customer_id: str,
    state: CustomerState | None,
    kinds: Collection[str] = (),
) -> bool:
    """Whether our copy changed. The session sees every workspace and holds the lease; `kinds` of
    events have led to it."""
    workspace_id = await find_workspace(session, customer_id, state)
    if workspace_id is None or state is None:
        # Nothing is taken away for it: perhaps the keys are those of another account.
        kind = "customer_unknown" if workspace_id is None else "customer_missing"
        count_problem(kind)
        log.warning(f"billing.{kind}", customer_id=customer_id, workspace_id=str(workspace_id))
        return False
    await enter_workspace(session, workspace_id)
    before = await read_billed(session)
    await note_before_change(session, await standing_of(session))
    has_changed = await overwrite(session, state)
    await _tell_news(session, services.settings, before, kinds)
    await wake_dispatchers(session)
    for job in (LET_IN, FOLLOW_PLAN):
        defer(session, job, workspace_id=str(workspace_id))
    _tell_problems(state, str(workspace_id))
    if has_changed:
        _tell_amounts(state, str(workspace_id))
    return has_changed


async def _tell_news(
    session: AsyncSession, settings: Settings, before: Billed, kinds: Collection[str]
) -> None:
    """What is new since `before`, and what time has brought, is told in the same transaction."""
    after = await read_billed(session)
    news = [
        *news_of_change(before, after),
        *news_by_clock(after, now(), trial_ends_soon=TRIAL_ENDS_SOON in kinds),
    ]
    for each in news:
        await tell_plan_news(session, settings, each)


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


def _tell_amounts(state: CustomerState, workspace_id: str) -> None:
    """Told with each change alone: older prices are meant to go on."""
    for each in state.foreign_amounts:
        count_problem("foreign_amount")
        log.warning("billing.foreign_amount", workspace_id=workspace_id, amount=each)
