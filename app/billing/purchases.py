"""Buying the first plan: one customer, one open page to pay on, and one subscription."""

import hashlib

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.billing.event_metrics import count_problem
from app.billing.mirror import keep_customer
from app.billing.payment_state import why_not_now
from app.billing.plan_words import price_words
from app.billing.plans import TRIAL_DAYS, Interval, Plan
from app.billing.price_list import price_faults
from app.billing.purchase_lock import one_purchase_at_a_time
from app.billing.shop import Shop
from app.billing.sold_values import SoldPrice
from app.billing.stripe_api import StripeFailed
from app.billing.stripe_models import BillingCustomer
from app.billing.stripe_purchases import Purchases
from app.billing.stripe_values import ENDED, CustomerState
from app.db.base import now
from app.db.tenancy import workspace_of
from app.errors import LoomliteError
from app.workspaces.audit import record
from app.workspaces.models import Workspace

log = structlog.get_logger()

SAME_KEY_FOR_S = 300


class BoughtAlready(LoomliteError):
    """The workspace has a subscription at Stripe, so it changes that and buys no second one."""

    status = 409


async def find_customer(session: AsyncSession) -> BillingCustomer | None:
    """Who pays for the session's workspace, if somebody ever began to buy."""
    found: BillingCustomer | None = await session.scalar(
        select(BillingCustomer)
        .where(BillingCustomer.workspace_id == workspace_of(session))
        .execution_options(populate_existing=True)
    )
    return found


async def begin_checkout(
    session: AsyncSession,
    shop: Shop,
    workspace: Workspace,
    person: User,
    plan: Plan,
    interval: Interval,
    *,
    return_url: str,
    cancel_url: str,
) -> str:
    """The address of Stripe's page to pay on: the only one of this workspace that is open, and the
    same as before where it is for the same price.

    Raises BoughtAlready, and StripeFailed; a customer that was made is kept all the same.
    """
    await one_purchase_at_a_time(session)
    purchases = shop.purchases
    price = await find_price(purchases, plan, interval)
    customer = await _customer(session, purchases, workspace, person)
    state = await shop.stripe.get_customer(customer.stripe_id)
    if state is None or state.is_deleted:
        customer.is_deleted = True
        customer = await _customer(session, purchases, workspace, person)
    _refuse_second(state)
    for each in await purchases.list_checkouts(customer.stripe_id):
        if each.price_id == price.id and each.url:
            return each.url
        # Otherwise somebody could pay on both.
        await purchases.expire_checkout(each.id)
    # One that was paid since then is in no list of open pages. From here on nobody has one.
    state = await shop.stripe.get_customer(customer.stripe_id)
    _refuse_second(state)
    trial_days = await trial_days_of(session, state)
    customer.checkouts += 1
    made = await purchases.create_checkout(
        customer.stripe_id,
        price,
        workspace_id=str(workspace.id),
        trial_days=trial_days,
        return_url=return_url,
        cancel_url=cancel_url,
        key=_key(customer, price.id, str(trial_days), return_url, cancel_url),
    )
    after: dict[str, str | int] = {"price": price_words(plan, interval), "trial days": trial_days}
    await record(session, person, "plan.checkout_started", thing=plan.name, after=after)
    return made.url


async def find_price(purchases: Purchases, plan: Plan, interval: Interval) -> SoldPrice:
    """Stripe's price for it. Raises StripeFailed for one that is missing or not as the plan says;
    whoever runs the service finds it in the log and the metrics."""
    lookup_key = plan.lookup_key(interval)
    price = await purchases.find_price(lookup_key)
    faults = ["is missing"] if price is None else list(price_faults(plan, interval, price))
    if price is None or faults:
        count_problem("foreign_price")
        log.error("billing.price_refused", lookup_key=lookup_key, faults=faults)
        raise StripeFailed(
            f"{plan.name} cannot be bought right now: its price at Stripe is not the one shown "
            "here. Whoever runs this service was told; nothing was charged.",
            permanent=True,
        )
    return price


async def trial_days_of(session: AsyncSession, state: CustomerState | None = None) -> int:
    """How many days the workspace's next subscription is tried for nothing: once, and never
    again."""
    customer = await find_customer(session)
    had = customer is not None and customer.had_trial
    had = had or (state is not None and any(each.trial_end for each in state.subscriptions))
    return 0 if had else TRIAL_DAYS


async def _customer(
    session: AsyncSession, purchases: Purchases, workspace: Workspace, person: User
) -> BillingCustomer:
    known = await find_customer(session)
    if known is not None and not known.is_deleted:
        return known
    # With the same key a customer whose answer was lost comes back, and no second one is made. Not
    # for long: Stripe gives a failure back with it, too.
    minutes = int(now().timestamp()) // SAME_KEY_FOR_S
    former = known.stripe_id if known else "none"
    key = f"customer:{workspace.id}:{former}:{_digest(workspace.name, person.email)}:{minutes}"
    made = await purchases.create_customer(str(workspace.id), workspace.name, person.email, key)
    await keep_customer(session, workspace.id, made)
    customer = await find_customer(session)
    if customer is None:
        raise LookupError(f"the customer {made} was not kept")
    return customer


def _refuse_second(state: CustomerState | None) -> None:
    if state is not None and any(each.status not in ENDED for each in state.subscriptions):
        raise BoughtAlready(
            why_not_now(state.subscriptions)
            or "This workspace has a subscription already, so nothing was bought. Change its plan "
            "here instead."
        )


def _key(customer: BillingCustomer, *said: str) -> str:
    return f"checkout:{customer.stripe_id}:{customer.checkouts}:{_digest(*said)}"


def _digest(*said: str) -> str:
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
