"""Billing periods: months and years from an anchor, as Stripe counts them; numbers in and out."""

from calendar import monthrange
from datetime import UTC, datetime

DAY_S = 86_400
HOUR_S = 3600


def added(anchor: int, interval: str, count: int) -> int:
    """The moment so many intervals after the anchor. The 31st is the last day of a shorter month,
    and is the 31st again in the next one: docs.stripe.com/billing/subscriptions/billing-cycle."""
    if interval in {"day", "week"}:
        return anchor + count * DAY_S * (7 if interval == "week" else 1)
    start = datetime.fromtimestamp(anchor, UTC)
    months = start.year * 12 + start.month - 1 + count * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def period_end(anchor: int, start: int, interval: str, count: int) -> int:
    """The first end of a period, counted from the anchor, that is after `start`."""
    number = 1
    while added(anchor, interval, number * count) <= start:
        number += 1
    return added(anchor, interval, number * count)
