"""What was used beyond plans is told to Stripe: from the ledger into an outbox, and from there.

Each step may be the last one before a crash: what follows it finds out where it stood.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.event_metrics import count_problem
from app.billing.mirror import list_subscriptions
from app.billing.overage import (
    OPEN_FOR,
    add_events,
    cap_cents,
    may_exceed,
    note_period,
)
from app.billing.overage_models import OverageChoice, OverageEvent, OveragePeriod
from app.billing.overage_moment import billed_at
from app.billing.overage_outbox import keep_failed, keep_sent, keep_tried, list_unsent
from app.billing.overage_prices import OVERAGE_PRODUCT
from app.billing.overage_sale import find_overage_price
from app.billing.overage_shown import news_of_overage
from app.billing.plans import Interval
from app.billing.standing import Standing, standing_of
from app.billing.stripe_api import StripeApi, StripeFailed
from app.billing.stripe_meters import Meters
from app.billing.stripe_models import BillingCustomer
from app.billing.stripe_purchases import Purchases
from app.billing.stripe_values import SubscriptionState
from app.billing.telling import tell_plan_news
from app.db.base import now
from app.db.session import defer
from app.jobs.catalogue import TELL_OVERAGE
from app.jobs.services import Services
from app.jobs.stripe_customers import fetch_customer

log = structlog.get_logger()

# Stripe takes nothing older than 35 days, and knows an identifier again for one day.
OLDEST = timedelta(days=35) - timedelta(hours=1)
KNOWN_FOR = timedelta(hours=23)


async def tell_overage(services: Services, *, workspace_id: str) -> None:
    """Stripe charges by use where that was allowed, and knows what was used. Raises StripeFailed
    for another try."""
    if services.stripe is None:
        return
    workspace = UUID(workspace_id)
    async with services.database.session(workspace_id=workspace) as session:
        customer = await session.get(BillingCustomer, workspace)
        standing, cents = await standing_of(session), await cap_cents(session)
        if cents and may_exceed(standing):
            await note_period(session, standing, cents)
        if await add_events(session, standing) and cents and may_exceed(standing):
            await tell_plan_news(session, services.settings, news_of_overage(standing, cents))
        unsent = await list_unsent(session)
    if customer is None:
        return
    if cents and may_exceed(standing):
        await _sell_by_use(services, services.stripe, standing, customer.stripe_id)
    if unsent:
        subscriptions = await _subscriptions_for(services, customer, unsent)
    for event in unsent:
        await _send(services, Meters(services.stripe), event, customer, subscriptions)


async def _sell_by_use(
    services: Services, stripe: StripeApi, standing: Standing, customer_id: str
) -> None:
    """The subscription has the price by use, and we know it."""
    bought = standing.subscription
    if bought is None or bought.overage_item_id is not None or bought.changes_at is not None:
        # While a change is planned Stripe adds no price; the page says so.
        return
    interval: Interval = "year" if bought.interval == "year" else "month"
    price = await find_overage_price(stripe, interval)
    if price is None:
        return
    held = await Purchases(stripe).get_held(bought.id)
    theirs = {each.price_id for each in held.items if each.product_id == OVERAGE_PRODUCT}
    if theirs - {price.id}:
        # Not one that we know, or it would be in our copy: no second one is charged beside it.
        count_problem("foreign_price")
        log.error("overage.price_foreign", subscription_id=bought.id, price_ids=sorted(theirs))
        return
    if bought.schedule_id and not await Purchases(stripe).drop_spent(bought.schedule_id):
        log.warning("overage.schedule_unknown", subscription_id=bought.id)
        return
    try:
        await Meters(stripe).add_price(bought.id, price.id)
    except StripeFailed as failed:
        # Somebody was quicker, or an answer was lost: what Stripe says next tells.
        if not failed.permanent:
            raise
        log.warning("overage.price_refused", subscription_id=bought.id, reason=str(failed))
    await fetch_customer(services, customer_id)


async def _subscriptions_for(
    services: Services, customer: BillingCustomer, unsent: Sequence[OverageEvent]
) -> Sequence[SubscriptionState]:
    """The customer's; as Stripe says now, where it is too late for an invoice by what we know: who
    tells late may have heard late too."""
    known = await _known_subscriptions(services, customer)
    if all(billed_at(each.happened_at, known, now()) == each.happened_at for each in unsent):
        return known
    await fetch_customer(services, customer.stripe_id)
    return await _known_subscriptions(services, customer)


async def _known_subscriptions(
    services: Services, customer: BillingCustomer
) -> Sequence[SubscriptionState]:
    async with services.database.session(workspace_id=customer.workspace_id) as session:
        return await list_subscriptions(session)


async def _send(
    services: Services,
    meters: Meters,
    event: OverageEvent,
    customer: BillingCustomer,
    subscriptions: Sequence[SubscriptionState],
) -> None:
    """The event is with Stripe, once, and on an invoice."""
    moment = now()
    dated_at = billed_at(event.happened_at, subscriptions, moment)
    try:
        if customer.is_deleted:
            await _give_up(services, event, "the customer is deleted")
            return
        if not await _has_arrived(services, meters, event, customer.stripe_id, moment, dated_at):
            if dated_at is None:
                await _give_up(services, event, "on no invoice any more")
                return
            if dated_at < moment - OLDEST:
                await _give_up(services, event, "older than Stripe takes")
                return
            async with services.database.session(workspace_id=event.workspace_id) as session:
                await keep_tried(session, event, dated_at)
            await meters.tell(str(event.id), customer.stripe_id, event.units, dated_at)
    except StripeFailed as failed:
        await _keep_failed(services, event)
        count_problem("overage_unsent")
        log.warning("overage.unsent", event_id=str(event.id), reason=str(failed))
        raise
    async with services.database.session(workspace_id=event.workspace_id) as session:
        await keep_sent(session, event)
    log.info("overage.told", workspace_id=str(event.workspace_id), units=event.units)


async def _give_up(services: Services, event: OverageEvent, why: str) -> None:
    await _keep_failed(services, event, given_up=why)
    count_problem("overage_lost")
    log.error("overage.lost", event_id=str(event.id), units=event.units, reason=why)


async def _has_arrived(
    services: Services,
    meters: Meters,
    event: OverageEvent,
    customer_id: str,
    moment: datetime,
    dated_at: datetime | None,
) -> bool:
    """Whether an earlier try did, where it is not sent again under its identifier: Stripe does not
    know that any more, or it is too late.

    Only one event of a period is ever in doubt, so what its minute came to decides. A correction is
    sent again: the customer loses nothing by that.
    """
    if event.tried_at is None or event.units < 0:
        return False
    if event.tried_at > moment - KNOWN_FOR and dated_at is not None:
        return False
    theirs = await meters.told_in_minute(customer_id, event.happened_at)
    minute = event.happened_at.replace(second=0, microsecond=0)
    async with services.database.session(workspace_id=event.workspace_id) as session:
        sent = await session.scalars(
            select(OverageEvent.units).where(
                OverageEvent.workspace_id == event.workspace_id,
                OverageEvent.sent_at.is_not(None),
                OverageEvent.happened_at >= minute,
                OverageEvent.happened_at < minute + timedelta(minutes=1),
            )
        )
        ours = sum(sent.all())
    return theirs >= ours + event.units


async def _keep_failed(services: Services, event: OverageEvent, *, given_up: str = "") -> None:
    async with services.database.session(workspace_id=event.workspace_id) as session:
        await keep_failed(session, event, given_up=given_up)


async def sweep_overage(services: Services) -> None:
    """Every workspace that may have something to tell has a job."""
    if services.stripe is None:
        return
    async with services.database.session(every_workspace=True) as session:
        for workspace_id in await _list_workspaces(session):
            defer(session, TELL_OVERAGE, workspace_id=str(workspace_id))


async def _list_workspaces(session: AsyncSession) -> list[UUID]:
    choosing = select(OverageChoice.workspace_id).where(OverageChoice.cap_cents > 0)
    counting = select(OveragePeriod.workspace_id).where(OveragePeriod.period_end > now() - OPEN_FOR)
    unsent = select(OverageEvent.workspace_id).where(
        OverageEvent.sent_at.is_(None), OverageEvent.given_up == ""
    )
    rows = await session.scalars(union(choosing, counting, unsent))
    return list(rows)
