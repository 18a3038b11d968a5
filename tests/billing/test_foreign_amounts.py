"""A price of one of our plans that costs something else: the plan holds, and it is reported."""

from typing import Any

import pytest

from app.settings import Settings
from tests.billing.conftest import Till, hear, problems
from tests.cast import Site


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


@pytest.mark.parametrize(
    ("cents", "recurring"),
    [(100, {"interval": "month"}), (2900, {"interval": "month", "interval_count": 3})],
)
async def test_another_amount_or_interval_gives_the_plan_and_is_reported(
    till: Till, site: Site, cents: int, recurring: dict[str, Any]
) -> None:
    price = await till.sdk.prices.create_async(
        {
            "product": "loomlite_starter",
            "currency": "usd",
            "unit_amount": cents,
            "recurring": recurring,
            "metadata": {"loomlite_plan": "starter"},
        }
    )
    asked = {"mode": "subscription", "line_items": [{"price": price.id, "quantity": 1}]}
    before, foreign = problems("foreign_amount"), problems("foreign_price")
    await till.buy("loomlite_starter_monthly", **asked)
    await hear(till, site)
    assert await till.is_right("starter")
    assert problems("foreign_amount") == before + 1
    await hear(till, site)
    assert problems("foreign_amount") == before + 1
    assert problems("foreign_price") == foreign


async def test_a_price_of_ours_is_not_reported(till: Till, site: Site) -> None:
    before = problems("foreign_amount")
    await till.buy("loomlite_growth_yearly")
    await hear(till, site)
    assert await till.is_right("growth")
    assert problems("foreign_amount") == before
