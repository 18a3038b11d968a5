"""Whatever comes of a subscription's events, in whatever order: we know what Stripe knows."""

import asyncio
import json
import time
from itertools import permutations
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.billing.inbox import keep_events
from app.billing.leases import hold_lease, take_lease
from app.billing.stripe_api import StripeApi, read_event
from app.db.embedded import EmbeddedDatabase
from app.db.session import Database, open_engine
from app.jobs.billing import reconcile_billing
from app.jobs.stripe_customers import refresh_customer
from app.local_stripe.customers import DECLINED_LATER_CARD
from app.local_stripe.server import LocalStripe
from app.settings import Settings
from tests.billing.conftest import (
    SECRET,
    Till,
    hear,
    open_till,
    services_of,
    signed,
)
from tests.cast import Site, assemble
from tests.postgres import SentJobs

# Long enough to tell a job that waited from one that did not, on a busy machine too.
SLOW_S = 8


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


async def test_a_purchase_is_known_with_its_plan_and_its_limits(till: Till, site: Site) -> None:
    assert (await till.plan()).key == "free"
    await till.buy("loomlite_growth_yearly")
    await hear(till, site)
    assert await till.is_right("growth")
    (known,) = await till.known()
    assert (known.interval, known.unit_amount, known.invoice_status) == ("year", 99_000, "paid")
    assert known.problem == ""
    async with till.services.database.session(every_workspace=True) as session:
        row = await session.execute(text("select card_brand, card_last4 from billing_customers"))
        assert row.one() == ("visa", "4242")
        waiting = text("select count(*) from stripe_events where done_at is null")
        assert await session.scalar(waiting) == 0


async def test_a_life_is_followed_from_trial_to_end(till: Till, site: Site) -> None:
    trial = {"subscription_data": {"trial_period_days": 14}}
    subscription_id = await till.buy("loomlite_starter_monthly", **trial)
    await hear(till, site)
    assert [each.status for each in await till.known()] == ["trialing"]
    assert await till.is_right("starter")
    await till.end_period(subscription_id)
    await till.press(act="plan", price=await till.price("loomlite_business_monthly"))
    await hear(till, site)
    assert await till.is_right("business")
    await till.press(act="cancel")
    await hear(till, site)
    (known,) = await till.known()
    assert known.cancel_at == known.period_end
    assert await till.is_right("business")
    await till.end_period(subscription_id)
    await hear(till, site)
    assert [each.status for each in await till.known()] == ["canceled"]
    assert await till.is_right("free")


async def test_a_failed_card_leaves_the_plan_until_stripe_gives_up(till: Till, site: Site) -> None:
    subscription_id = await till.buy("loomlite_growth_monthly")
    await till.press(act="card", card=DECLINED_LATER_CARD)
    await till.end_period(subscription_id)
    await hear(till, site)
    (known,) = await till.known()
    assert (known.status, known.invoice_status) == ("past_due", "open")
    assert known.next_payment_at is not None
    assert known.invoice_url
    assert await till.is_right("growth")
    till.local.move(days=16)
    await hear(till, site)
    assert [each.status for each in await till.known()] == ["canceled"]
    assert await till.is_right("free")


async def test_all_orders_of_events_of_a_payment_that_failed_end_equal(
    till: Till, site: Site
) -> None:
    """Its grace and its plan are the same too, however often and in whichever order word comes."""
    subscription_id = await till.buy("loomlite_growth_monthly")
    await till.press(act="card", card=DECLINED_LATER_CARD)
    await till.end_period(subscription_id)
    events = {each["type"]: each for each in till.events()}
    four = [
        events[kind]
        for kind in (
            "customer.subscription.created",
            "customer.subscription.updated",
            "invoice.paid",
            "invoice.payment_failed",
        )
    ]
    truth, chance = await till.truth(), Random(6)
    for order in permutations(four):
        came = [each for each in order for _ in range(chance.choice((0, 1, 1, 2)))]
        async with till.services.database.session(every_workspace=True) as session:
            await session.execute(text("delete from stripe_events"))
            await session.execute(text("delete from billing_subscriptions"))
            await session.execute(
                text(f"update billing_customers set past_due_since = {_late(chance)}")  # noqa: S608
            )
        await hear(till, site, came)
        await reconcile_billing(till.services)
        assert await till.known() == truth
        async with till.services.database.session(every_workspace=True) as session:
            due = text("select past_due_since > now() - interval '1 minute' from billing_customers")
            is_new = await session.scalar(due)
        assert await till.is_right("growth" if is_new else "free")


def _late(chance: Random) -> str:
    """Nothing was due before, or it was for longer than the grace."""
    return chance.choice(("null", "now() - interval '11 days'"))


async def test_all_orders_of_events_with_repeats_and_losses_end_equal(
    till: Till, site: Site
) -> None:
    """Five events of one life, in each of their 120 orders, some twice and some never."""
    subscription_id = await till.buy("loomlite_starter_monthly")
    await till.press(act="plan", price=await till.price("loomlite_growth_monthly"))
    await till.end_period(subscription_id)
    await till.press(act="cancel")
    await till.end_period(subscription_id)
    events = {each["type"]: each for each in till.events()}
    five = [
        events[kind]
        for kind in (
            "customer.subscription.created",
            "checkout.session.completed",
            "invoice.paid",
            "customer.subscription.updated",
            "customer.subscription.deleted",
        )
    ]
    truth, chance = await till.truth(), Random(6)
    assert [each.status for each in truth] == ["canceled"]
    for number, order in enumerate(permutations(five)):
        came = [each for each in order for _ in range(chance.choice((0, 1, 1, 2)))]
        async with till.services.database.session(every_workspace=True) as session:
            await session.execute(text("delete from stripe_events"))
            await session.execute(text("delete from billing_subscriptions"))
        if came and number % 12:
            await hear(till, site, came)
        else:
            # All were lost: the night finds it.
            await reconcile_billing(till.services)
        assert await till.known() == truth
    assert await till.is_right("free")


@pytest.mark.parametrize("seed", range(3))
async def test_events_that_come_while_things_go_on_end_equal_too(
    own_database: Database,
    selling: Settings,
    built_app: Any,
    local_stripe: LocalStripe,
    stripe_api: StripeApi,
    sent_jobs: SentJobs,
    seed: int,
) -> None:
    """Jobs run at once on connections of their own while the subscription changes under them."""
    chance = Random(seed)
    services = services_of(selling, own_database, stripe_api)
    cast = await assemble(Site(built_app, selling, own_database, services.storage))  # type: ignore[arg-type]
    till = await open_till(local_stripe, services, sent_jobs, cast.acme)
    subscription_id = await till.buy("loomlite_starter_monthly")
    prices = [
        await till.price(f"loomlite_{plan}_monthly") for plan in ("starter", "growth", "business")
    ]
    heard: set[str] = set()

    async def come(event: dict[str, Any]) -> None:
        body = json.dumps(event)
        read = read_event(body.encode(), signed(body)["stripe-signature"], SECRET)
        async with own_database.session() as session:
            await keep_events(session, [read])
        await refresh_customer(services, customer_id=till.customer_id)

    for _step in range(4):
        acts: list[Any] = [till.press(act="plan", price=prices[chance.randrange(1, 3)])]
        acts += [till.press(act=chance.choice(("cancel", "keep")))]
        fresh = [each for each in till.events() if each["id"] not in heard]
        chance.shuffle(fresh)
        heard |= {each["id"] for each in fresh}
        acts += [come(each) for each in fresh if chance.random() < 0.8]
        chance.shuffle(acts)
        results = await asyncio.gather(*acts, return_exceptions=True)
        # To change to the plan that one has is refused by the portal; nothing else may fail.
        assert all(result is None or isinstance(result, AssertionError) for result in results)
    await till.sdk.subscriptions.update_async(subscription_id, {"metadata": {"last": "change"}})
    await come(till.events()[-1])
    # Whoever found the lease taken left it to its holder, or to a job.
    await till.run_jobs()
    assert await till.known() == await till.truth()


async def test_a_slow_stripe_holds_no_connection_and_no_other_job(
    own_urls: EmbeddedDatabase,
    selling: Settings,
    built_app: Any,
    local_stripe: LocalStripe,
    stripe_api: StripeApi,
    sent_jobs: SentJobs,
) -> None:
    """One connection for all: with each that was held for Stripe, everything would stand still."""
    engine = create_async_engine(open_engine(own_urls.app_url).url, pool_size=1, max_overflow=0)
    database = Database(engine, send_jobs=sent_jobs)
    services = services_of(selling, database, stripe_api)
    cast = await assemble(Site(built_app, selling, database, services.storage))  # type: ignore[arg-type]
    till = await open_till(local_stripe, services, sent_jobs, cast.acme)
    await till.buy("loomlite_growth_monthly")
    for event in till.events():
        body = json.dumps(event)
        read = read_event(body.encode(), signed(body)["stripe-signature"], SECRET)
        async with database.session() as session:
            await keep_events(session, [read])
    local_stripe.fail(1, status=200, delay_s=SLOW_S)
    began = time.monotonic()
    slow = asyncio.create_task(refresh_customer(services, customer_id=till.customer_id))
    await _until_leased(database)
    # Others come for the same customer, and pages ask the database, while Stripe tarries.
    await asyncio.gather(
        *(refresh_customer(services, customer_id=till.customer_id) for _ in range(20))
    )
    assert await till.known() == ()
    assert not slow.done()
    assert time.monotonic() - began < SLOW_S
    await slow
    assert await till.is_right("growth")
    async with database.session(every_workspace=True) as session:
        assert await session.scalar(text("select count(*) from customer_leases")) == 0
    await database.close()


async def _until_leased(database: Database) -> None:
    async with asyncio.timeout(30):
        while True:
            async with database.session(every_workspace=True) as session:
                if await session.scalar(text("select count(*) from customer_leases")):
                    return
            await asyncio.sleep(0.01)


async def test_a_lease_whose_holder_died_is_taken_over_and_its_answer_is_not_kept(
    till: Till, site: Site
) -> None:
    database = till.services.database
    async with database.session(every_workspace=True) as session:
        dead = await take_lease(session, till.customer_id)
        assert dead is not None
        assert await take_lease(session, till.customer_id) is None
    await till.buy("loomlite_growth_monthly")
    await hear(till, site)
    # Somebody else is at it: whoever comes leaves it to them.
    assert await till.known() == ()
    async with database.session(every_workspace=True) as session:
        await session.execute(
            text("update customer_leases set until = now() - interval '1 second'")
        )
    await refresh_customer(till.services, customer_id=till.customer_id)
    assert await till.is_right("growth")
    async with database.session(every_workspace=True) as session:
        assert not await hold_lease(session, till.customer_id, dead)


async def test_a_lease_of_a_clock_that_was_ahead_is_taken(till: Till) -> None:
    async with till.services.database.session(every_workspace=True) as session:
        early = await take_lease(session, till.customer_id)
        ahead = text("update customer_leases set until = until + interval '1 hour'")
        await session.execute(ahead)
        later = await take_lease(session, till.customer_id)
        assert early is not None
        assert later is not None
        assert not await hold_lease(session, till.customer_id, early)
        assert await take_lease(session, till.customer_id) is None
