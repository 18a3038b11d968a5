"""With what a page buys, changes and ends: the account of Stripe, and how our copy is renewed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from app.billing.stripe_api import AWAY, StripeApi, StripeFailed
from app.billing.stripe_purchases import Purchases

log = structlog.get_logger()

# Who looks at a page waits no longer: the webhook's job brings it then.
FETCH_WITHIN_S = 8
# Several requests with their tries; a page holds a connection to the database for as long.
ANSWERED_WITHIN_S = 20.0

# Our copy of this customer is what Stripe says now; app/asgi.py provides it from the jobs.
FetchCustomer = Callable[[str], Awaitable[object]]


@dataclass(frozen=True)
class Shop:
    stripe: StripeApi
    fetch: FetchCustomer
    within_s: float = ANSWERED_WITHIN_S

    @property
    def purchases(self) -> Purchases:
        return Purchases(self.stripe)

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """Raises StripeFailed when the block takes longer than a person waits. What was asked may
        have been done all the same: the next look at Stripe shows it."""
        try:
            async with asyncio.timeout(self.within_s):
                yield
        except TimeoutError as error:
            raise StripeFailed(AWAY, permanent=False) from error

    async def look_again(self, customer_id: str) -> bool:
        """Whether our copy is as of now. What Stripe does not answer is no failure here."""
        try:
            async with asyncio.timeout(FETCH_WITHIN_S):
                await self.fetch(customer_id)
        except (StripeFailed, TimeoutError) as error:
            log.warning("billing.not_fetched", customer_id=customer_id, reason=str(error))
            return False
        return True
