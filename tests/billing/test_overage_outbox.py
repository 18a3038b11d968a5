"""What Stripe is told of use beyond a plan: once, whatever fails, and never above the cap."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.billing.ledger_lock import lock_ledger
from app.billing.models import UsageEntry
from app.billing.overage import add_events
from app.billing.plans import OVERAGE_CENTS, get_plan
from app.billing.standing import standing_of
from app.billing.stripe_api import StripeApi, StripeFailed
from app.db.base import now
from app.db.session import Database
from app.jobs.overage import sweep_overage
from app.local_stripe.server import LocalStripe
from app.renders.plan_room import find_room
from app.settings import Settings
from tests.billing.conftest import Till, open_till, problems, services_of
from tests.billing.overage_team import Team
from tests.cast import Cast, Site, assemble
from tests.postgres import SentJobs

STARTER = get_plan("starter")
VIDEOS = STARTER.videos_per_month or 0


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


@pytest.fixture
async def team(till: Till, cast: Cast) -> Team:
    team = Team(till, cast)
    await team.buy()
    return team


@pytest.mark.parametrize("step", ["before it is sent", "while it is sent", "a day ago"])
async def test_a_crash_at_any_step_counts_nothing_twice(team: Team, step: str) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 7, 0)
    if step == "before it is sent":
        async with team.session() as session:
            assert await add_events(session, await standing_of(session)) == 1
    else:
        await team.tell()
        # Stripe took it, and nobody was left to note that.
        await team.change_events("sent_at = null")
    if step == "a day ago":
        # Stripe does not know its name any more.
        await team.change_events("tried_at = now() - interval '25 hours'")
        team.till.local.move(days=1.1)
    await team.use(1, 0)
    for _ in range(3):
        await team.tell()
    events = await team.events()
    assert [each.units for each in events] == [7, 1]
    assert all(each.sent_at for each in events)
    assert await team.invoiced() == (8, 8 * OVERAGE_CENTS)


async def test_what_stripe_does_not_take_is_tried_again_and_told(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 1, 0)
    before = problems("overage_unsent")
    team.till.local.fail(3, status=503)
    with pytest.raises(StripeFailed):
        await team.tell()
    assert problems("overage_unsent") == before + 1
    team.till.sent.clear()
    await sweep_overage(team.services)
    assert [job.arguments for job in team.till.sent] == [{"workspace_id": str(team.workspace_id)}]
    await team.tell()
    (event,) = await team.events()
    assert (event.failures, event.sent_at is not None) == (1, True)


async def test_what_is_too_old_for_stripe_is_given_up_and_told(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 1, 0)
    async with team.session() as session:
        await add_events(session, await standing_of(session))
    await team.change_events("happened_at = now() - interval '36 days'")
    before = problems("overage_lost")
    await team.tell()
    await team.tell()
    (event,) = await team.events()
    assert (event.given_up, event.sent_at) == ("older than Stripe takes", None)
    assert problems("overage_lost") == before + 1


async def test_the_cap_holds_for_whoever_comes_at_once(
    own_database: Database,
    selling: Settings,
    built_app: Any,
    local_stripe: LocalStripe,
    stripe_api: StripeApi,
    sent_jobs: SentJobs,
) -> None:
    services = services_of(selling, own_database, stripe_api)
    cast = await assemble(Site(built_app, selling, own_database, services.storage))  # type: ignore[arg-type]
    team = Team(await open_till(local_stripe, services, sent_jobs, cast.acme), cast)
    await team.buy()
    await team.allow(100)
    await team.use(VIDEOS - 1, 0)

    async def take_one() -> None:
        async with team.session() as session:
            await lock_ledger(session)
            room = await find_room(session)
            if room.left:
                session.add(
                    UsageEntry(
                        workspace_id=team.workspace_id, kind="settle", videos=1, seconds=1.0,
                        counted_at=now(), period_start=room.period.start,
                    )
                )  # fmt: skip

    await asyncio.gather(*(take_one() for _ in range(12)), *(team.tell() for _ in range(4)))
    await asyncio.gather(*(team.tell() for _ in range(4)))
    async with team.session() as session:
        assert (await find_room(session)).used == VIDEOS + 5
    await team.tell()
    assert sum(each.units for each in await team.events()) == 5
    assert await team.invoiced() == (5, 100)


async def test_what_is_told_late_is_in_the_period_it_belongs_to(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 2, 0)
    async with team.session() as session:
        standing = await standing_of(session)
        await add_events(session, standing)
    (event,) = await team.events()
    assert standing.period.start <= event.happened_at < standing.period.end
    assert event.happened_at - now() < timedelta(minutes=5)


async def test_without_a_price_at_stripe_videos_wait_and_whoever_runs_it_is_told(
    team: Team,
) -> None:
    price = await team.till.price("loomlite_overage_monthly")
    await team.till.sdk.prices.update_async(price, {"lookup_key": "another"})
    before = problems("overage_price_missing")
    await team.allow(1_000)
    assert problems("overage_price_missing") == before + 1
    assert await team.units() == 0
    await team.till.sdk.prices.update_async(price, {"lookup_key": "loomlite_overage_monthly"})
    # Another job was quicker, and nobody heard: Stripe refuses the price that is there already.
    await team.till.sdk.subscriptions.update_async(
        team.subscription_id, {"items": [{"price": price}], "proration_behavior": "none"}
    )
    await team.tell()
    assert await team.units() == 50
