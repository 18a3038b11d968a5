"""Use beyond a plan: only what was allowed, up to the cap, and on the invoice exactly once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.billing.ledger_lock import lock_ledger
from app.billing.models import UsageEntry
from app.billing.overage import add_events, choose_cap, overage_units
from app.billing.overage_models import OverageEvent
from app.billing.plans import OVERAGE_CENTS, get_plan
from app.billing.standing import standing_of
from app.billing.stripe_api import StripeApi, StripeFailed
from app.db.base import now
from app.db.session import Database
from app.jobs.overage import sweep_overage, tell_overage
from app.jobs.stripe_customers import fetch_customer
from app.local_stripe.server import LocalStripe
from app.renders.plan_room import find_room
from app.settings import Settings
from tests.billing.conftest import Till, open_till, problems, services_of
from tests.cast import Cast, Site, assemble
from tests.postgres import SentJobs

STARTER = get_plan("starter")
VIDEOS = STARTER.videos_per_month or 0


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


class Team:
    """A workspace with the Starter plan, and what it does with it."""

    def __init__(self, till: Till, cast: Cast) -> None:
        self.till, self.cast = till, cast
        self.services, self.workspace_id = till.services, till.workspace.id
        self.subscription_id = ""

    def session(self) -> Any:
        return self.services.database.session(workspace_id=self.workspace_id)

    async def buy(self, lookup_key: str = "loomlite_starter_monthly") -> None:
        self.subscription_id = await self.till.buy(lookup_key)
        await self.look()

    async def look(self) -> None:
        await fetch_customer(self.services, self.till.customer_id)

    async def allow(self, cents: int) -> None:
        async with self.session() as session:
            alice = self.cast.users["alice"]
            await choose_cap(session, await standing_of(session), alice, cents=cents)
        await self.tell()

    async def tell(self) -> None:
        await tell_overage(self.services, workspace_id=str(self.workspace_id))

    async def use(self, videos: int, seconds: float) -> None:
        """Finished videos, or credit for so many."""
        async with self.session() as session:
            period = (await standing_of(session)).period
            session.add(
                UsageEntry(
                    workspace_id=self.workspace_id, kind="settle", videos=videos, seconds=seconds,
                    counted_at=now(), period_start=period.start,
                )
            )  # fmt: skip

    async def units(self) -> int:
        async with self.session() as session:
            return await overage_units(session, await standing_of(session))

    async def events(self) -> list[OverageEvent]:
        async with self.session() as session:
            found = await session.scalars(select(OverageEvent).order_by(OverageEvent.created_at))
            return list(found)

    async def change_events(self, what: str) -> None:
        async with self.session() as session:
            await session.execute(text(f"update overage_events set {what}"))  # noqa: S608

    async def invoiced(self) -> tuple[int, int]:
        """Quantity and cents of the line by use on the invoice of the period that ends now."""
        await self.till.end_period(self.subscription_id)
        return await self.charged()

    async def charged(self) -> tuple[int, int]:
        """The same of the last invoice that there is."""
        invoices = await self.till.sdk.invoices.list_async({"customer": self.till.customer_id})
        lines = [
            line
            for line in invoices.data[0].lines.data
            if line.pricing.price_details.product == "loomlite_overage"
        ]
        return sum(line.quantity for line in lines), sum(line.amount for line in lines)


@pytest.fixture
async def team(till: Till, cast: Cast) -> Team:
    team = Team(till, cast)
    await team.buy()
    return team


async def test_what_was_allowed_and_used_is_on_the_next_invoice_once(team: Team) -> None:
    assert await team.units() == 0
    await team.allow(1_000)
    assert await team.units() == 50
    await team.use(VIDEOS, VIDEOS * 60.0)
    await team.tell()
    assert await team.events() == []
    await team.use(3, 30.5)
    await team.tell()
    await team.use(1, 200)
    for _ in range(3):
        await sweep_overage(team.services)
        await team.tell()
    # Three videos, then four of them and 230 seconds, which are four begun minutes.
    assert [each.units for each in await team.events()] == [3, 1]
    assert await team.invoiced() == (4, 4 * OVERAGE_CENTS)
    await team.look()
    await team.tell()
    # A new period: nothing is told for it, and the same is allowed again.
    assert [each.units for each in await team.events()] == [3, 1]
    assert await team.units() == 50


async def test_without_leave_nothing_is_charged_whatever_was_used(team: Team) -> None:
    await team.use(VIDEOS + 20, 0)
    await team.tell()
    assert await team.events() == []
    # What was beyond it before is not charged afterwards either.
    await team.allow(1_000)
    assert await team.events() == []
    await team.use(2, 0)
    await team.tell()
    assert [each.units for each in await team.events()] == [2]


async def test_nothing_above_the_cap_is_ever_charged(team: Team) -> None:
    await team.allow(500)
    await team.use(VIDEOS + 100, 9_000)
    await team.tell()
    assert await team.invoiced() == (25, 500)


async def test_credits_lower_what_is_charged(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 10, 0)
    await team.tell()
    await team.use(-4, 0)
    await team.tell()
    assert [each.units for each in await team.events()] == [10, -4]
    assert await team.invoiced() == (6, 6 * OVERAGE_CENTS)


async def test_who_stops_pays_for_what_was_used_and_no_more(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 5, 0)
    await team.allow(0)
    assert await team.units() == 0
    assert await team.invoiced() == (5, 5 * OVERAGE_CENTS)


async def test_who_cancels_pays_for_it_with_a_last_invoice(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 5, 0)
    await team.till.press(act="cancel")
    await team.look()
    assert await team.units() == 0
    await team.tell()
    assert await team.invoiced() == (5, 5 * OVERAGE_CENTS)


async def test_who_pays_by_the_year_is_charged_for_all_its_months(till: Till, cast: Cast) -> None:
    team = Team(till, cast)
    await team.buy("loomlite_starter_yearly")
    await team.allow(1_000)
    assert await team.units() == 50
    await team.use(VIDEOS + 5, 0)
    await team.tell()
    assert await team.invoiced() == (5, 5 * OVERAGE_CENTS)


async def test_a_period_that_is_cut_short_is_charged_then_and_the_rest_later(team: Team) -> None:
    await team.allow(1_000)
    await team.use(VIDEOS + 5, 0)
    await team.tell()
    team.till.local.move(days=3)
    found = await team.till.sdk.subscriptions.retrieve_async(team.subscription_id)
    yearly = {"licensed": "loomlite_starter_yearly", "metered": "loomlite_overage_yearly"}
    items = [
        {
            "id": each.id,
            "price": await team.till.price(yearly[each.price.recurring.usage_type]),
        }
        for each in found["items"].data
    ]
    await team.till.sdk.subscriptions.update_async(team.subscription_id, {"items": items})
    assert await team.charged() == (5, 5 * OVERAGE_CENTS)
    await team.look()
    # Of a video that was under way: it counts in the period that is now.
    await team.use(VIDEOS + 2, 0)
    await team.tell()
    assert [each.units for each in await team.events()] == [5, 2]
    assert await team.invoiced() == (2, 2 * OVERAGE_CENTS)


async def test_another_plan_makes_nothing_dearer_that_was_used_before(team: Team) -> None:
    await team.allow(1_000)
    await team.till.press(act="plan", price=await team.till.price("loomlite_growth_monthly"))
    await team.look()
    await team.tell()
    await team.use(VIDEOS + 100, 0)
    await team.till.press(act="plan", price=await team.till.price("loomlite_starter_monthly"))
    await team.look()
    await team.tell()
    assert await team.events() == []


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


async def test_a_trial_and_an_open_payment_allow_nothing(till: Till, cast: Cast) -> None:
    trial = {"subscription_data": {"trial_period_days": 14}}
    team = Team(till, cast)
    team.subscription_id = await till.buy("loomlite_starter_monthly", **trial)
    await team.look()
    await team.allow(1_000)
    assert await team.units() == 0


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
