"""When use beyond a plan is to be dated, so that an invoice of Stripe's has it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.billing.grace import current_of
from app.billing.stripe_values import SubscriptionState

# An invoice takes what is told late of its period for an hour; Stripe reads it some time before.
# docs.stripe.com/billing/subscriptions/usage-based/configure-grace-period
FINAL_AFTER = timedelta(minutes=50)


def billed_at(
    happened_at: datetime, subscriptions: Sequence[SubscriptionState], moment: datetime
) -> datetime | None:
    """When what is told at this moment is to have happened: as it is, while the invoice of that
    time is open, else now, for the next one. None where none will have it.

    Stripe takes what is dated within a closed period as well, and charges it never.
    """
    current = current_of(subscriptions)
    if current is None:
        ended_at = max((each.ended_at for each in subscriptions if each.ended_at), default=None)
        is_open = ended_at is not None and moment < ended_at + FINAL_AFTER
        return happened_at if is_open else None
    begun_at = current.period_end if moment >= current.period_end else current.period_start
    if happened_at >= begun_at or moment < begun_at + FINAL_AFTER:
        return happened_at
    return moment if current.overage_item_id else None
