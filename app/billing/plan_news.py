"""What owner and admins are told of a plan and its payments: found by comparing before and after.

It reads and writes nothing. Each piece of news has a key, by which it is told once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.billing.grace import GRACE_DAYS, current_of, grace_ends_at, is_grace_over
from app.billing.plan_words import dollars, room_words
from app.billing.plans import FREE, find_plan_name, get_plan
from app.billing.stripe_values import SubscriptionState
from app.mail.letters import date_words

TRIAL_WARNING = timedelta(days=3)
PAY, SEE = "Pay the invoice", "See your plan"


@dataclass(frozen=True)
class Billed:
    """How a workspace stands: what it bought, and since when a payment has been due. `to_confirm`:
    id and address of an invoice whose bank waits for a person's word."""

    subscriptions: tuple[SubscriptionState, ...]
    due_since: datetime | None
    has_card: bool = True
    to_confirm: tuple[str, str] | None = None

    @property
    def current(self) -> SubscriptionState | None:
        return current_of(self.subscriptions)


@dataclass(frozen=True)
class PlanNews:
    """`key` is the same whenever the same is told, but for what `may_come_again`. `url`: elsewhere
    than on the billing page."""

    key: str
    kind: Literal["good", "warn", "bad"]
    headline: str
    lines: tuple[str, ...]
    step: str = SEE
    url: str = ""
    may_come_again: bool = False


def news_of_change(before: Billed, after: Billed) -> Iterator[PlanNews]:
    """What has come about between the two."""
    was, now = before.current, after.current
    if now is not None and (was is None or was.id != now.id):
        yield _begun(now)
    if was is not None and now is not None and was.id == now.id:
        yield from _gone_on(was, now)
    if was is not None and now is None:
        yield _ended(was, after)
    if before.due_since and not after.due_since and now is not None:
        yield PlanNews(
            f"paid {now.id} {before.due_since.isoformat()}",
            "good",
            "Your payment arrived",
            (f"Nothing is due any more, and {_plan(now)} goes on.",),
        )
    waits = {each.id for each in before.subscriptions if each.status == "incomplete"}
    for each in after.subscriptions:
        if each.status == "incomplete" and each.id not in waits:
            yield _to_confirm(each)


def news_by_clock(
    state: Billed, moment: datetime, *, trial_ends_soon: bool = False
) -> Iterator[PlanNews]:
    """What time alone brings: of a payment that is due, and of a trial that ends.

    `trial_ends_soon`: Stripe's clock says so, whatever ours does.
    """
    now = state.current
    if now is None:
        return
    if state.due_since is not None and now.status == "past_due":
        is_early = moment < _middle(state.due_since)
        if state.to_confirm is not None:
            yield _confirm_due(now, state.due_since, *state.to_confirm)
        if state.to_confirm is None or not is_early:
            yield _due(now, state.due_since, moment)
    if now.status != "trialing" or now.trial_end is None:
        return
    # A short trial's end was told when it began.
    is_long = now.trial_end - now.started_at > TRIAL_WARNING
    if trial_ends_soon or (is_long and moment >= now.trial_end - TRIAL_WARNING):
        yield _trial_ending(now, has_card=state.has_card)


def _confirm_due(now: SubscriptionState, since: datetime, invoice_id: str, url: str) -> PlanNews:
    """The bank wants its customer to confirm the payment of an open invoice."""
    return PlanNews(
        f"confirm {invoice_id}",
        "warn",
        "Your bank asks you to confirm a payment",
        (
            f"The payment for {_plan(now)} goes through when you have confirmed it. The invoice's "
            "page leads to your bank.",
            f"Everything works until {date_words(grace_ends_at(since))}, whatever comes of it.",
        ),
        "Confirm the payment",
        url,
    )


def _begun(now: SubscriptionState) -> PlanNews:
    room = f"{_plan(now)} has {room_words(get_plan(now.plan_key or ''))}."
    if now.status == "trialing" and now.trial_end:
        until = date_words(now.trial_end)
        said = (
            f"Everything is free until {until}. Then it is {_price(now)}, unless you cancel before."
        )
        return PlanNews(
            f"begun {now.id}", "good", f"Your trial of {_plan(now)} has begun", (room, said)
        )
    said = f"You pay {_price(now)}; the next payment is on {date_words(now.period_end)}."
    return PlanNews(f"begun {now.id}", "good", f"You have {_plan(now)} now", (room, said))


def _gone_on(was: SubscriptionState, now: SubscriptionState) -> Iterator[PlanNews]:
    if (was.plan_key, was.interval) != (now.plan_key, now.interval):
        lines = (
            f"{_plan(now)} has {room_words(get_plan(now.plan_key or ''))}, for {_price(now)}.",
            "Videos that are made stay as they are.",
        )
        yield PlanNews(
            f"changed {now.id}",
            "good",
            f"Your plan is {_plan(now)} now",
            lines,
            may_come_again=True,
        )
    if was.status == "trialing" and now.status == "active":
        said = f"{_plan(now)} goes on for {_price(now)}. The next payment is on " + (
            f"{date_words(now.period_end)}."
        )
        yield PlanNews(f"trial over {now.id}", "good", "Your trial has ended", (said,))
    if now.cancel_at and now.cancel_at != was.cancel_at:
        end = date_words(now.cancel_at)
        lines = (
            f"{_plan(now)} is cancelled and holds until {end}. Then the Free plan does, with "
            f"{room_words(FREE)}.",
            "Until then you can undo it. Videos that are made are not taken away on that day.",
        )
        yield PlanNews(
            f"cancelled {now.id}",
            "warn",
            f"{_plan(now)} ends on {end}",
            lines,
            may_come_again=True,
        )
    elif was.cancel_at and now.cancel_at is None:
        yield PlanNews(
            f"kept {now.id}",
            "good",
            f"{_plan(now)} goes on",
            (f"The cancellation is undone. The next payment is on {date_words(now.period_end)}.",),
            may_come_again=True,
        )


def _ended(was: SubscriptionState, after: Billed) -> PlanNews:
    unpaid = next((each for each in after.subscriptions if each.id == was.id), was)
    why = "Its payment failed several times. " if _was_not_paid(was, unpaid) else ""
    return PlanNews(
        f"ended {was.id}",
        "warn",
        f"{_plan(was)} has ended",
        (
            f"{why}The Free plan holds now, with {room_words(FREE)}.",
            "Videos that are made are there. What the Free plan keeps for less time is told before "
            "it goes.",
        ),
    )


def _was_not_paid(was: SubscriptionState, ended: SubscriptionState) -> bool:
    """Whether it ended because nobody paid."""
    return was.status == "past_due" or ended.status == "unpaid"


def _due(now: SubscriptionState, since: datetime, moment: datetime) -> PlanNews:
    ends_at, key = grace_ends_at(since), f"due {now.id} {since.isoformat()}"
    plan, end, url = _plan(now), date_words(ends_at), now.invoice_url or ""
    hint = (
        "The invoice can be paid with another card too. Where your bank wants you to confirm the "
        "payment, its page leads to the bank."
    )
    lines: tuple[str, ...]
    if is_grace_over(since, moment):
        lines = (
            f"A payment has been due for {GRACE_DAYS} days, so the limits of the Free plan hold: "
            f"{room_words(FREE)}. {plan} is back as soon as the invoice is paid.",
            "Videos that are made stay.",
            hint,
        )
        return PlanNews(f"{key} over", "bad", f"{plan} is on hold", lines, PAY, url)
    if moment >= _middle(since):
        lines = (
            f"The last payment for {plan} failed and is still open. Everything works until {end}; "
            "from then on the limits of the Free plan hold.",
            hint,
        )
        headline = f"A payment is open: {plan} works until {end}"
        return PlanNews(f"{key} middle", "warn", headline, lines, PAY, url)
    again = (
        f"It is tried again on {date_words(now.next_payment_at)}. " if now.next_payment_at else ""
    )
    lines = (
        f"The payment for {plan} failed. {again}Everything works until {end}, whatever comes of "
        "it.",
        hint,
    )
    return PlanNews(key, "bad", "Your payment failed", lines, PAY, url)


def _middle(since: datetime) -> datetime:
    return since + timedelta(days=GRACE_DAYS / 2)


def _trial_ending(now: SubscriptionState, *, has_card: bool) -> PlanNews:
    end = date_words(now.trial_end or now.period_end)
    key = f"trial ends {now.id} {end}"
    headline = f"Your trial of {_plan(now)} ends on {end}"
    if now.cancel_at:
        said = "It is cancelled, so nothing is charged, and the Free plan holds afterwards."
    elif has_card:
        said = f"From then on it is {_price(now)}, unless you cancel before."
    else:
        said = (
            f"From then on it is {_price(now)}. No card is kept yet: add one before, or the plan "
            "ends."
        )
    return PlanNews(key, "warn", headline, (said,))


def _to_confirm(each: SubscriptionState) -> PlanNews:
    return PlanNews(
        f"confirm {each.id}",
        "warn",
        f"The first payment for {_plan(each)} waits for you",
        (
            "Your bank may ask you to confirm it. The plan begins when the invoice is paid, with "
            "this card or another one.",
        ),
        "Confirm the payment",
        each.invoice_url or "",
    )


def _plan(subscription: SubscriptionState) -> str:
    return find_plan_name(subscription.plan_key)


def _price(subscription: SubscriptionState) -> str:
    return f"{dollars(subscription.unit_amount)} a {subscription.interval}"
