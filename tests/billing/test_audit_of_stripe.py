"""What Stripe says of plans is in the audit log once, however often it says it."""

import csv
import io

import pytest

from app.settings import Settings
from tests.billing.conftest import Till, hear
from tests.cast import Cast, Site


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


async def test_a_plan_that_was_bought_and_ended_is_told_once_each(
    till: Till, cast: Cast, site: Site
) -> None:
    subscription_id = await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    await hear(till, site)
    await till.sdk.subscriptions.cancel_async(subscription_id)
    await hear(till, site)
    file = (await cast.alice.get("/settings/audit-log.csv", params={"kind": "billing"})).text
    told = [
        (line["who"], line["what"], line["before"]) for line in csv.DictReader(io.StringIO(file))
    ]
    assert told == [
        ("Stripe", "says that the plan is now Free", "Plan: Growth"),
        ("Stripe", "says that the plan is now Growth", "Plan: Unlimited"),
    ]
