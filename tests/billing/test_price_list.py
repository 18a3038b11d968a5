"""What Stripe sells is what the plans say: made where it is missing, told where it differs."""

import os
import subprocess
import sys
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.billing.plans import (
    INTERVALS,
    PLANS,
    UNLIMITED,
    Limits,
    find_sold,
    get_plan,
    rank,
)
from app.billing.price_list import compare_prices
from app.billing.stripe_api import StripeApi, StripeFailed
from app.local_stripe.server import LocalStripe
from tests.billing.conftest import KEY

LOOMLITE = Path(sys.executable).parent / "loomlite"
SOLD = [plan for plan in PLANS if plan.is_sold]
QUANTITIES = (
    *("videos_per_month", "minutes_per_month", "concurrent_renders", "seats"),
    *("video_length_s", "storage_days", "month_cents"),
)


def test_a_larger_plan_is_larger_in_everything_and_never_takes_away() -> None:
    for smaller, larger in pairwise(PLANS):
        for quantity in QUANTITIES:
            assert (asdict(smaller)[quantity] or 0) <= asdict(larger)[quantity], quantity
        assert smaller.custom_domain <= larger.custom_domain
        assert smaller.shows_made_with >= larger.shows_made_with
        assert smaller.api <= larger.api
        assert rank(smaller) < rank(larger) < rank(UNLIMITED)
    for plan in SOLD:
        assert plan.month_cents is not None
        assert plan.year_cents is not None
        assert plan.month_cents < plan.year_cents < 12 * plan.month_cents


def test_a_lookup_key_leads_back_to_its_plan() -> None:
    for plan in SOLD:
        for interval in INTERVALS:
            assert find_sold(plan.lookup_key(interval)) == (plan, interval)
    assert find_sold(PLANS[0].lookup_key("month")) is None
    assert find_sold("") is None
    assert get_plan("growth").name == "Growth"


@given(st.text())
def test_no_other_key_sells_anything(key: str) -> None:
    ours = {plan.lookup_key(interval) for plan in SOLD for interval in INTERVALS}
    assert (find_sold(key) is None) == (key not in ours)


def test_a_service_that_sells_nothing_limits_what_it_did_before() -> None:
    assert Limits(concurrent_renders=4, videos_per_month=None) == UNLIMITED.limits


async def test_what_is_missing_is_made_once(stripe_api: StripeApi) -> None:
    missing = await compare_prices(stripe_api, create=False)
    # And what there is beyond the plans: a meter, a product and two prices by use.
    number = len(SOLD) * 3 + 4
    assert len(missing.differs) == number
    assert missing.made == []
    made = await compare_prices(stripe_api)
    assert len(made.made) == number
    assert made.is_same
    again = await compare_prices(stripe_api)
    assert (again.made, again.changed, again.differs) == ([], [], [])
    prices = await stripe_api.list_prices([SOLD[0].lookup_key("year")])
    assert [(price.cents, price.plan_key) for price in prices] == [
        (SOLD[0].year_cents, SOLD[0].key)
    ]


async def test_what_differs_is_said_and_put_right_when_asked(stripe_api: StripeApi) -> None:
    await compare_prices(stripe_api)
    plan = SOLD[1]
    (old,) = await stripe_api.list_prices([plan.lookup_key("month")])
    await stripe_api.update_product("loomlite_starter", name="Beginner", active=False)
    await stripe_api.create_price(
        product="loomlite_starter",
        currency="eur",
        unit_amount=1,
        recurring={"interval": "year", "interval_count": 2},
        lookup_key=plan.lookup_key("month"),
        transfer_lookup_key=True,
    )
    told = await compare_prices(stripe_api)
    assert told.changed == []
    assert told.differs == [
        "The product loomlite_starter is called Beginner, not Starter and is archived.",
        "The price loomlite_growth_monthly is of the product loomlite_starter, not "
        "loomlite_growth and is in EUR, not USD and is $0.01, not $99.00 and is charged every "
        "2 years, not every month and says in its metadata loomlite_plan=nothing, not growth.",
    ]
    changed = await compare_prices(stripe_api, change=True)
    assert len(changed.changed) == 2
    assert changed.is_same
    (new,) = await stripe_api.list_prices([plan.lookup_key("month")])
    assert new.id != old.id
    assert (await compare_prices(stripe_api)).is_same


async def test_the_product_beyond_the_plans_is_compared_as_the_plans_are(
    stripe_api: StripeApi,
) -> None:
    await compare_prices(stripe_api)
    await stripe_api.update_product("loomlite_overage", name="Extras", active=False)
    said = "The product loomlite_overage is called Extras, not Videos beyond the plan"
    told = await compare_prices(stripe_api)
    assert told.differs == [f"{said} and is archived."]
    changed = await compare_prices(stripe_api, change=True)
    assert changed.changed == [f"{said} and is archived: put right."]
    again = await compare_prices(stripe_api)
    assert (again.changed, again.differs) == ([], [])


async def test_a_stripe_that_fails_is_told_in_a_sentence(
    local_stripe: LocalStripe, stripe_api: StripeApi
) -> None:
    local_stripe.fail(3, status=503)
    with pytest.raises(StripeFailed, match="does not answer") as failed:
        await compare_prices(stripe_api)
    assert not failed.value.permanent
    with pytest.raises(StripeFailed, match="No such product") as refused:
        await stripe_api.create_price(product="none", currency="usd", unit_amount=1)
    assert refused.value.permanent
    wrong = StripeApi("sk_live_1", local_stripe.url)
    with pytest.raises(StripeFailed, match="does not take this service's key"):
        await compare_prices(wrong)
    await wrong.close()
    nobody = StripeApi(KEY, "http://127.0.0.1:9")
    with pytest.raises(StripeFailed, match="does not answer"):
        await compare_prices(nobody)
    await nobody.close()


def test_the_command_says_what_it_made_and_fails_on_what_differs(
    local_stripe: LocalStripe,
) -> None:
    environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests",
        "STRIPE_API_URL": local_stripe.url,
    }

    def run(*options: str) -> tuple[int, str]:
        command = [str(LOOMLITE), "stripe", "sync", *options]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    code, said = run("--check")
    assert code == 1
    assert "The price loomlite_growth_yearly ($990.00 a year) is missing." in said
    code, said = run()
    assert code == 0
    assert "The price loomlite_growth_yearly ($990.00 a year) was made." in said
    code, said = run("--check")
    assert (code, said.strip()) == (0, "Stripe sells what the plans say.")
    assert run("--check", "--change")[0] == 2
    for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"):
        del environ[name]
    code, said = run()
    assert code == 1
    assert "STRIPE_SECRET_KEY is missing." in said
