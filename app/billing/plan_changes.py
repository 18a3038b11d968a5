"""Another plan for who has one: what it costs, when it begins, and the change itself.

What was paid for stays until its period ends: a larger plan begins at once and is paid for the rest
of the period, a smaller one begins with the next.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.billing.overage_sale import find_overage_price
from app.billing.payment_state import is_open, open_words
from app.billing.plan_words import price_words
from app.billing.plans import Interval, Plan, find_plan_name, rank
from app.billing.previews import Preview
from app.billing.purchase_lock import one_purchase_at_a_time
from app.billing.purchase_values import Held, Item
from app.billing.purchases import find_price
from app.billing.running_plan import NothingToChange, Running, get_running
from app.billing.shop import Shop
from app.billing.stripe_api import StripeFailed
from app.billing.stripe_purchases import Purchases
from app.billing.stripe_values import SubscriptionState
from app.db.base import now
from app.errors import LoomliteError
from app.workspaces.audit import record

log = structlog.get_logger()

# After a change that failed, and beyond the time that a page has: three requests.
SET_BACK_WITHIN_S = 20.0
# What was shown holds for so long; Stripe counts from the moment that was shown.
SHOWN_FOR_S = 3600


class PaymentOpen(NothingToChange):
    """What the plan costs is not paid: a change would credit what nobody paid, and its own small
    invoice would be the one that Stripe goes by from then on."""


class ChangedMeanwhile(LoomliteError):
    """The subscription is not what the page showed, so what it said does not hold."""

    status = 409


@dataclass(frozen=True)
class Change:
    """From `begins_at` on `plan` holds, for `next_cents` on the next invoice. `preview`: what is
    paid for it at once; None when nothing is. `at` is what it was counted from; both None when it
    begins later, or while a trial runs."""

    plan: Plan
    interval: Interval
    is_now: bool
    begins_at: datetime
    next_at: datetime
    next_cents: int
    preview: Preview | None
    at: int | None
    # What else it does: the subscription was to end, or another change was planned.
    goes_on: bool
    drops_planned: bool


def begins_now(running: Running, plan: Plan, interval: Interval) -> bool:
    """A trial costs nothing yet; else a larger plan or a longer interval begins at once."""
    if running.subscription.status == "trialing":
        return True
    if rank(plan) != rank(running.plan):
        return rank(plan) > rank(running.plan)
    return (running.interval, interval) == ("month", "year")


async def preview_change(
    session: AsyncSession, shop: Shop, plan: Plan, interval: Interval
) -> Change:
    """What it would bring. Raises NothingToChange, PaymentOpen and StripeFailed."""
    running = await get_running(session)
    _refuse(running, plan, interval)
    state = running.subscription
    is_now = begins_now(running, plan, interval)
    preview, at, next_at = None, None, state.period_end
    purchases = shop.purchases
    price = await find_price(purchases, plan, interval)
    held = await purchases.get_held(state.id)
    _refuse_open(running, held.status)
    items = held.items
    changed = changed_items(items, price.id, await _by_use(shop, items, interval))
    goes_on = state.cancel_at is not None
    if is_now and state.status != "trialing":
        # Within the period by Stripe's own clock, which may be another than ours.
        at = min(max(int(now().timestamp()), items[0].period[0]), items[0].period[1])
        preview = await purchases.preview_change(running.customer_id, state.id, changed, at)
        next_at = preview.next_at
    return Change(
        plan,
        interval,
        is_now,
        now() if is_now else state.period_end,
        next_at,
        await purchases.preview_price(
            running.customer_id, state.id, changed, price.id, goes_on=goes_on
        ),
        preview,
        at,
        goes_on=goes_on,
        drops_planned=state.changes_at is not None,
    )


async def make_change(
    session: AsyncSession,
    shop: Shop,
    person: User,
    plan: Plan,
    interval: Interval,
    *,
    seen_price_id: str,
    at: int | None,
) -> Running:
    """The subscription has this plan, or has it from its next period on; gives what it was.

    `seen_price_id` is what it had when the person was shown what a change costs, and `at` what that
    was counted from. Raises NothingToChange, PaymentOpen, ChangedMeanwhile and StripeFailed: then
    the plan is what it was, and ends if it was to; but another change that was planned before may
    be given up, and what Stripe did not answer in time may be done.
    """
    await one_purchase_at_a_time(session)
    running = await get_running(session)
    _refuse(running, plan, interval)
    state = running.subscription
    is_now = begins_now(running, plan, interval)
    if state.price_id != seen_price_id or _is_stale(is_now, state, at):
        raise ChangedMeanwhile(
            "The plan or its price changed meanwhile. Look at the figures again."
        )
    purchases = shop.purchases
    price = await find_price(purchases, plan, interval)
    held = await purchases.get_held(state.id)
    _refuse_open(running, held.status)
    # Word of a switch in the portal may not have come: what begins at once would be another thing.
    if held.plan_price_ids != {seen_price_id}:
        raise ChangedMeanwhile("Your plan has changed meanwhile. Look at the figures again.")
    changed = changed_items(held.items, price.id, await _by_use(shop, held.items, interval))
    if state.schedule_id is not None:
        await purchases.drop_planned(state.schedule_id)
    if is_now:
        await purchases.change_now(
            state.id,
            changed,
            at=at,
            goes_on=state.cancel_at is not None,
        )
    else:
        await _change_later(purchases, state, held, changed, plan.lookup_key(interval), interval)
    after = f"{plan.name}, {price_words(plan, interval)}"
    await record(
        session,
        person,
        "plan.changed" if is_now else "plan.change_scheduled",
        thing="" if is_now else plan.name,
        before={"plan": running.words},
        after={"plan": after},
    )
    return running


async def _change_later(
    purchases: Purchases,
    state: SubscriptionState,
    held: Held,
    changed: Sequence[dict[str, Any]],
    lookup_key: str,
    interval: Interval,
) -> None:
    then: list[dict[str, Any]] = [
        {name: each[name] for name in ("price", "quantity") if name in each} for each in changed
    ]
    try:
        if held.cancel_at is not None:
            await purchases.set_ending(state.id, ends=False)
        await purchases.plan_change(state.id, held, then, lookup_key=lookup_key, interval=interval)
    except BaseException:
        if held.cancel_at is not None:
            # Else a plan that somebody cancelled would be charged again. Nothing cuts it short.
            await asyncio.shield(_end_as_before(purchases, state, held))
        raise


async def _end_as_before(purchases: Purchases, state: SubscriptionState, held: Held) -> None:
    """Raises StripeFailed, which says what to do, where Stripe does not do it."""
    try:
        async with asyncio.timeout(SET_BACK_WITHIN_S):
            await purchases.end_as_before(state.id, held)
    except (StripeFailed, TimeoutError) as failure:
        log.exception("billing.ending_lost", subscription_id=state.id)
        raise StripeFailed(
            "The plan was not changed, and it may be that it does not end any more, though it was "
            "cancelled. Look at the billing page in a few minutes, and cancel it again if it goes "
            "on.",
            permanent=False,
        ) from failure


async def _by_use(shop: Shop, items: Sequence[Item], interval: Interval) -> str | None:
    """The price for what is beyond the plan, paid as often as the plan; None where the subscription
    has none. Raises StripeFailed where Stripe's is missing or not ours."""
    if not any(each.is_metered for each in items):
        return None
    price = await find_overage_price(shop.stripe, interval)
    if price is None:
        raise StripeFailed(
            "The plan cannot be changed right now: the price for videos beyond it is not the one "
            "shown here. Whoever runs this service was told; nothing was changed.",
            permanent=True,
        )
    return price.id


async def end_plan(session: AsyncSession, shop: Shop, person: User, *, ends: bool) -> Running:
    """The plan ends with its period, or, taken back, it does not.

    Raises NothingToChange and StripeFailed; a change that was planned may be given up all the same.
    """
    await one_purchase_at_a_time(session)
    running = await get_running(session)
    state = running.subscription
    if state.schedule_id is not None and ends:
        await shop.purchases.drop_planned(state.schedule_id)
    await shop.purchases.set_ending(state.id, ends=ends)
    action = "plan.cancelled" if ends else "plan.cancellation_undone"
    after = {"ends on": f"{state.period_end:%Y-%m-%d}"} if ends else None
    await record(session, person, action, thing=running.plan.name, after=after)
    return running


async def drop_planned_change(session: AsyncSession, shop: Shop, person: User) -> Running:
    """The plan stays what it is. Raises NothingToChange and StripeFailed."""
    await one_purchase_at_a_time(session)
    running = await get_running(session)
    state = running.subscription
    if state.schedule_id is None:
        raise NothingToChange("No change is planned any more.")
    await shop.purchases.drop_planned(state.schedule_id)
    before = {"planned": find_plan_name(state.next_plan_key)}
    await record(session, person, "plan.changed", before=before, after={"plan": running.words})
    return running


def changed_items(
    items: Sequence[Item], price_id: str, by_use_id: str | None
) -> list[dict[str, Any]]:
    """The items with another price in place of the plan's, and with that by use, which has to be
    paid as often; `by_use_id` is None where nothing is paid by use."""
    changed: list[dict[str, Any]] = []
    for each in items:
        if not each.is_metered:
            changed.append({"id": each.id, "price": price_id, "quantity": 1})
        else:
            changed.append({"id": each.id, "price": by_use_id})
    return changed


def _refuse(running: Running, plan: Plan, interval: Interval) -> None:
    if not plan.is_sold:
        raise NothingToChange("To go back to Free, cancel the plan: it stays until it is used up.")
    if (running.plan.key, running.interval) == (plan.key, interval):
        raise NothingToChange(f"This workspace has {running.words} already.")
    _refuse_open(running, running.subscription.status)


def _refuse_open(running: Running, status: str) -> None:
    if is_open(status):
        raise PaymentOpen(open_words(running.plan.name))


def _is_stale(is_now: bool, state: SubscriptionState, at: int | None) -> bool:
    if not is_now or state.status == "trialing":
        return at is not None
    if at is None:
        return True
    if state.period_start > now():
        # Of a clock that was moved on: preview_change counts from its beginning, and no later, when
        # less of it would be left to pay for.
        return at != int(state.period_start.timestamp())
    age_s = (now() - datetime.fromtimestamp(at, UTC)).total_seconds()
    return not -60 <= age_s <= SHOWN_FOR_S
