"""With what a page buys, changes and ends: the account of Stripe, and how our copy is renewed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import structlog

from app.billing.stripe_api import AWAY, StripeApi, StripeFailed
from app.billing.stripe_purchases import Purchases

log = structlog.get_logger()

# Who looks at a page waits no longer: the webhook's job brings it then.
FETCH_WITHIN_S = 8
# Several requests with their tries; a page holds a connection to the database for as long.
ANSWERED_WITHIN_S = 20.0
# In this process. Each holds a connection, and a second one while our copy is renewed; the pool has
# twenty, and all other pages need some: no team's buying can take them all.
AT_ONCE = 4

# Our copy of this customer is what Stripe says now; app/asgi.py provides it from the jobs.
FetchCustomer = Callable[[str], Awaitable[object]]


@dataclass
class Places:
    """So many may wait for Stripe at once; nobody stands in line for a place."""

    free: int = AT_ONCE

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Raises StripeFailed where none is free."""
        if self.free < 1:
            raise StripeFailed(AWAY, permanent=False)
        self.free -= 1
        try:
            yield
        finally:
            self.free += 1


_PLACES = Places()


@dataclass(frozen=True)
class Shop:
    stripe: StripeApi
    fetch: FetchCustomer
    within_s: float = ANSWERED_WITHIN_S
    places: Places = field(default_factory=lambda: _PLACES, repr=False)

    @property
    def purchases(self) -> Purchases:
        return Purchases(self.stripe)

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """Raises StripeFailed when the block takes longer than a person waits, or too many wait
        already. What was asked may have been done all the same: the next look at Stripe shows it.
        """
        try:
            with self.places.taken():
                async with asyncio.timeout(self.within_s):
                    yield
        except TimeoutError as error:
            raise StripeFailed(AWAY, permanent=False) from error

    async def look_again(self, customer_id: str) -> bool:
        """Whether our copy is as of now. No failure is one here, not even the database's: money may
        have moved before it, and what was written of that has to stay."""
        try:
            with self.places.taken():
                async with asyncio.timeout(FETCH_WITHIN_S):
                    await self.fetch(customer_id)
        except (StripeFailed, TimeoutError) as error:
            log.warning("billing.not_fetched", customer_id=customer_id, reason=str(error))
            return False
        except Exception:  # the webhook's job brings it
            log.exception("billing.not_fetched", customer_id=customer_id)
            return False
        return True
