"""What we know and Stripe says differently: found, put right, and told to whoever runs it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from app.billing.mirror import keep_customer
from app.billing.stripe_api import StripeFailed
from app.db.base import now
from app.jobs import billing
from app.jobs.billing import Reconciled, reconcile_billing, sweep_events
from app.settings import Settings
from tests.billing.conftest import (
    Till,
    deliver,
    hear,
    open_till,
    problems,
)
from tests.cast import Cast, Site


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


async def test_what_was_lost_is_found_at_night_repaired_and_told(till: Till, site: Site) -> None:
    subscription_id = await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    assert (await reconcile_billing(till.services)).repaired == 0
    await till.sdk.subscriptions.cancel_async(subscription_id)
    assert (await till.plan()).key == "growth"
    before = problems("drift")
    assert (await reconcile_billing(till.services)).repaired == 1
    assert problems("drift") == before + 1
    assert await till.is_right("free")
    assert (await reconcile_billing(till.services)).repaired == 0


async def test_limits_that_are_not_the_plan_s_are_put_right_at_night(
    till: Till, site: Site
) -> None:
    await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    async with till.services.database.session(every_workspace=True) as session:
        await session.execute(text("update plan_limits set concurrent_renders = 1"))
    await reconcile_billing(till.services)
    assert await till.is_right("growth")


async def _other_till(till: Till, cast: Cast) -> Till:
    """Another team, which bought a plan of which no event came."""
    other = await open_till(till.local, till.services, till.sent, cast.other)
    await other.buy("loomlite_starter_monthly")
    return other


async def test_who_differs_comes_before_who_was_not_seen_for_long_and_of_those_the_oldest_first(
    till: Till, site: Site, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    other = await _other_till(till, cast)
    assert (await reconcile_billing(till.services)).repaired == 1
    await _unseen(till, days=8)
    await _unseen(other, days=9)
    monkeypatch.setattr(billing, "UNSEEN_AT_MOST", 1)
    await reconcile_billing(till.services)
    seen = await _seen(till)
    assert seen < now() - timedelta(days=7), "one a night, and the other one waits longer"
    assert seen < await _seen(other)
    monkeypatch.setattr(billing, "UNSEEN_AT_MOST", 0)
    await reconcile_billing(till.services)
    assert await _seen(till) == seen
    monkeypatch.undo()
    early, late = sorted((till, other), key=lambda each: each.customer_id)
    await _unseen(early, days=8)
    async with till.services.database.session(workspace_id=late.workspace.id) as session:
        await session.execute(text("update plan_limits set concurrent_renders = 9"))
    await reconcile_billing(till.services)
    assert now() - timedelta(days=7) < await _seen(late) < await _seen(early)


async def test_customers_that_are_no_team_s_are_asked_for_while_they_pay_and_only_so_many(
    till: Till, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    strangers = [await _stranger(till) for _ in range(3)]
    before = problems("customer_unknown")
    assert await reconcile_billing(till.services) == Reconciled(4, repaired=0)
    assert problems("customer_unknown") == before + 3
    monkeypatch.setattr(billing, "STRANGERS_AT_MOST", 1)
    assert await reconcile_billing(till.services) == Reconciled(2, repaired=0)
    assert problems("customer_unknown") == before + 4
    monkeypatch.undo()
    # As of a workspace that was deleted: it has ended, and nobody asks for it any more.
    for each in strangers:
        await till.sdk.subscriptions.cancel_async(each)
    assert await reconcile_billing(till.services) == Reconciled(1, repaired=0)
    assert problems("customer_unknown") == before + 4


async def test_a_team_whose_customer_we_forgot_is_found_at_night(till: Till, site: Site) -> None:
    await till.buy("loomlite_growth_monthly")
    async with till.services.database.session(every_workspace=True) as session:
        await session.execute(text("delete from billing_customers"))
    assert await reconcile_billing(till.services) == Reconciled(1, repaired=1)
    assert await till.is_right("growth")


async def _stranger(till: Till) -> str:
    """A customer of another service in the same account; gives what it pays for."""
    customer = await till.sdk.customers.create_async({"email": "bob@example.com"})
    other = replace(till, customer_id=customer.id)
    return await other.buy("loomlite_starter_monthly")


async def test_a_link_that_stripe_writes_anew_is_no_drift(till: Till, site: Site) -> None:
    await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    async with till.services.database.session(workspace_id=till.workspace.id) as session:
        await session.execute(text("update billing_subscriptions set invoice_url = 'https://old'"))
    seen, before = await _seen(till), problems("drift")
    assert await reconcile_billing(till.services) == Reconciled(1, repaired=0)
    assert await _seen(till) == seen, "it is not asked for"
    # It comes with all else, when that is asked for.
    await _unseen(till, days=8)
    assert await reconcile_billing(till.services) == Reconciled(1, repaired=0)
    assert await till.is_right("growth")
    assert problems("drift") == before


async def _unseen(till: Till, *, days: int) -> None:
    async with till.services.database.session(workspace_id=till.workspace.id) as session:
        then = {"then": now() - timedelta(days=days)}
        await session.execute(text("update billing_customers set checked_at = :then"), then)


async def _seen(till: Till) -> datetime:
    async with till.services.database.session(workspace_id=till.workspace.id) as session:
        seen: datetime = (
            await session.scalars(text("select checked_at from billing_customers"))
        ).one()
    return seen


async def test_a_subscription_that_cannot_be_read_keeps_no_other_customer_waiting(
    till: Till, site: Site, cast: Cast
) -> None:
    subscription_id = await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    other = await _other_till(till, cast)
    # A moment that is no date.
    await till.sdk.subscriptions.update_async(subscription_id, {"cancel_at": 10**13})
    before = problems("subscription_unreadable")
    assert await reconcile_billing(till.services) == Reconciled(1, repaired=1, failed=1)
    assert problems("subscription_unreadable") == before + 1
    assert await other.is_right("starter")
    assert (await till.plan()).key == "growth"


async def test_a_customer_that_cannot_be_kept_keeps_no_other_one_waiting(
    till: Till, site: Site, cast: Cast
) -> None:
    subscription_id = await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    other = await _other_till(till, cast)
    (item,) = (await till.sdk.subscriptions.retrieve_async(subscription_id))["items"].data
    # More than the column holds.
    await till.sdk.subscriptions.update_async(
        subscription_id,
        {"items": [{"id": item.id, "quantity": 2**31}], "proration_behavior": "none"},
    )
    before = problems("customer_failed")
    assert await reconcile_billing(till.services) == Reconciled(2, repaired=1, failed=1)
    assert problems("customer_failed") == before + 1
    assert await other.is_right("starter")
    assert (await till.plan()).key == "growth"


async def test_a_plan_that_there_is_no_more_is_asked_for_again(till: Till, site: Site) -> None:
    await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    async with till.services.database.session(every_workspace=True) as session:
        await session.execute(text("update billing_subscriptions set plan_key = 'gold'"))
    assert (await reconcile_billing(till.services)).repaired == 1
    assert await till.is_right("growth")


async def test_while_stripe_is_away_nothing_changes_and_nothing_is_forgotten(
    till: Till, site: Site
) -> None:
    await till.buy("loomlite_growth_monthly")
    await deliver(site.visitor(), till.events())
    till.local.fail(3, status=503)
    with pytest.raises(StripeFailed) as failed:
        await till.run_jobs()
    assert not failed.value.permanent
    assert await till.known() == ()
    # The queue gave up, or lost it: the sweep sends another job for what waits for long.
    till.sent.clear()
    await sweep_events(till.services)
    assert till.sent == []
    async with till.services.database.session(every_workspace=True) as session:
        await session.execute(
            text("update stripe_events set received_at = received_at - interval '3 minutes'")
        )
    await sweep_events(till.services)
    assert [job.arguments for job in till.sent] == [{"customer_id": till.customer_id}]
    await till.run_jobs()
    assert await till.is_right("growth")


async def test_a_customer_that_names_its_workspace_is_found_again(
    till: Till, site: Site, cast: Cast
) -> None:
    """The answer to our own request was lost: the customer is there and our row is not."""
    async with till.services.database.session(every_workspace=True) as session:
        await session.execute(text("delete from billing_customers"))
    await till.buy("loomlite_starter_monthly")
    await hear(till, site)
    assert await till.is_right("starter")
    # A second one for the same workspace is nobody's, nor is one that names none.
    before = problems("customer_unknown")
    for metadata in ({"workspace_id": str(cast.acme.id)}, {"workspace_id": "x"}, {}):
        other = await till.sdk.customers.create_async({"metadata": metadata})
        await hear(till, site, till.all_events()[-1:])
        assert other.id != till.customer_id
    assert problems("customer_unknown") == before + 3
    assert await till.is_right("starter")


async def test_a_price_that_is_not_ours_gives_no_plan_and_is_reported(
    till: Till, site: Site
) -> None:
    foreign = await till.sdk.prices.create_async(
        {
            "product": "loomlite_growth",
            "currency": "eur",
            "unit_amount": 1,
            "recurring": {"interval": "month"},
            "lookup_key": "foreign",
        }
    )
    await till.buy("foreign")
    before = problems("foreign_price")
    await hear(till, site)
    (known,) = await till.known()
    assert known.plan_key is None
    assert known.problem == (
        f"the price {foreign.id} is of no plan that is sold here; it is in EUR, where USD is sold"
    )
    assert problems("foreign_price") == before + 1
    assert await till.is_right("free")


async def test_two_subscriptions_give_the_larger_plan_and_are_reported(
    till: Till, site: Site
) -> None:
    await till.buy("loomlite_growth_monthly")
    await till.buy("loomlite_starter_monthly")
    before = problems("two_subscriptions")
    await hear(till, site)
    assert problems("two_subscriptions") == before + 1
    assert await till.is_right("growth")


async def test_a_deleted_customer_is_not_charged_and_may_come_back(
    till: Till, site: Site, cast: Cast
) -> None:
    await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    await till.sdk.customers.delete_async(till.customer_id)
    await hear(till, site)
    assert await till.is_right("free")
    async with till.services.database.session(workspace_id=cast.acme.id) as session:
        assert await keep_customer(session, cast.acme.id, "cus_of_later")
        assert not await keep_customer(session, cast.acme.id, "cus_of_another")
