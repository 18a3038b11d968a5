"""The plans as somebody chooses among them: prices, and what each has that the others have not."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.billing.plan_changes import begins_now
from app.billing.plan_words import (
    dollars,
    length_words,
    room_words,
    saving_words,
    seats_words,
    storage_words,
)
from app.billing.plans import PLANS, Interval, Plan, rank
from app.billing.running_plan import Running
from app.phrases import sentence


@dataclass(frozen=True)
class Choice:
    """`price` for one `interval`; `act` is what its button says, "" for none; `note` is beneath."""

    plan: Plan
    price: str
    points: tuple[str, ...]
    act: str
    note: str
    is_current: bool


def list_choices(
    interval: Interval,
    plan_now: Plan,
    running: Running | None,
    trial_days: int,
    *,
    can_choose: bool = True,
) -> list[Choice]:
    """All plans, for a workspace that has `plan_now`, by `running` if it pays for it."""
    return [
        Choice(
            plan,
            dollars(plan.cents(interval) or 0),
            tuple(_points(plan)),
            _act(plan, interval, plan_now, running, trial_days) if can_choose else "",
            _note(plan, interval, running),
            _is_current(plan, interval, plan_now, running),
        )
        for plan in PLANS
    ]


def _is_current(plan: Plan, interval: Interval, plan_now: Plan, running: Running | None) -> bool:
    if running is None:
        return plan.key == plan_now.key
    return (running.plan.key, running.interval) == (plan.key, interval)


def _act(
    plan: Plan, interval: Interval, plan_now: Plan, running: Running | None, trial_days: int
) -> str:
    # Without a subscription one's own plan is what an operator set: there is nothing to try in it.
    if not plan.is_sold or _is_current(plan, interval, plan_now, running):
        return ""
    if running is None:
        return f"Try {plan.name} for {trial_days} days" if trial_days else f"Buy {plan.name}"
    if running.plan.key == plan.key:
        return f"Pay by {interval}"
    larger = rank(plan) > rank(running.plan)
    return f"Upgrade to {plan.name}" if larger else f"Change to {plan.name}"


def _note(plan: Plan, interval: Interval, running: Running | None) -> str:
    if not plan.is_sold:
        return "When a plan is cancelled" if running else ""
    if running is not None and not _is_current(plan, interval, plan, running):
        return "" if begins_now(running, plan, interval) else "From your next period on"
    return saving_words(plan) if interval == "year" else ""


def _points(plan: Plan) -> Iterator[str]:
    at_once = plan.concurrent_renders
    yield sentence(room_words(plan))
    yield f"{at_once} {'video' if at_once == 1 else 'videos'} made at once"
    yield sentence(length_words(plan))
    yield sentence(storage_words(plan))
    yield sentence(seats_words(plan))
    if not plan.shows_made_with:
        yield "Pages without our name"
    if plan.custom_domain:
        yield "A domain of your own"
