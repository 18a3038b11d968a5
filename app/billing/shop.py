"""With what a page buys, changes and ends: the account of Stripe, and how our copy is renewed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from app.billing.stripe_api import StripeApi, StripeFailed
from app.billing.stripe_purchases import Purchases

log = structlog.get_logger()

# Who looks at a page waits no longer: the webhook's job brings it then.
FETCH_WITHIN_S = 8

# Our copy of this customer is what Stripe says now; app/asgi.py provides it from the jobs.
FetchCustomer = Callable[[str], Awaitable[object]]


@dataclass(frozen=True)
class Shop:
    stripe: StripeApi
    fetch: FetchCustomer

    @property
    def purchases(self) -> Purchases:
        return Purchases(self.stripe)

    async def look_again(self, customer_id: str) -> bool:
        """Whether our copy is as of now. What Stripe does not answer is no failure here."""
        try:
            async with asyncio.timeout(FETCH_WITHIN_S):
                await self.fetch(customer_id)
        except (StripeFailed, TimeoutError) as error:
            log.warning("billing.not_fetched", customer_id=customer_id, reason=str(error))
            return False
        return True
