"""The ledger: every entry is there once, in order, and what is shown adds up to the meter."""

import csv
import io
import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from app.billing.meter import read_meter
from app.billing.usage import release
from app.db.base import new_id
from app.leads.csv_lines import BYTE_ORDER_MARK
from app.usage.ledger import PAGE_SIZE, LedgerWanted, find_periods, read_ledger
from app.usage.ledger_query import read_ledger_asked, written_period, written_place
from tests.campaigns.boards import counted_statements, put_campaigns
from tests.cast import Cast, in_workspace
from tests.renders.films import make_film, press_render, renders_of, set_campaign
from tests.usage.entries import Made, credit, month_start, put_entries, reserved, rows_of

STATEMENTS_AT_MOST = 12
START = month_start()
LAST_MONTH = month_start(START - timedelta(days=1))
LEDGER = "/billing/usage/ledger"
ROW = re.compile(r'<tr id="entry-([\w-]+)">')


async def _text(who: httpx.AsyncClient, query: str = "") -> str:
    answer = await who.get(LEDGER + query)
    assert answer.status_code == 200
    return answer.text


async def _rows(who: httpx.AsyncClient, query: str = "") -> list[dict[str, str]]:
    answer = await who.get(f"{LEDGER}.csv{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix(BYTE_ORDER_MARK))))


@pytest.fixture
async def oslo(cast: Cast) -> UUID:
    """A campaign with sixty videos this month and two of last month, another one with three, one
    that is being made, and a credit."""
    oslo, bergen = await put_campaigns(cast, 2)
    made = [
        *(Made(oslo, START + timedelta(minutes=n), seconds=n / 7) for n in range(60)),
        *(Made(bergen, START + timedelta(hours=2, minutes=n)) for n in range(3)),
        *(Made(oslo, LAST_MONTH + timedelta(minutes=n)) for n in range(2)),
    ]
    rows = [row for each in made for row in rows_of(each)]
    rows.append(reserved(oslo, START + timedelta(hours=6)))
    rows.append(credit(START + timedelta(hours=7), 5, 100, "=SUM(A1) said sorry"))
    await put_entries(cast, rows)
    return oslo


async def test_the_entries_of_a_period_come_to_the_meter(cast: Cast, oslo: UUID) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        meter = await read_meter(session)
        found = await read_ledger(session, LedgerWanted(START, is_now=True))
    assert found.count == 2 * 63 + 2
    assert found.sum.videos == meter.used.videos + meter.reserved.videos == 63 + 1 - 5
    assert found.sum.seconds == pytest.approx(meter.used.seconds + meter.reserved.seconds)
    rows = await _rows(cast.bob)
    assert len(rows) == found.count
    assert sum(int(row["videos"]) for row in rows) == found.sum.videos
    assert sum(float(row["seconds"]) for row in rows) == pytest.approx(found.sum.seconds, abs=1e-3)


async def test_pages_show_each_entry_once_and_lead_back(cast: Cast, oslo: UUID) -> None:
    seen, places = [], []
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        wanted = LedgerWanted()
        found = await read_ledger(session, wanted)
        pages = [found]
        while found.older:
            found = await read_ledger(session, wanted, after=found.older)
            pages.append(found)
        seen = [each for page in pages for each in page.entries]
        assert len(seen) == len({each.id for each in seen}) == pages[0].count == 2 * 65 + 2
        places = [each.place for each in seen]
        assert places == sorted(places, reverse=True)
        for later, page in zip(pages[1:], pages, strict=False):
            back = await read_ledger(session, wanted, before=later.newer)
            assert [each.id for each in back.entries] == [each.id for each in page.entries]
        assert pages[0].newer is None
    # What each says it comes to so far is the sum of what is older and its own.
    videos, seconds = 0, 0.0
    for entry in reversed(seen):
        videos, seconds = videos + entry.videos, seconds + entry.seconds
        assert entry.so_far.videos == videos
        assert entry.so_far.seconds == pytest.approx(seconds)


async def test_filters_are_chips_in_the_url(cast: Cast, oslo: UUID) -> None:
    text = await _text(cast.bob)
    assert "This period" in text
    assert "<dd>128</dd>" in text
    text = await _text(cast.bob, f"?period=all&campaign={oslo}&kind=settle")
    assert "<dd>62</dd>" in text
    assert re.search(r'class="chip" href="[^"]*period=all&amp;kind=settle"[^>]*>Campaign 1', text)
    assert re.search(r'class="chip" href="[^"]*campaign=[^"]*"[^>]*>Made', text)
    assert 'href="/billing/usage/ledger?period=all">Clear all' in text
    text = await _text(cast.bob, f"?period={written_period(LAST_MONTH)}")
    assert "<dd>4</dd>" in text
    rows = await _rows(cast.bob, f"?period=all&campaign={oslo}&kind=settle")
    assert len(rows) == 62
    assert {row["what"] for row in rows} == {"Made"}


async def test_a_filter_without_an_entry_says_so_and_leads_on(cast: Cast, oslo: UUID) -> None:
    text = await _text(cast.bob, "?kind=release")
    assert "No entry here" in text
    assert "Show all entries" in text


async def test_an_empty_ledger_says_what_it_is_for(cast: Cast) -> None:
    assert "Nothing was counted in this period" in await _text(cast.bob)


@pytest.mark.parametrize(
    "query",
    [
        *("?after=x.y", "?after=99999999999999999.00000000000000000000000000000000", "?kind=%00"),
        *("?campaign=nobody", "?period=%00", f"?campaign={UUID(int=1)}", "?before=-1.x"),
        "?after=1.00000000000000000000000000000000&before=1.00000000000000000000000000000000",
    ],
)
async def test_a_url_that_makes_no_sense_breaks_nothing(cast: Cast, query: str) -> None:
    await _text(cast.bob, query)


async def test_the_file_runs_no_formula_and_adds_up(cast: Cast, oslo: UUID) -> None:
    [row] = await _rows(cast.bob, "?kind=adjust")
    assert row["reason"] == "'=SUM(A1) said sorry"
    assert (row["videos"], row["seconds"]) == ("-5", "-100")


async def test_a_large_file_comes_in_pieces_and_whole(cast: Cast) -> None:
    (oslo,) = await put_campaigns(cast, 1)
    # All at one moment, as one press of Render writes them.
    await put_entries(cast, [reserved(oslo, START) for _ in range(2_345)])
    rows = await _rows(cast.bob)
    assert len({row["entry"] for row in rows}) == len(rows) == 2_345


async def test_strangers_see_nothing_and_each_sees_their_own(cast: Cast, oslo: UUID) -> None:
    for path in (LEDGER, f"{LEDGER}.csv"):
        assert (await cast.charlie.get(path)).status_code == 404
        assert (await cast.nobody.get(path)).status_code == 303
    assert await _rows(cast.charlie_at_home, f"?period=all&campaign={oslo}") == []
    assert "Campaign 1" not in await _text(cast.charlie_at_home, "?period=all")


async def test_a_full_page_takes_no_more_statements_than_an_empty_one(cast: Cast) -> None:
    with counted_statements(cast) as few:
        await _text(cast.bob)
    (oslo,) = await put_campaigns(cast, 1)
    await put_entries(cast, [reserved(oslo, START) for _ in range(PAGE_SIZE + 9)])
    with counted_statements(cast) as many:
        assert len(ROW.findall(await _text(cast.bob))) == PAGE_SIZE
    assert len(many) == len(few) <= STATEMENTS_AT_MOST, "\n".join(many)


async def test_every_period_with_entries_can_be_asked_for(cast: Cast, oslo: UUID) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert await find_periods(session, START) == [START, LAST_MONTH]
        await in_workspace(session, cast.other)
        assert await find_periods(session, START) == [START]


def test_a_place_in_a_url_is_the_place_it_was_written_from() -> None:
    place = (START + timedelta(microseconds=123_457), new_id())
    asked = read_ledger_asked({"after": written_place(place) or ""}, START, [START])
    assert asked.after == place
    assert asked.wanted == LedgerWanted(START, is_now=True)
    assert asked.query == {"period": "", "campaign": "", "kind": ""}


async def test_entries_name_their_lead_as_long_as_there_is_one(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2, name="Oslo & co")
    await press_render(cast, campaign_id)
    [first, second] = await renders_of(cast, campaign_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await release(session, [second.id], reason="cancelled")
    text = await _text(cast.bob)
    for render in (first, second):
        assert f'href="/campaigns/{campaign_id}/videos/{render.id}">{render.name}</a>' in text
    assert "Oslo &amp; co" in text
    assert "Given back" in text
    rows = await _rows(cast.bob)
    # All at one moment: a test is one transaction.
    assert sorted(row["what"] for row in rows) == ["Given back", "Reserved", "Reserved"]
    assert {row["campaign"] for row in rows} == {"Oslo & co"}
    assert {row["e-mail"] for row in rows} == {first.email, second.email}
    assert [row["reason"] for row in rows if row["what"] == "Given back"] == ["Cancelled"]
    await set_campaign(cast, campaign_id, deleted_at=START)
    text = await _text(cast.bob)
    assert "A deleted campaign" in text
    assert f"/campaigns/{campaign_id}/videos" not in text
