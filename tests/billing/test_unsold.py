"""A service without Stripe's keys: no door, no questions, one plan for everybody."""

from app.billing.plans import UNLIMITED, workspace_plan
from app.billing.stripe_api import open_stripe
from app.jobs.billing import Reconciled, reconcile_billing, sweep_events
from app.jobs.services import Services
from app.jobs.stripe_customers import refresh_customer
from tests.billing.conftest import deliver
from tests.billing.test_webhook import EVENT
from tests.cast import Cast, in_workspace


async def test_without_keys_there_is_one_plan_and_no_webhook(cast: Cast) -> None:
    site = cast.site
    assert open_stripe(site.settings) is None
    assert await deliver(site.visitor(), [EVENT]) == [404]
    async with site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert await workspace_plan(session) == (UNLIMITED, UNLIMITED.limits)
    services = Services(site.settings, site.database, None, site.storage)  # type: ignore[arg-type]
    assert await reconcile_billing(services) == Reconciled(0, 0)
    await refresh_customer(services, customer_id="cus_1")
    await sweep_events(services)
