"""Floods of one link change no figure by more than a few visits, and a bare booking none."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.db.session import Database
from app.viewer import event_pages, visit_rates
from app.viewer.events import Event
from app.viewer.page_tokens import make
from app.viewer.visit_repeats import MOST_OF_A_DAY
from app.viewer.visit_signs import Seen
from tests.cast import Cast
from tests.jobs.render_rows import make_campaign
from tests.viewer.links import show_video
from tests.viewer.visits import (
    NOW,
    add_up,
    make_team,
    opened_page,
    row_of,
    rows_of,
    tell,
    watching,
)

FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
HERE, THERE = b"1" * 16, b"2" * 16
PRIVATE = Seen("", "", True, "", "", "")
# Noon of yesterday: what is opened minutes before it began on the same day.
NOON_AGO = NOW - (NOW - timedelta(days=1)).replace(hour=12, minute=0, second=0)


async def _figures(database: Database, team: Any) -> dict[str, Any]:
    """All that is shown of people."""
    (lead,) = await rows_of(database, team, "lead_views")
    days = await rows_of(database, team, "view_days")
    heats = [await rows_of(database, team, each) for each in ("view_heats", "campaign_heats")]
    names = ("opens", "plays", "halves", "ends", "clicks", "bookings", "watched_s")
    sums = {name: sum(day[name] for day in days) for name in names}
    return {**sums, "lead": lead["opens"], "played_s": lead["played_s"],
            "heats": [[row["seconds"] for row in each] for each in heats]}  # fmt: skip


async def test_a_flood_of_loads_from_one_address_counts_as_a_few_visits(
    cast: Cast, tmp_path: Path
) -> None:
    shown = await show_video(cast, tmp_path)
    database, acme = cast.site.database, cast.acme

    async def load() -> None:
        page = (await cast.nobody.get(shown.path, headers=FIREFOX)).text
        token = re.search(r'data-token="([^"]+)"', page)
        assert token
        events = [[0, "view", 0], [1, "play", 0, 1], [2, "range", 0, 0, 1]]
        body = json.dumps({"token": token[1], "events": events})
        answer = await cast.nobody.post(f"{shown.path}/events", content=body, headers=FIREFOX)
        assert answer.status_code == 204

    for _ in range(MOST_OF_A_DAY):
        await load()
    await add_up(database, acme)
    before = await _figures(database, acme)
    assert before["opens"] == before["lead"] == before["plays"] == MOST_OF_A_DAY
    for _ in range(15):
        await load()
    await add_up(database, acme, at_most=7)
    assert await _figures(database, acme) == before
    visits = await rows_of(database, acme, "visits")
    apart = [each for each in visits if each["reason"] == "repeated"]
    assert [each["kind"] for each in apart] == ["scanner"] * 15
    assert sum(each["scanner_opens"] for each in await rows_of(database, acme, "view_days")) == 15


async def test_the_first_of_a_day_count_whenever_they_are_told(database: Database) -> None:
    acme, campaign_id = await make_team(database)
    pages = [
        opened_page(acme, campaign_id, ago=NOON_AGO + timedelta(minutes=n))
        for n in range(MOST_OF_A_DAY + 3)
    ]
    for page in pages:  # the latest one first
        await tell(database, page, watching(0, 20), address=HERE)
        await add_up(database, acme)
    visits = await rows_of(database, acme, "visits")
    people = {each["id"] for each in visits if each["kind"] == "person"}
    assert people == {page.visit_id for page in pages[3:]}
    lead = await row_of(database, acme, "lead_views")
    assert (lead["opens"], lead["scanner_opens"]) == (MOST_OF_A_DAY, 3)
    assert lead["played_s"] == 20 * MOST_OF_A_DAY
    # One of them was a program all along: the next one has its place.
    agent = Seen("a", "agent", False, "", "", "")
    await tell(database, pages[-1], seen=agent, address=HERE)
    await add_up(database, acme)
    visits = await rows_of(database, acme, "visits")
    people = {each["id"] for each in visits if each["kind"] == "person"}
    assert people == {page.visit_id for page in pages[2:-1]}
    assert (await _figures(database, acme))["watched_s"] == 20 * MOST_OF_A_DAY


async def test_other_addresses_links_and_days_have_their_own_few(database: Database) -> None:
    acme, campaign_id = await make_team(database)
    day = timedelta(days=1)
    for n in range(MOST_OF_A_DAY + 1):
        ago = NOON_AGO + timedelta(minutes=n)
        for link, address, before in (
            ("anna", HERE, 0 * day), ("anna", THERE, 0 * day), ("ben", HERE, 0 * day),
            ("anna", HERE, day),
        ):  # fmt: skip
            page = opened_page(acme, campaign_id, link, ago=ago + before)
            events = watching(0, 20)  # by hand, so that no burst keeps it apart
            await tell(database, page, events, address=address)
        private = opened_page(acme, campaign_id, "cleo", ago=ago, is_private=True)
        await tell(database, private, [Event(1_000, 0, "view")], seen=PRIVATE)
    await add_up(database, acme)
    leads = await rows_of(database, acme, "lead_views")
    assert {each["public_id"]: (each["opens"], each["scanner_opens"]) for each in leads} == {
        "anna": (3 * MOST_OF_A_DAY, 3),
        "ben": (MOST_OF_A_DAY, 1),
        "cleo": (MOST_OF_A_DAY, 1),
    }


@pytest.mark.parametrize("is_private", [False, True])
async def test_a_bare_booking_changes_no_figure(cast: Cast, is_private: bool) -> None:
    database, acme = cast.site.database, cast.acme
    page = opened_page(acme, await make_campaign(database, acme), is_private=is_private)
    token = make(cast.site.storage.links.secret, page)
    body = json.dumps({"token": token, "events": [[0, "booking", 60_000]]})
    answer = await cast.nobody.post("/v/anna/events", content=body, headers=FIREFOX)
    assert answer.status_code == 204
    await add_up(database, acme)
    figures = await _figures(database, acme)
    assert [figures[name] for name in ("opens", "clicks", "bookings", "lead")] == [0] * 4
    assert (await row_of(database, acme, "lead_views"))["booked_at"] is None


async def test_addresses_of_one_network_share_what_they_may_open(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_pages, "OPENS_BY_ADDRESS", 3)
    shown = await show_video(cast, tmp_path)
    app, origin = cast.nobody._transport.app, cast.nobody.base_url  # type: ignore[attr-defined]
    for address in (
        "2001:db8::1",
        "2001:db8::2",
        "2001:db8::3:4",
        "2001:db8::5",
        "2001:db8:0:1::1",
    ):
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url=origin) as client:
            await client.get(shown.path, headers=FIREFOX)
    addresses = [
        row["told"]["address"]
        for row in await rows_of(cast.site.database, cast.acme, "visit_inbox")
    ]
    assert len(addresses) == 4  # three of one network, and another one's first
    assert len(set(addresses)) == 2


def test_more_visitors_than_are_counted_give_nobody_a_new_budget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(visit_rates, "MOST_COUNTED", 5)
    rates = visit_rates.VisitRates(clock=lambda: 61.0)
    assert [rates.allows(2, "a") for _ in range(2)] == [True, True]
    for number in range(50):
        rates.allows(2, f"other {number}")
    assert not rates.allows(2, "a")
    assert [rates.allows(2, "late") for _ in range(3)][-1] is False
