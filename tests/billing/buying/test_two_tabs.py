"""Two tabs at the very same moment, on connections of their own."""

import asyncio
from typing import Any

import pytest

from app.asgi import furnish
from app.billing.purchase_lock import one_purchase_at_a_time
from app.billing.shop import AT_ONCE
from app.billing.stripe_api import StripeApi
from app.billing.stripe_values import CustomerState
from app.db.listen import News
from app.db.session import Database
from app.local_stripe.server import LocalStripe
from app.settings import Settings
from app.storage.local import LocalStorage
from tests.billing.buying.conftest import Shopping, open_shop
from tests.billing.conftest import KEY
from tests.cast import Site, assemble, litestar_in


@pytest.fixture
async def busy(
    own_database: Database,
    settings: Settings,
    built_app: Any,
    local_stripe: LocalStripe,
    stripe_api: StripeApi,
) -> Shopping:
    storage = LocalStorage(settings.media_folder)
    furnish(litestar_in(built_app), settings, own_database, storage, News())
    site = Site(built_app, settings, own_database, storage)
    return await open_shop(await assemble(site), site, local_stripe, stripe_api)


async def test_of_all_pages_to_pay_on_one_is_open(busy: Shopping) -> None:
    answers = await asyncio.gather(
        busy.checkout("growth"),
        busy.checkout("growth", by=busy.cast.adam),
        busy.checkout("growth"),
        busy.checkout("business", by=busy.cast.adam),
    )
    assert [each.status_code for each in answers] == [303] * 4
    assert len((await busy.sdk.customers.list_async({})).data) == 1
    sessions = (await busy.sdk.checkout.sessions.list_async({"limit": 100})).data
    assert sum(each.status == "open" for each in sessions) == 1
    for answer in answers:
        busy.local.http.post(answer.headers["location"], data={"card": "4242424242424242"})
    assert len(await busy.subscriptions()) == 1


async def test_two_changes_at_once_are_one(busy: Shopping) -> None:
    await busy.buy("starter")
    (subscription,) = await busy.subscriptions()
    form = {"interval": "month", "price": subscription["items"].data[0].price.id, "at": "0"}
    await asyncio.gather(
        *(
            busy.alice.post("/billing/change", data={**form, "plan": plan})
            for plan in ("growth", "business", "growth")
        )
    )
    (now,) = await busy.subscriptions()
    assert await busy.price_of(now) in {"loomlite_growth_monthly", "loomlite_business_monthly"}
    log = (await busy.alice.get("/settings/audit-log.csv")).text
    assert log.count("changed the plan") == 1, log


async def test_a_team_that_buys_in_many_tabs_puts_no_page_out(
    busy: Shopping, own_database: Database
) -> None:
    tabs = 25
    async with own_database.session(workspace_id=busy.cast.acme.id) as session:
        await one_purchase_at_a_time(session)
        answers = [asyncio.create_task(busy.checkout("growth")) for _ in range(tabs)]
        # Whoever else comes then.
        assert (await busy.cast.bob.get("/billing")).status_code == 200
    statuses = [each.status_code for each in await asyncio.gather(*answers)]
    assert set(statuses) <= {303, 503}, statuses
    assert statuses.count(503) >= tabs - AT_ONCE


async def test_what_the_other_tab_pays_after_the_first_look_is_no_second_plan(
    busy: Shopping, local_stripe: LocalStripe
) -> None:
    class PaidAfterTheLook(StripeApi):
        async def get_customer(self, customer_id: str) -> CustomerState | None:
            state = await super().get_customer(customer_id)
            if state is not None and not state.subscriptions:
                busy.pay(other_tab)
            return state

    other_tab = (await busy.checkout("growth")).headers["location"]
    slow = PaidAfterTheLook(KEY, local_stripe.url)
    litestar_in(busy.cast.site.app).state.stripe = slow
    answer = await busy.checkout("business")
    assert answer.headers["location"] == "/billing"
    sessions = (await busy.sdk.checkout.sessions.list_async({"limit": 100})).data
    assert [each.status for each in sessions] == ["complete"]
    assert len(await busy.subscriptions()) == 1
    await slow.close()
