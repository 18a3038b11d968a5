"""What no event told of, and the comparison of subscriptions does not see."""

from sqlalchemy import text

from app.billing.stripe_api import StripeApi
from app.jobs.billing import reconcile_billing
from tests.billing.buying.conftest import Shopping
from tests.billing.conftest import services_of


async def test_what_is_long_out_of_sight_is_asked_for_at_night(
    shopping: Shopping, stripe_api: StripeApi
) -> None:
    await shopping.buy("growth")
    (subscription,) = await shopping.subscriptions()
    site = shopping.cast.site
    services = services_of(site.settings, site.database, stripe_api)
    await shopping.sdk.customers.update_async(subscription.customer, {"balance": -500})
    await reconcile_billing(services)
    assert "$5 to your credit" not in await shopping.page()
    async with site.database.session(every_workspace=True) as session:
        await session.execute(
            text("update billing_customers set checked_at = checked_at - interval '8 days'")
        )
    await reconcile_billing(services)
    assert "$5 to your credit" in await shopping.page()
