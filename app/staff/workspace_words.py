"""The words of the staff's pages for plans, payments and use; it reads nothing."""

from app.billing.payment_state import PaymentKind
from app.billing.plans import PLANS, UNLIMITED
from app.billing.stripe_values import SubscriptionState
from app.billing.usage import Usage
from app.phrases import number, plural

MINUTE_S = 60
# What the filters offer: (value, label).
PLAN_CHOICES = tuple((plan.key, plan.name) for plan in (*PLANS, UNLIMITED))
HOW_CHOICES = (("due", "A payment is due"), ("suspended", "Suspended"))
_PAYMENTS: dict[PaymentKind, tuple[str, str]] = {
    "none": ("neutral", "Nothing bought"),
    "fine": ("good", "Paid"),
    "trying": ("warn", "Payment failed"),
    "over": ("bad", "Grace is over"),
    "confirm": ("warn", "To be confirmed"),
    "unpaid": ("bad", "Unpaid"),
    "paused": ("warn", "Paused"),
    "ended": ("neutral", "Ended"),
}


def payment_badge(kind: PaymentKind) -> tuple[str, str]:
    """Kind and text."""
    return _PAYMENTS[kind]


def videos_words(used: Usage, most: int | None) -> str:
    """`12 of 150 videos`; `12 videos` without a limit. A credit that is not used up is said."""
    count, over = max(0, used.videos), max(0, -used.videos)
    more = f" and {number(over)} credited" if over else ""
    if most is None:
        return plural(count, "video", "videos") + more
    return f"{number(count)} of {plural(most, 'video', 'videos')}{more}"


def minutes_words(used: Usage, most: int | None) -> str:
    """`3.5 of 150 minutes`."""
    minutes, over = _minutes(max(0.0, used.seconds)), max(0.0, -used.seconds)
    more = f" and {_minutes(over)} credited" if over else ""
    if most is None:
        return f"{minutes} minute{'s' if minutes != '1' else ''}{more}"
    return f"{minutes} of {plural(most, 'minute', 'minutes')}{more}"


def _minutes(seconds: float) -> str:
    return f"{seconds / MINUTE_S:,.1f}".removesuffix(".0")


def given_words(videos: int, seconds: float) -> str:
    """What an adjustment gave: `5 videos and 10 minutes`."""
    said = [plural(-videos, "video", "videos")] if videos else []
    if seconds:
        said.append(minutes_words(Usage(0, -seconds), None))
    return " and ".join(said)


def status_words(subscription: SubscriptionState) -> str:
    """Stripe's own word, readable: `past due`."""
    return subscription.status.replace("_", " ")
