"""What one look at its records makes of a domain: a pure decision, and when to look again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

State = Literal["pending", "verified", "failing", "withdrawn"]
Outcome = Literal["right", "wrong", "unanswered"]
SERVED: tuple[State, ...] = ("verified", "failing")

# Whoever makes records waits for them in the first minutes; later somebody comes back to it.
SOONEST, PENDING_AT_MOST = timedelta(minutes=1), timedelta(hours=6)
GIVEN_UP_AFTER, FORGOTTEN_EVERY = timedelta(days=30), timedelta(days=1)
VERIFIED_EVERY = timedelta(days=7)
DOUBTED_EVERY = timedelta(hours=1)
# Two looks that are nearer to each other may find the same passing fault of a server.
WRONG_FOR = timedelta(minutes=30)
# A worker that dies while it looks has not looked.
CLAIMED_FOR = timedelta(minutes=5)
# How long a domain goes on after the plan that had it.
PLAN_ENDS_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Standing:
    """How a domain stands before a look. `wrong_at`: when the last one was, if that found wrong
    records."""

    state: State
    asked_at: datetime
    wrong_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """How it stands after the look, and when the next one is due. `tells` is the letter to send."""

    state: State
    next_in: timedelta
    tells: Literal["", "failing", "withdrawn"] = ""


def next_step(standing: Standing, outcome: Outcome, now: datetime, withdraw_days: int) -> Step:
    """Records that are right make it verified. Of a verified one they must be missing at two looks
    with some time between before the team is told, and as many days later still before it is
    withdrawn; servers that do not answer change nothing."""
    state = standing.state
    if outcome == "right":
        return Step("verified", VERIFIED_EVERY)
    if state not in SERVED:
        is_pending = state == "pending"
        wait = pending_wait(now - standing.asked_at) if is_pending else FORGOTTEN_EVERY
        return Step(state, wait)
    was_wrong = standing.wrong_at is not None and now - standing.wrong_at >= WRONG_FOR
    if outcome == "unanswered" or (state == "verified" and not was_wrong):
        return Step(state, DOUBTED_EVERY)
    if state == "verified":
        return Step("failing", DOUBTED_EVERY, tells="failing")
    if now >= withdrawn_at(standing.told_at or now, withdraw_days):
        return Step("withdrawn", FORGOTTEN_EVERY, tells="withdrawn")
    return Step("failing", DOUBTED_EVERY)


def state_of(kept: str) -> State:
    """As the database's own check holds it to these."""
    return cast(State, kept)


def pending_wait(age: timedelta) -> timedelta:
    """A quarter of the time that has passed, within limits."""
    if age > GIVEN_UP_AFTER:
        return FORGOTTEN_EVERY
    return max(SOONEST, min(age / 4, PENDING_AT_MOST))


def withdrawn_at(told_at: datetime, withdraw_days: int) -> datetime:
    """When a domain whose team was told then is no longer served."""
    return told_at + timedelta(days=withdraw_days)
