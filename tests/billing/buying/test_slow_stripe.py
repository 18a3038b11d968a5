"""A Stripe that takes its time: nobody waits for it for ever, and nothing is bought twice."""

from dataclasses import replace

import pytest

from app.billing.plans import GROWTH
from app.billing.purchases import begin_checkout
from app.billing.shop import Shop
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
