"""What time brings: trials end, periods begin, invoices are charged and tried again, things expire.

Everything that is due is done at its own moment, in order, however far the clock is moved at once.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial

from app.local_stripe.account import Account, Thing
from app.local_stripe.checkout import expire
from app.local_stripe.failures import Refusal
from app.local_stripe.invoices import card_of, collect, finalize
from app.local_stripe.periods import DAY_S, HOUR_S
from app.local_stripe.subscriptions import end_as_asked, end_subscription, renew

# docs.stripe.com/billing/subscriptions/overview: a first invoice that is not paid so long.
INCOMPLETE_FOR_S = 23 * HOUR_S
TRIAL_WARNING_S = 3 * DAY_S

Due = tuple[int, Callable[[], None]]


def move_to(account: Account, moment: int) -> None:
    """The clock shows this moment and goes on from it. Raises Refusal for one that is past."""
    if moment < account.now():
        raise Refusal("The clock can only be moved forward.", param="frozen_time")
    do_what_is_due(account, moment)
    account.offset_s = moment - int(time.time())


def do_what_is_due(account: Account, until: int) -> None:
    """All that is due until then is done."""
    while True:
        due = min(_all_due(account), key=lambda each: each[0], default=None)
        if due is None or due[0] > until:
            return
        with account.held_at(due[0]):
            due[1]()


def next_due(account: Account) -> int | None:
    """When something happens next by itself."""
    return min((moment for moment, _ in _all_due(account)), default=None)


def _all_due(account: Account) -> Iterator[Due]:
    for subscription in account.all("subscription"):
        yield from _of_subscription(account, subscription)
    for invoice in account.all("invoice"):
        yield from _of_invoice(account, invoice)
    for session in account.all("checkout.session", status="open"):
        yield session["expires_at"], partial(expire, account, session)


def _of_subscription(account: Account, subscription: Thing) -> Iterator[Due]:
    status = subscription["status"]
    if status == "incomplete":
        yield (
            subscription["created"] + INCOMPLETE_FOR_S,
            lambda: end_subscription(account, subscription, "payment_failed"),
        )
    if status not in {"active", "trialing", "past_due"}:
        return
    if subscription["cancel_at"] is not None:
        yield (
            subscription["cancel_at"],
            lambda: end_as_asked(account, subscription),
        )
    if status == "trialing" and not account.numbers.get(_warned(subscription)):
        warned_at = max(subscription["created"], subscription["trial_end"] - TRIAL_WARNING_S)
        yield warned_at, lambda: _warn(account, subscription)
    yield (
        subscription["items"]["data"][0]["current_period_end"],
        lambda: _end_period(account, subscription),
    )


def _warn(account: Account, subscription: Thing) -> None:
    account.next_number(_warned(subscription))
    account.emit("customer.subscription.trial_will_end", subscription)


def _warned(subscription: Thing) -> str:
    return f"trial_will_end {subscription['id']} {subscription['trial_end']}"


def _end_period(account: Account, subscription: Thing) -> None:
    without = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if subscription["status"] != "trialing" or card_of(account, subscription) is not None:
        renew(account, subscription)
    elif without == "cancel":
        end_subscription(account, subscription, "cancellation_requested")
    elif without == "pause":
        account.change(subscription, "customer.subscription.paused", status="paused")
    else:
        renew(account, subscription)


def _of_invoice(account: Account, invoice: Thing) -> Iterator[Due]:
    if invoice["next_payment_attempt"] is not None and invoice["status"] in {"draft", "open"}:
        yield invoice["next_payment_attempt"], lambda: _try_invoice(account, invoice)


def _try_invoice(account: Account, invoice: Thing) -> None:
    if invoice["status"] == "draft":
        finalize(account, invoice)
    if collect(account, invoice) or invoice["next_payment_attempt"] is not None:
        return
    # That was the last try.
    of = invoice["parent"]["subscription_details"]["subscription"]
    end_subscription(account, account.get("subscription", of), "payment_failed")
