"""What this process counts of Stripe's events and of what was wrong, for Prometheus."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter

BILLED: Final = CollectorRegistry()

_events = Counter(
    "loomlite_stripe_events",
    "Webhooks that came: kept, repeated, or refused as forged, old or garbled",
    ("outcome",),
    registry=BILLED,
)
_problems = Counter(
    "loomlite_billing_problems",
    "What an operator should look at: drift repaired, unknown customers, foreign prices",
    ("kind",),
    registry=BILLED,
)


def count_event(outcome: str, count: int = 1) -> None:
    """So many webhooks came, and this became of them."""
    _events.labels(outcome).inc(count)


def count_problem(kind: str) -> None:
    """Something is not as it should be; the log says what and whose."""
    _problems.labels(kind).inc()
