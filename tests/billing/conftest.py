"""A service that sells: a local Stripe with our prices, and Acme as a customer of it."""

import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from app.billing.event_metrics import BILLED
from app.billing.mirror import keep_customer, list_subscriptions, plan_now
from app.billing.plans import Limits, Plan, get_plan, limits_of
from app.billing.price_list import compare_prices
from app.billing.stripe_api import StripeApi
from app.billing.stripe_values import SubscriptionState
from app.db.session import Database, DeferredJob
from app.jobs import stripe_customers
from app.jobs.services import Services
from app.local_stripe.customers import GOOD_CARD
from app.local_stripe.invoices import DRAFT_FOR_S
from app.local_stripe.server import LocalStripe, run_local_stripe
from app.settings import Settings, load_settings
from app.storage.local import LocalStorage
from app.workspaces.models import Workspace
from tests.cast import HOST, Cast, Site
from tests.postgres import SentJobs

KEY = "sk_test_of_the_tests"
SECRET = "whsec_of_the_tests"


@pytest.fixture
def local_stripe() -> Iterator[LocalStripe]:
    with run_local_stripe(retry_after_s=(0.01, 0.02)) as running:
        yield running


@pytest.fixture
async def stripe_api(local_stripe: LocalStripe) -> AsyncIterator[StripeApi]:
    api = StripeApi(KEY, local_stripe.url)
    yield api
    await api.close()


@pytest.fixture
def selling(tmp_path: Path, local_stripe: LocalStripe) -> Settings:
    """The settings of a service that sells plans at the local Stripe."""
    return load_settings(
        {
            "APP_HOST": HOST,
            "LOOMLITE_VAR": str(tmp_path / "var"),
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_URL": local_stripe.url,
        }
    )


@dataclass(frozen=True)
class Till:
    """What Acme does at Stripe, and what the service then knows of it."""

    local: LocalStripe
    sdk: Any
    services: Services
    sent: SentJobs
    workspace: Workspace
    customer_id: str
    # Jobs that were sent and not run: letters, and what goes on by a plan.
    others: list[DeferredJob] = field(default_factory=list)

    async def price(self, lookup_key: str) -> str:
        found = await self.sdk.prices.list_async({"lookup_keys": [lookup_key]})
        return str(found.data[0].id)

    async def buy(self, lookup_key: str, **more: Any) -> str:
        """Pays for it on Checkout's page; gives the subscription's id."""
        session = await self.sdk.checkout.sessions.create_async(
            {
                "mode": "subscription",
                "customer": self.customer_id,
                "line_items": [{"price": await self.price(lookup_key), "quantity": 1}],
                "success_url": "http://acme.loomlite.localhost/billing",
                **more,
            }
        )
        assert self.local.http.post(session.url, data={"card": GOOD_CARD}).status_code == 303
        bought = await self.sdk.checkout.sessions.retrieve_async(session.id)
        return str(bought.subscription)

    async def press(self, **form: str) -> None:
        """A button of the portal."""
        session = await self.sdk.billing_portal.sessions.create_async(
            {"customer": self.customer_id}
        )
        assert self.local.http.post(session.url, data=form).status_code == 200

    async def end_period(self, subscription_id: str) -> None:
        """The clock is an hour after the end of it, when its invoice is charged."""
        now = await self.sdk.subscriptions.retrieve_async(subscription_id)
        self.local.move(to=now["items"].data[0].current_period_end + DRAFT_FOR_S)

    def all_events(self) -> list[dict[str, Any]]:
        """As Stripe sends them, in order; the SDK would make other values of some."""
        found: list[dict[str, Any]] = []
        has_more = True
        while has_more:
            after = {"starting_after": found[-1]["id"]} if found else {}
            page = self.local.http.get(
                f"{self.local.url}/v1/events",
                params={"limit": 100, **after},
                headers={"authorization": f"Bearer {KEY}"},
            ).json()
            found += page["data"]
            has_more = page["has_more"]
        return found[::-1]

    def events(self) -> list[dict[str, Any]]:
        """Everything that happened to the customer, in order."""
        return [each for each in self.all_events() if _customer(each) == self.customer_id]

    async def run_jobs(self) -> None:
        """Those that were sent are done; only those of customers, the others are kept."""
        while self.sent:
            job = self.sent.pop(0)
            if job.name != "refresh_customer":
                self.others.append(job)
                continue
            await stripe_customers.refresh_customer(self.services, **job.arguments)

    async def known(self) -> tuple[SubscriptionState, ...]:
        async with self.services.database.session(workspace_id=self.workspace.id) as session:
            return await list_subscriptions(session)

    async def plan(self) -> Plan:
        async with self.services.database.session(workspace_id=self.workspace.id) as session:
            return await plan_now(session)

    async def limits(self) -> Limits:
        async with self.services.database.session(workspace_id=self.workspace.id) as session:
            return await limits_of(session)

    async def truth(self) -> tuple[SubscriptionState, ...]:
        """What Stripe says now."""
        assert self.services.stripe is not None
        state = await self.services.stripe.get_customer(self.customer_id)
        assert state is not None
        return state.subscriptions

    async def is_right(self, plan_key: str) -> bool:
        """Whether all that is known is what Stripe says, and gives this plan with its limits."""
        plan = await self.plan()
        assert plan.key == plan_key
        assert await self.limits() == get_plan(plan_key).limits
        return await self.known() == await self.truth()


def _customer(event: dict[str, Any]) -> Any:
    thing = event["data"]["object"]
    return thing["id"] if thing["object"] == "customer" else thing.get("customer")


async def open_till(
    local: LocalStripe, services: Services, sent: SentJobs, workspace: Workspace
) -> Till:
    assert services.stripe is not None
    await compare_prices(services.stripe)
    # The very client that the service has: closed with it.
    sdk: Any = services.stripe.v1
    customer = await sdk.customers.create_async(
        {"email": "alice@example.com", "metadata": {"workspace_id": str(workspace.id)}}
    )
    async with services.database.session(workspace_id=workspace.id) as session:
        await keep_customer(session, workspace.id, customer.id)
    return Till(local, sdk, services, sent, workspace, customer.id)


def services_of(selling: Settings, database: Database, stripe_api: StripeApi) -> Services:
    storage, nobody = LocalStorage(selling.media_folder), None
    return Services(selling, database, nobody, storage, None, stripe_api)  # type: ignore[arg-type]


def signed(body: str, *, secret: str = SECRET, age_s: int = 0) -> dict[str, str]:
    """The headers of a webhook, by the SDK's own signer."""
    header: str = stripe.WebhookSignature.generate_signature_header(
        body, secret, int(time.time()) - age_s
    )
    return {"stripe-signature": header, "content-type": "application/json"}


async def deliver(visitor: httpx.AsyncClient, events: Sequence[dict[str, Any]]) -> list[int]:
    """Each is sent as Stripe sends it; the answers' statuses."""
    statuses = []
    for event in events:
        body = json.dumps(event)
        answer = await visitor.post("/webhooks/stripe", content=body, headers=signed(body))
        statuses.append(answer.status_code)
    return statuses


@pytest.fixture
async def till(
    cast: Cast, local_stripe: LocalStripe, stripe_api: StripeApi, sent_jobs: SentJobs
) -> Till:
    services = services_of(cast.site.settings, cast.site.database, stripe_api)
    return await open_till(local_stripe, services, sent_jobs, cast.acme)


async def hear(till: Till, site: Site, events: list[Any] | None = None) -> None:
    """Events come and their jobs run."""
    statuses = await deliver(site.visitor(), till.events() if events is None else events)
    assert set(statuses) <= {200}
    await till.run_jobs()


def problems(kind: str) -> float:
    return BILLED.get_sample_value("loomlite_billing_problems_total", {"kind": kind}) or 0
