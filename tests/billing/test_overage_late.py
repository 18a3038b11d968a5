"""Use that is told when its period is over: on the next invoice, or lost and counted as that."""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.billing.models import UsageEntry
from app.billing.overage_models import OverageEvent, OveragePeriod
from app.billing.plans import OVERAGE_CENTS, get_plan
from app.db.base import new_id, now
from app.local_stripe.periods import DAY_S, added
from app.local_stripe.server import LocalStripe, run_local_stripe
from app.settings import Settings
from tests.billing.conftest import Till, problems
from tests.billing.overage_team import Team
from tests.cast import Cast

VIDEOS = get_plan("starter").videos_per_month or 0
UNITS = 5


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


@pytest.fixture
def ago() -> timedelta:
    """How long the period of the team's plan is over."""
    return timedelta(hours=2)


@pytest.fixture
def local_stripe(tmp_path: Path, ago: timedelta) -> Iterator[LocalStripe]:
    """Its clock is where months begin of which one ends so long ago."""
    end = int((now() - ago).timestamp())
    start = next(each for each in _months_before(end) if end in _month_ends(each))
    file = tmp_path / "stripe.json"
    kept = {"objects": {}, "answered": {}, "numbers": {}, "offset_s": start - int(time.time())}
    file.write_text(json.dumps(kept), "utf-8")
    with run_local_stripe(file=file, retry_after_s=(0.01, 0.02)) as running:
        yield running


def _months_before(moment: int) -> list[int]:
    """The 31st of a month is not in the one before it, but in the one before that."""
    return [moment - days * DAY_S for days in range(28, 63)]


def _month_ends(start: int) -> list[int]:
    return [added(start, "month", count) for count in (1, 2)]


@pytest.fixture
async def team(till: Till, cast: Cast, ago: timedelta) -> Team:
    """Of the month that is about to end by Stripe's clock."""
    team = Team(till, cast)
    await team.buy()
    while (await till.known())[0].period_end < now() - ago - timedelta(days=1):
        await till.end_period(team.subscription_id)
        await team.look()
    await team.allow(1_000)
    return team


async def _finish_videos(team: Team) -> datetime:
    """Beyond the plan, in the month that has ended since; gives its end."""
    (bought,) = await team.till.known()
    period = {"workspace_id": team.workspace_id, "period_start": bought.period_start}
    end = bought.period_end
    async with team.session() as session:
        session.add(
            OveragePeriod(
                **period, period_end=end, cap_units=50, included_videos=VIDEOS,
                included_seconds=10**9,
            )
        )  # fmt: skip
        session.add(
            UsageEntry(**period, kind="settle", videos=VIDEOS + UNITS, seconds=0.0, counted_at=end)
        )
    return end


def _until_now(team: Team) -> None:
    team.till.local.move(to=int(now().timestamp()))


async def _only_event(team: Team) -> OverageEvent:
    (event,) = await team.events()
    return event


async def test_what_is_told_after_the_invoice_was_made_is_on_the_next_one(
    team: Team,
) -> None:
    end = await _finish_videos(team)
    # The month ends, and nobody is there to hear or to tell it.
    _until_now(team)
    assert await team.charged() == (0, 0)
    await team.tell()
    event = await _only_event(team)
    assert (event.units, event.sent_at is not None) == (UNITS, True)
    assert event.happened_at > end
    await team.tell()
    assert await team.invoiced() == (UNITS, UNITS * OVERAGE_CENTS)
    await team.look()
    await team.tell()
    assert await team.invoiced() == (0, 0)


@pytest.mark.parametrize("ago", [timedelta(minutes=20)])
async def test_what_is_told_while_the_invoice_is_open_stays_in_its_period(
    team: Team,
) -> None:
    end = await _finish_videos(team)
    _until_now(team)
    await team.look()
    await team.tell()
    event = await _only_event(team)
    assert (event.happened_at, event.sent_at is not None) == (end - timedelta(seconds=1), True)


async def test_what_is_told_when_nothing_is_invoiced_any_more_is_lost_and_counted(
    team: Team,
) -> None:
    await _finish_videos(team)
    await team.till.press(act="cancel")
    _until_now(team)
    # Of the end nobody heard either.
    before = problems("overage_lost")
    await team.tell()
    await team.tell()
    event = await _only_event(team)
    assert (event.given_up, event.sent_at) == ("on no invoice any more", None)
    assert problems("overage_lost") == before + 1


async def test_what_arrived_before_the_end_is_not_lost(team: Team) -> None:
    end = await _finish_videos(team)
    happened_at = end - timedelta(minutes=9)
    event_id = new_id()
    async with team.session() as session:
        session.add(
            OverageEvent(
                id=event_id, workspace_id=team.workspace_id, units=UNITS,
                period_start=(await team.till.known())[0].period_start, happened_at=happened_at,
                tried_at=happened_at,
            )
        )  # fmt: skip
    team.till.local.move(to=int(happened_at.timestamp()))
    payload = {"stripe_customer_id": team.till.customer_id, "value": str(UNITS)}
    await team.till.sdk.billing.meter_events.create_async(
        {"event_name": "loomlite_overage", "identifier": str(event_id), "payload": payload}
    )
    await team.till.press(act="cancel")
    _until_now(team)
    assert await team.charged() == (UNITS, UNITS * OVERAGE_CENTS)
    before = problems("overage_lost")
    await team.tell()
    event = await _only_event(team)
    assert (event.given_up, event.sent_at is not None) == ("", True)
    assert problems("overage_lost") == before
