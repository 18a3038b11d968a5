"""The service's pages as a shop: Acme's people in it, and a local Stripe that they are led to."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app.billing.plans import set_service_plan
from app.billing.price_list import compare_prices
from app.billing.stripe_api import StripeApi
from app.jobs.web_billing import fetching
from app.local_stripe.customers import GOOD_CARD
from app.local_stripe.server import LocalStripe
from app.settings import Settings
from tests.cast import Cast, Site, litestar_in


@dataclass(frozen=True)
class Shopping:
    """What people do on our pages, and at Stripe's."""

    cast: Cast
    local: LocalStripe
    sdk: Any

    @property
    def alice(self) -> httpx.AsyncClient:
        return self.cast.alice

    async def checkout(self, plan: str, interval: str = "month", **who: Any) -> httpx.Response:
        """Presses the button of a plan."""
        buyer: httpx.AsyncClient = who.get("by", self.alice)
        return await buyer.post("/billing/checkout", data={"plan": plan, "interval": interval})

    def pay(self, url: str, card: str = GOOD_CARD, **form: str) -> str:
        """Pays on Stripe's page; gives where it leads back to."""
        answer = self.local.http.post(url, data={"card": card, **form})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def buy(self, plan: str, interval: str = "month") -> None:
        """The whole way, and back."""
        back = self.pay((await self.checkout(plan, interval)).headers["location"])
        assert (await self.alice.get(back)).status_code == 303

    async def page(self) -> str:
        answer = await self.alice.get("/billing")
        assert answer.status_code == 200
        return answer.text

    async def subscriptions(self) -> list[Any]:
        """All of the account that have not ended."""
        return list((await self.sdk.subscriptions.list_async({"limit": 100})).data)

    async def price_of(self, subscription: Any) -> str:
        return str(subscription["items"].data[0].price.lookup_key)


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


@pytest.fixture
async def shopping(
    cast: Cast, site: Site, local_stripe: LocalStripe, stripe_api: StripeApi
) -> Shopping:
    return await open_shop(cast, site, local_stripe, stripe_api)


async def open_shop(
    cast: Cast, site: Site, local_stripe: LocalStripe, stripe_api: StripeApi
) -> Shopping:
    state = litestar_in(site.app).state
    state.stripe = stripe_api
    state.fetch_customer = fetching(site.settings, site.database, site.storage, stripe_api)
    await compare_prices(stripe_api)
    async with site.database.session() as session:
        await set_service_plan(session, sells=True)
    return Shopping(cast, local_stripe, stripe_api.v1)
