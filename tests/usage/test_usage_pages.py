"""The meter and the days of a period: what they say is what the ledger comes to."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import httpx

from app.billing.meter import Gauge, read_meter
from app.billing.plans import FREE, GROWTH, set_plan, set_service_plan
from app.billing.standing import Period
from app.billing.usage import Usage
from app.leads.csv_lines import BYTE_ORDER_MARK
from app.renders.plan_waiting import count_waiting
from app.usage.daily import read_period_usage, total
from app.usage.ledger_query import written_period
from app.usage.period_asked import read_period_asked
from tests.campaigns.boards import counted_statements, put_campaigns
from tests.cast import Cast, in_workspace
from tests.renders.films import make_film, press_render
from tests.usage.entries import Made, credit, month_start, put_entries, reserved, rows_of

STATEMENTS_AT_MOST = 12
START = month_start()


async def _text(who: httpx.AsyncClient, path: str = "/billing/usage") -> str:
    answer = await who.get(path)
    assert answer.status_code == 200
    return answer.text


async def _fill(cast: Cast) -> None:
    """Two campaigns with five videos, one being made, a credit, and one of the month before."""
    oslo, bergen = await put_campaigns(cast, 2)
    rows = [
        *(row for n in range(4) for row in rows_of(Made(oslo, START + timedelta(hours=n)))),
        *rows_of(Made(bergen, START + timedelta(hours=5), seconds=7.5)),
        *rows_of(Made(bergen, START - timedelta(days=2))),
        reserved(oslo, START + timedelta(hours=6)),
        credit(START + timedelta(hours=7), 2, 30, "The service was away."),
    ]
    await put_entries(cast, rows)


async def test_the_meter_has_what_is_used_apart_from_what_is_reserved(cast: Cast) -> None:
    await _fill(cast)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await set_plan(session, GROWTH)
        meter = await read_meter(session)
    assert meter.plan == GROWTH
    assert meter.used == Usage(3, 57.5)
    assert meter.reserved == Usage(1, 45.0)
    assert meter.videos.left == 750 - 4
    assert meter.period.start == START
    text = await _text(cast.bob)
    assert "<strong>3</strong> of 750" in text
    assert "<strong>58 s</strong> of 750 min" in text
    assert "1 more reserved for videos being made" in text
    assert "746 left" in text


async def test_the_days_and_the_credits_come_to_the_meter(cast: Cast) -> None:
    await _fill(cast)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        usage = await read_period_usage(session, START)
        meter = await read_meter(session)
    assert [(each.name, each.total) for each in usage.campaigns] == [
        ("Campaign 1", Usage(4, 80.0)),
        ("Campaign 2", Usage(1, 7.5)),
    ]
    assert total((usage.made, usage.credits)) == meter.used


async def test_days_are_drawn_by_campaign_with_their_table(cast: Cast) -> None:
    await _fill(cast)
    text = await _text(cast.bob)
    assert "Campaign 1 4 videos, Campaign 2 1 video" in text
    assert 'class="stack-1"' in text
    by_minutes = await _text(cast.bob, "/billing/usage?by=minutes")
    assert "Campaign 1 1 min 20 s, Campaign 2 8 s" in by_minutes


async def test_the_days_are_a_file_too(cast: Cast) -> None:
    await _fill(cast)
    answer = await cast.bob.get("/billing/usage/days.csv")
    assert answer.headers["content-disposition"].startswith('attachment; filename="acme-usage-')
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix(BYTE_ORDER_MARK))))
    assert [(row["campaign"], row["videos"], row["seconds"]) for row in rows] == [
        ("Campaign 1", "4", "80"),
        ("Campaign 2", "1", "7.5"),
        ("Credits", "-2", "-30"),
    ]


async def test_a_period_that_is_over_can_be_looked_at(cast: Cast) -> None:
    await _fill(cast)
    before = written_period(month_start(START - timedelta(days=2)))
    text = await _text(cast.bob)
    assert f'<option value="{before}">' in text
    text = await _text(cast.bob, f"/billing/usage?period={before}")
    assert "<dt>Videos</dt><dd>1</dd>" in text
    assert ": 1 video. Campaign 2 1 video" in text
    assert "Campaign 1" not in text
    assert "Begins anew" not in text
    answer = await cast.bob.get(f"/billing/usage/days.csv?period={before}")
    assert len(answer.text.splitlines()) == 2
    assert "Begins anew" in await _text(cast.bob, "/billing/usage?period=%00")


def test_a_period_that_is_over_ends_where_the_next_began() -> None:
    starts = [datetime(2026, month, 9, 12, tzinfo=UTC) for month in (11, 10, 6)]
    current = Period(starts[0], datetime(2026, 12, 9, 12, tzinfo=UTC))
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    now = read_period_asked("", current, starts, moment)
    assert (now.is_now, now.days[0], now.days[-1]) == (True, date(2026, 11, 9), date(2026, 11, 20))
    october = read_period_asked(written_period(starts[1]), current, starts, moment)
    assert (october.days[0], october.days[-1]) == (date(2026, 10, 9), date(2026, 11, 9))
    june = read_period_asked(written_period(starts[2]), current, starts, moment)
    assert (june.words, june.days[-1]) == ("From 9 Jun 2026", date(2026, 7, 10))


async def test_a_workspace_that_used_nothing_is_told_what_comes_here(cast: Cast) -> None:
    text = await _text(cast.bob)
    assert "No video in this period yet" in text
    assert "No limit" in text


async def test_near_the_end_members_are_told_whom_to_ask(cast: Cast) -> None:
    (oslo,) = await put_campaigns(cast, 1)
    async with cast.site.database.session() as session:
        await set_service_plan(session, sells=True)
    made = [Made(oslo, START + timedelta(minutes=n), seconds=1) for n in range(8)]
    await put_entries(cast, (row for each in made for row in rows_of(each)))
    text = await _text(cast.bob)
    assert "Less than a fifth of your videos is left" in text
    assert "Starter has 150 videos and 150 minutes a month, for $29 a month." in text
    assert "Ask an owner or admin" in text
    more = [Made(oslo, START + timedelta(minutes=n), seconds=1) for n in range(2)]
    await put_entries(cast, (row for each in more for row in rows_of(each)))
    text = await _text(cast.alice)
    assert "No videos are left" in text
    assert 'href="/billing/plans?plan=starter"' in text


async def test_strangers_see_nothing_and_each_sees_their_own(cast: Cast) -> None:
    await _fill(cast)
    for path in ("/billing/usage", "/billing/usage/days.csv"):
        assert (await cast.charlie.get(path)).status_code == 404
        assert (await cast.nobody.get(path)).status_code == 303
    assert "Campaign 1" not in await _text(cast.charlie_at_home)


async def test_many_campaigns_take_no_more_statements_than_one(cast: Cast) -> None:
    (oslo,) = await put_campaigns(cast, 1)
    await put_entries(cast, rows_of(Made(oslo, START)))
    with counted_statements(cast) as few:
        await _text(cast.bob)
    others = await put_campaigns(cast, 30)
    await put_entries(cast, (row for each in others for row in rows_of(Made(each, START))))
    with counted_statements(cast) as many:
        text = await _text(cast.bob)
    assert "All others" in text
    assert "The 20 with most videos of 31" in text
    assert len(many) == len(few) <= STATEMENTS_AT_MOST, "\n".join(many)


def test_a_gauge_is_never_below_nothing_or_beyond_its_end() -> None:
    assert Gauge(3, 1, 10).used_percent == 30
    assert Gauge(3, 1, 10).reserved_percent == 10
    assert Gauge(9, 5, 10).reserved_percent == 10
    assert (Gauge(37, 0, FREE.videos_per_month).left, Gauge(37, 0, 10).over) == (0, 27)
    assert Gauge(-2, 0, 10).used_percent == 0
    assert [Gauge(n, 0, 10).state for n in (7, 8, 9, 10, 11)] == ["", "low", "low", "full", "full"]
    assert (Gauge(5, 5, None).state, Gauge(5, 5, None).left) == ("", None)
    assert Gauge(0, 0, 0).state == "full"


async def test_what_waits_is_said_and_the_plan_that_fits_it(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await set_service_plan(session, sells=True)
    campaign_id = await make_film(cast, 12)
    await press_render(cast, campaign_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        meter = await read_meter(session)
        waiting = await count_waiting(session)
    assert meter.reserved.videos + waiting == 12
    assert waiting >= 2
    with counted_statements(cast) as statements:
        text = await _text(cast.bob)
    assert len(statements) <= STATEMENTS_AT_MOST, "\n".join(statements)
    assert f"{waiting} videos wait for your plan. They go on by themselves on" in text
    assert "Starter has 150 videos" in text
