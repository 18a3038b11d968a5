"""Stripe's price by use, looked at before it is sold: all are charged what the pages say."""

import structlog

from app.billing.event_metrics import count_problem
from app.billing.overage_prices import OVERAGE_METER, overage_faults
from app.billing.plans import Interval, overage_lookup_key
from app.billing.sold_values import SoldPrice
from app.billing.stripe_api import StripeApi

log = structlog.get_logger()


async def find_overage_price(stripe: StripeApi, interval: Interval) -> SoldPrice | None:
    """The one to sell; None where it is missing or not ours: whoever runs the service finds that in
    the log and the metrics, and has to run `loomlite stripe sync`. Raises StripeFailed."""
    lookup_key = overage_lookup_key(interval)
    prices = await stripe.list_prices([lookup_key])
    if not prices:
        count_problem("overage_price_missing")
        log.warning("overage.price_missing", lookup_key=lookup_key)
        return None
    meter_id = await stripe.find_meter(OVERAGE_METER)
    if faults := list(overage_faults(interval, meter_id, prices[0])):
        count_problem("foreign_price")
        log.error("overage.price_foreign", lookup_key=lookup_key, faults=faults)
        return None
    return prices[0]
