"""The period that use is counted in: the subscription's months, and no longer than it runs."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.billing.standing import Period, period_of
from app.billing.stripe_values import SubscriptionState


def _day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T10:00:00").replace(tzinfo=UTC)


def _bought(start: str, end: str, interval: str = "year", **more: Any) -> SubscriptionState:
    return SubscriptionState(
        id="sub_1", status="active", price_id="price_1", lookup_key="loomlite_growth_yearly",
        plan_key="growth", interval=interval, currency="usd", unit_amount=99_000, quantity=1,
        started_at=_day(start), period_start=_day(start), period_end=_day(end), trial_end=None,
        cancel_at=None, ended_at=None, invoice_status="paid", invoice_url=None,
        next_payment_at=None, problem="", **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bought", "moment", "start", "end"),
    [
        # A trial of two weeks, paid by the year or by the month.
        (_bought("2026-11-01", "2026-11-15"), "2026-11-08", "2026-11-01", "2026-11-15"),
        (_bought("2026-11-01", "2026-11-15", "month"), "2026-11-08", "2026-11-01", "2026-11-15"),
        # Over, though Stripe has not told it yet: the year has begun.
        (_bought("2026-11-01", "2026-11-15"), "2026-11-20", "2026-11-15", "2026-12-15"),
        # A year has months, and its last one ends with it.
        (_bought("2026-11-15", "2027-11-15"), "2027-02-20", "2027-02-15", "2027-03-15"),
        (_bought("2026-11-15", "2027-11-15"), "2027-11-14", "2027-10-15", "2027-11-15"),
        (_bought("2026-01-31", "2027-01-31"), "2026-02-28", "2026-02-28", "2026-03-31"),
        # Of a clock that was moved on.
        (_bought("2026-11-15", "2027-11-15"), "2026-10-01", "2026-11-15", "2026-12-15"),
        (_bought("2026-11-01", "2026-11-15"), "2026-10-01", "2026-11-01", "2026-11-15"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.interval,
)
def test_a_period_is_a_month_of_the_subscription_or_its_trial(
    bought: SubscriptionState, moment: str, start: str, end: str
) -> None:
    assert period_of(bought, _day(moment)) == Period(_day(start), _day(end))
