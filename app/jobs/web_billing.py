"""What the web asks of the jobs about money: to have customers as Stripe says now."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from app.billing.stripe_api import StripeApi
from app.db.session import Database, defer
from app.jobs.catalogue import REFRESH_CUSTOMER
from app.jobs.services import Services
from app.jobs.stripe_customers import fetch_customer
from app.settings import Settings
from app.storage.interface import Storage


def fetching(
    settings: Settings, database: Database, storage: Storage, stripe: StripeApi | None
) -> Callable[[str], Awaitable[object]]:
    """Fetches the customer of this id at once, as its job does."""
    # Letters leave by a job of their own.
    no_mailer: Any = None
    services = Services(settings, database, no_mailer, storage, None, stripe)
    return partial(fetch_customer, services)


async def refresh_customers(services: Services, *, customer_ids: list[str]) -> None:
    """Each has a job of its own: many came at once, and the web had no time to send so many."""
    async with services.database.session() as session:
        for each in customer_ids:
            defer(session, REFRESH_CUSTOMER, customer_id=each)
