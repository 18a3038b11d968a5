"""A local Stripe for each test, the official SDK on it, and a shop with a few prices."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
import stripe

from app.local_stripe.customers import GOOD_CARD
from app.local_stripe.server import LocalStripe, run_local_stripe

RETRY_AFTER_S = (0.01, 0.02, 0.05)


@pytest.fixture
def local() -> Iterator[LocalStripe]:
    with run_local_stripe(retry_after_s=RETRY_AFTER_S) as running:
        yield running


@pytest.fixture
async def sdk(local: LocalStripe) -> AsyncIterator[Any]:
    """The version 1 of the API. Untyped: tests also say what its types forbid."""
    http = stripe.HTTPXClient()
    client = stripe.StripeClient(
        "sk_test_shop", http_client=http, base_addresses={"api": local.url}
    )
    yield client.v1
    await http.close_async()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Shop:
    """Three prices, a customer, and the SDK."""

    local: LocalStripe
    sdk: Any
    customer_id: str
    small: str
    large: str
    yearly: str

    async def checkout(self, price: str | None = None, **more: Any) -> Any:
        """A session for one price."""
        return await self.sdk.checkout.sessions.create_async(
            {
                "mode": "subscription",
                "customer": self.customer_id,
                "line_items": [{"price": price or self.small, "quantity": 1}],
                "success_url": "http://shop.localhost/thanks?session={CHECKOUT_SESSION_ID}",
                **more,
            }
        )

    async def buy(self, price: str | None = None, **more: Any) -> Any:
        """The subscription that somebody has who paid on the page with a good card."""
        session = await self.checkout(price, **more)
        assert self.pay(session.url).status_code == 303
        bought = await self.sdk.checkout.sessions.retrieve_async(session.id)
        return await self.subscription(bought.subscription)

    def pay(self, url: str, **form: str) -> httpx2.Response:
        return self.local.http.post(url, data={"card": GOOD_CARD, **form})

    async def subscription(self, subscription_id: str) -> Any:
        return await self.sdk.subscriptions.retrieve_async(subscription_id)

    async def invoices(self) -> list[Any]:
        """The oldest first."""
        found = await self.sdk.invoices.list_async({"customer": self.customer_id, "limit": 100})
        return list(found.data[::-1])

    async def portal(self, **form: str) -> httpx2.Response:
        """The portal's page, after a button was pressed on it."""
        session = await self.sdk.billing_portal.sessions.create_async(
            {"customer": self.customer_id, "return_url": "http://shop.localhost/"}
        )
        http = self.local.http
        return http.post(session.url, data=form) if form else http.get(session.url)

    async def events(self) -> list[str]:
        """Their types, the oldest first."""
        listed = await self.sdk.events.list_async({"limit": 100})
        return [event.type async for event in listed.auto_paging_iter()][::-1]


def item_of(subscription: Any) -> Any:
    return subscription["items"].data[0]


@pytest.fixture
async def shop(local: LocalStripe, sdk: Any) -> Shop:
    product = await sdk.products.create_async({"name": "Videos"})

    async def price(key: str, cents: int, interval: str) -> str:
        made = await sdk.prices.create_async(
            {
                "product": product.id,
                "currency": "usd",
                "unit_amount": cents,
                "recurring": {"interval": interval},
                "lookup_key": key,
            }
        )
        return str(made.id)

    customer = await sdk.customers.create_async({"email": "alice@example.com", "name": "Alice"})
    return Shop(
        local,
        sdk,
        customer.id,
        small=await price("small_monthly", 3000, "month"),
        large=await price("large_monthly", 9000, "month"),
        yearly=await price("large_yearly", 90_000, "year"),
    )
