"""What Stripe is told of use beyond a plan: the third part of the door to it."""

from datetime import datetime

from app.billing.overage_prices import OVERAGE_METER
from app.billing.stripe_api import StripeApi, StripeFailed, asking_stripe

MINUTE_S = 60


class Meters:
    """Every method raises StripeFailed."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api
        self._v1 = api.v1

    async def tell(self, event_id: str, customer_id: str, units: int, moment: datetime) -> None:
        """The meter counts it, once: Stripe knows an id again for a day."""
        said = {
            "event_name": OVERAGE_METER,
            "identifier": event_id,
            "timestamp": int(moment.timestamp()),
            "payload": {"stripe_customer_id": customer_id, "value": str(units)},
        }
        try:
            async with asking_stripe():
                await self._v1.billing.meter_events.create_async(said)
        except StripeFailed as failed:
            # Stripe's code of it has changed before; what it says has not.
            if "already exists with identifier" not in str(failed):
                raise

    async def told_in_minute(self, customer_id: str, moment: datetime) -> int:
        """What the meter counted for this customer in the minute of that moment."""
        meter_id = await self._api.find_meter(OVERAGE_METER)
        if meter_id is None:
            raise StripeFailed(f"There is no meter {OVERAGE_METER}.", permanent=False)
        start = int(moment.timestamp()) // MINUTE_S * MINUTE_S
        asked = {"customer": customer_id, "start_time": start, "end_time": start + MINUTE_S}
        async with asking_stripe():
            listed = await self._v1.billing.meters.event_summaries.list_async(meter_id, asked)
        return int(sum(each.aggregated_value for each in listed.data))

    async def add_price(self, subscription_id: str, price_id: str) -> None:
        """The subscription is charged by use too."""
        items = [{"price": price_id}]
        async with asking_stripe():
            await self._v1.subscriptions.update_async(
                subscription_id, {"items": items, "proration_behavior": "none"}
            )
