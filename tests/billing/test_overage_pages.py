"""Who may allow videos beyond the plan, and what the pages say of them."""

from collections.abc import AsyncIterator

import pytest

from app.billing.models import UsageEntry
from app.billing.standing import standing_of
from app.billing.stripe_api import StripeApi
from app.db.base import now
from app.jobs.overage import tell_overage
from app.jobs.stripe_customers import fetch_customer
from app.settings import Settings
from tests.billing.conftest import Till
from tests.cast import Cast, litestar_in


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


@pytest.fixture
async def paying(till: Till, cast: Cast, stripe_api: StripeApi) -> AsyncIterator[Till]:
    state = litestar_in(cast.site.app).state
    before, state.stripe = state.stripe, stripe_api
    await till.buy("loomlite_starter_monthly")
    await fetch_customer(till.services, till.customer_id)
    yield till
    state.stripe = before


async def test_the_owner_sets_a_cap_and_sees_what_it_comes_to(paying: Till, cast: Cast) -> None:
    page = await cast.alice.get("/billing")
    assert "Allow more" in page.text
    assert "20 cents for each video or begun minute" in page.text
    answer = await cast.alice.post("/billing/overage", data={"cap": "30"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/billing")
    assert "Being set up" in (await cast.alice.get("/billing")).text
    await tell_overage(paying.services, workspace_id=str(cast.acme.id))
    async with paying.services.database.session(workspace_id=cast.acme.id) as session:
        period = (await standing_of(session)).period
        session.add(
            UsageEntry(
                workspace_id=cast.acme.id, kind="settle", videos=153, seconds=60.0,
                counted_at=now(), period_start=period.start,
            )
        )  # fmt: skip
    page = await cast.alice.get("/billing")
    assert "Being set up" not in page.text
    assert "$0.60" in page.text
    assert "of at most $30 this period" in page.text
    form = await cast.alice.get("/billing/overage")
    assert 'value="30"' in form.text
    stopped = await cast.alice.post("/billing/overage/stop")
    assert stopped.status_code == 303
    assert "nothing more is allowed" in (await cast.alice.get("/billing")).text
    log = await cast.alice.get("/settings/audit-log")
    assert "beyond the plan" in log.text


@pytest.mark.parametrize("cap", ["", "0", "-5", "1.5", "100000", "much"])
async def test_a_cap_that_is_no_amount_is_asked_for_again(
    paying: Till, cast: Cast, cap: str
) -> None:
    answer = await cast.alice.post("/billing/overage", data={"cap": cap})
    assert answer.status_code == 422
    assert f'value="{cap}"' in answer.text or not cap


async def test_only_the_owner_chooses_and_a_stranger_finds_nothing(
    paying: Till, cast: Cast
) -> None:
    for person, status in ((cast.adam, 403), (cast.bob, 403), (cast.charlie, 404)):
        assert (await person.get("/billing/overage")).status_code == status
        for path in ("/billing/overage", "/billing/overage/stop"):
            assert (await person.post(path, data={"cap": "30"})).status_code == status
    assert "The owner can change this." in (await cast.bob.get("/billing")).text


async def test_without_a_plan_that_is_paid_nothing_can_be_allowed(
    till: Till, cast: Cast, stripe_api: StripeApi
) -> None:
    state = litestar_in(cast.site.app).state
    before, state.stripe = state.stripe, stripe_api
    answer = await cast.alice.post("/billing/overage", data={"cap": "30"})
    state.stripe = before
    assert answer.status_code == 422
    assert "for plans that are paid for" in answer.text
