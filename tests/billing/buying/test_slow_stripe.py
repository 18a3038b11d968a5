"""A Stripe that takes its time: nobody waits for it for ever, and nothing is bought twice."""

from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from app.billing.plans import GROWTH
from app.billing.purchases import begin_checkout
from app.billing.shop import AT_ONCE, Shop
from app.billing.stripe_api import StripeApi, StripeFailed
from tests.billing.buying.conftest import Shopping
from tests.cast import litestar_in

URL = "http://acme.loomlite.localhost/billing"


async def test_a_purchase_waits_only_so_long_and_is_found_again(
    shopping: Shopping, stripe_api: StripeApi
) -> None:
    cast = shopping.cast
    shop = Shop(stripe_api, litestar_in(cast.site.app).state.fetch_customer)

    async def begin(shop: Shop) -> str:
        async with cast.site.database.session(workspace_id=cast.acme.id) as session, shop.in_time():
            return await begin_checkout(
                *(session, shop, cast.acme, cast.users["alice"], GROWTH, "month"),
                return_url=URL,
                cancel_url=URL,
            )

    shopping.local.fail(1, status=200, delay_s=60)
    with pytest.raises(StripeFailed, match="does not answer"):
        await begin(replace(shop, within_s=0.2))
    assert await begin(shop) == await begin(shop)
    assert len((await shopping.sdk.customers.list_async({})).data) == 1


async def test_only_a_few_wait_for_stripe_at_once_and_the_others_are_told_so(
    shopping: Shopping, stripe_api: StripeApi
) -> None:
    await shopping.checkout("growth")
    (customer,) = (await shopping.sdk.customers.list_async({})).data
    shop = Shop(stripe_api, litestar_in(shopping.cast.site.app).state.fetch_customer)
    async with AsyncExitStack() as waiting:
        for _ in range(AT_ONCE):
            await waiting.enter_async_context(shop.in_time())
        answer = await shopping.checkout("growth")
        assert answer.status_code == 503
        assert "Try again in a few minutes" in answer.text
        assert not await shop.look_again(customer.id)
    assert await shop.look_again(customer.id)
    assert (await shopping.checkout("growth")).status_code == 303


async def test_what_was_bought_stays_noted_though_the_database_has_no_room_to_look_again(
    shopping: Shopping,
) -> None:
    await shopping.buy("growth")

    async def lost(_customer_id: str) -> None:
        raise OperationalError("select 1", {}, Exception("the connection is lost"))

    litestar_in(shopping.cast.site.app).state.fetch_customer = lost
    assert (await shopping.alice.post("/billing/cancel")).status_code == 303
    (subscription,) = await shopping.subscriptions()
    assert subscription.cancel_at_period_end
    assert "cancelled the plan" in (await shopping.alice.get("/settings/audit-log")).text
