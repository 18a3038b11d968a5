"""Meter, days, ledger and file say the same, whatever became of the videos in whichever order."""

import csv
import io
import random
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.meter import read_meter
from app.billing.reserves import Reserve, add_reserves, change_reserves
from app.billing.scene_prices import Price
from app.billing.usage import credit, release, settle
from app.db.base import new_id
from app.leads.csv_lines import BYTE_ORDER_MARK
from app.usage.daily import read_period_usage, total
from app.usage.ledger import LedgerWanted, read_ledger
from tests.campaigns.boards import put_campaigns
from tests.cast import Cast, in_workspace
from tests.used import used_now

NEAR_S = 1e-6  # seconds are floats, and added up in another order


@dataclass
class Known:
    """What there must be: what each campaign used, what is reserved and what was credited."""

    used: dict[UUID, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0, 0.0]))
    reserved: dict[UUID, tuple[UUID, float]] = field(default_factory=dict)
    credited: int = 0


@pytest.mark.parametrize("seed", range(3))
async def test_all_that_is_shown_of_a_period_is_one_sum(cast: Cast, seed: int) -> None:
    chance, known = random.Random(seed), Known()
    campaigns = await put_campaigns(cast, 3)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        actor_id = cast.users["alice"].id
        await credit(session, videos=2, seconds=30, reason="Sorry", actor_id=actor_id)
        known.credited = 2
        for _ in range(120):
            if chance.random() < 0.4 or not known.reserved:
                await _reserve(session, known, chance, chance.choice(campaigns))
            else:
                await _end(session, known, chance)
        meter = await read_meter(session)
        usage = await read_period_usage(session, meter.period.start)
        found = await read_ledger(session, LedgerWanted(meter.period.start, is_now=True))
        spent = await used_now(session)
    assert meter.used.videos == sum(n for n, _ in known.used.values()) - known.credited
    assert meter.reserved.videos == len(known.reserved)
    assert meter.reserved.seconds == pytest.approx(sum(s for _, s in known.reserved.values()))
    by_campaign = {each.id: each.total for each in usage.campaigns}
    for campaign_id, (videos, seconds) in known.used.items():
        assert by_campaign[campaign_id].videos == videos
        assert by_campaign[campaign_id].seconds == pytest.approx(seconds, abs=NEAR_S)
    assert total((usage.made, usage.credits)).videos == meter.used.videos
    assert total((usage.made, usage.credits)).seconds == pytest.approx(meter.used.seconds)
    assert found.sum.videos == spent.videos == meter.used.videos + meter.reserved.videos
    assert found.sum.seconds == pytest.approx(spent.seconds)
    answer = await cast.bob.get("/billing/usage/ledger.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix(BYTE_ORDER_MARK))))
    assert len(rows) == found.count
    assert sum(int(row["videos"]) for row in rows) == spent.videos
    assert sum(float(row["seconds"]) for row in rows) == pytest.approx(spent.seconds, abs=1e-3)


async def _reserve(
    session: AsyncSession, known: Known, chance: random.Random, campaign_id: UUID
) -> None:
    render_id, seconds = new_id(), chance.randrange(1, 2_000) / 30
    await add_reserves(session, [Reserve(render_id, campaign_id, Price(1, seconds))])
    known.reserved[render_id] = (campaign_id, seconds)


async def _end(session: AsyncSession, known: Known, chance: random.Random) -> None:
    """What is reserved is made, is not made, or becomes more and is reserved still."""
    render_id = chance.choice(list(known.reserved))
    campaign_id, seconds = known.reserved.pop(render_id)
    act = chance.choice(("change", "settle", "settle", "release"))
    if act == "change":
        more = chance.randrange(1, 300) / 30
        await change_reserves(session, {render_id: more}, reason="taken over")
        known.reserved[render_id] = (campaign_id, seconds + more)
    elif act == "settle":
        took, is_video = seconds * chance.random(), chance.random() < 0.9
        await settle(session, render_id, seconds=took, is_video=is_video)
        known.used[campaign_id][0] += is_video
        known.used[campaign_id][1] += took
    else:
        await release(session, [render_id], reason="failed")


async def test_a_campaign_of_which_nothing_was_made_is_not_listed(cast: Cast) -> None:
    known, chance = Known(), random.Random(1)
    [oslo] = await put_campaigns(cast, 1)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await _reserve(session, known, chance, oslo)
        await release(session, list(known.reserved), reason="failed")
        meter = await read_meter(session)
        usage = await read_period_usage(session, meter.period.start)
    assert usage.campaigns == []
    assert "No video in this period yet" in (await cast.bob.get("/billing/usage")).text
