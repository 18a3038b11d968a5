"""Visits are added up exactly once, in whatever pieces they come and whoever adds them up."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db.session import Database
from app.viewer import visit_repeats
from app.viewer.events import Event
from app.viewer.page_tokens import PageToken
from app.viewer.rollups import roll_up
from app.viewer.visit_signs import Seen
from app.viewer.visit_sums import DAY_COLUMNS
from tests.viewer.visits import (
    add_up,
    make_team,
    opened_page,
    row_of,
    rows_of,
    tell,
    watching,
)


async def test_a_visit_is_added_up_into_everything_that_follows_from_it(database: Database) -> None:
    acme, campaign_id = await make_team(database)
    page = opened_page(acme, campaign_id)
    await tell(database, page, is_open=True)
    await tell(database, page, watching(0, 20))
    await tell(database, page, [Event(40_000, 3, "range", 10, 30), Event(40_000, 4, "end")])
    await tell(database, page, [Event(42_000, 5, "shown"), Event(50_000, 6, "booking")])
    done = await add_up(database, acme)
    assert done.rows == 4
    visit = await row_of(database, acme, "visits")
    assert (visit["kind"], visit["browser"], visit["watched_s"]) == ("person", "Firefox", 30)
    assert visit["played_s"] == 40
    assert visit["ended_at"] == page.opened_at + timedelta(seconds=40)
    lead = await row_of(database, acme, "lead_views")
    assert (lead["opens"], lead["watched_share"]) == (1, 1)
    assert lead["first_opened_at"] == page.opened_at
    assert lead["booked_at"] == page.opened_at + timedelta(seconds=50)
    day = await row_of(database, acme, "view_days")
    assert {name: day[name] for name in DAY_COLUMNS} == {
        "opens": 1, "plays": 1, "halves": 1, "ends": 1, "clicks": 1, "bookings": 1,
        "unverified_opens": 0, "scanner_opens": 0, "team_opens": 0, "watched_s": 30,
    }  # fmt: skip
    heat = (await row_of(database, acme, "view_heats"))["seconds"]
    assert heat == [1] * 10 + [2] * 10 + [1] * 10
    assert (await row_of(database, acme, "campaign_heats"))["seconds"] == [1] * 30
    assert await rows_of(database, acme, "visit_inbox") == []
    assert len(await rows_of(database, acme, "visit_events")) == 7


async def test_what_is_told_again_counts_once(database: Database) -> None:
    acme, campaign_id = await make_team(database)
    page = opened_page(acme, campaign_id)
    for _ in range(3):
        await tell(database, page, watching(0, 20))
        await add_up(database, acme)
    assert (await row_of(database, acme, "view_days"))["watched_s"] == 20
    assert (await row_of(database, acme, "lead_views"))["opens"] == 1


async def test_a_page_that_was_only_fetched_is_nobody_s_visit(database: Database) -> None:
    acme, campaign_id = await make_team(database)
    await tell(database, opened_page(acme, campaign_id), is_open=True)
    await add_up(database, acme)
    lead = await row_of(database, acme, "lead_views")
    assert (lead["opens"], lead["unverified_opens"], lead["first_opened_at"]) == (0, 1, None)


async def test_the_team_s_own_visits_are_excluded(database: Database) -> None:
    acme, campaign_id = await make_team(database)
    await tell(database, opened_page(acme, campaign_id, is_team=True), watching(0, 20))
    await add_up(database, acme)
    lead = await row_of(database, acme, "lead_views")
    assert (lead["opens"], lead["team_opens"], lead["played_at"]) == (0, 1, None)
    assert await rows_of(database, acme, "view_heats") == []


async def test_one_address_that_opens_several_links_at_once_is_a_scanner(
    database: Database,
) -> None:
    acme, campaign_id = await make_team(database)
    address = b"0" * 16
    pages = [
        opened_page(acme, campaign_id, name, ago=timedelta(minutes=5, milliseconds=200 * n))
        for n, name in enumerate(("anna", "ben", "cleo"))
    ]
    # Two of them looked like people until the third one came.
    for page in pages[:2]:
        await tell(database, page, [Event(1_000, 0, "view")], address=address)
    await add_up(database, acme)
    assert [each["opens"] for each in await rows_of(database, acme, "lead_views")] == [1, 1]
    await tell(database, pages[2], [Event(1_000, 0, "view")], address=address)
    await add_up(database, acme)
    leads = await rows_of(database, acme, "lead_views")
    assert [each["opens"] for each in leads] == [0, 0, 0]
    assert [each["scanner_opens"] for each in leads] == [1, 1, 1]
    assert [each["first_opened_at"] for each in leads] == [None] * 3
    assert {each["reason"] for each in await rows_of(database, acme, "visits")} == {"burst"}
    # One of them is a person after all: a hand did something.
    await tell(database, pages[0], watching(0, 20, number=5), address=address)
    await add_up(database, acme)
    leads = await rows_of(database, acme, "lead_views")
    opens = {each["public_id"]: each["opens"] for each in leads}
    assert opens == {"anna": 1, "ben": 0, "cleo": 0}


async def test_a_data_centre_s_visit_counts_once_a_hand_does_something(database: Database) -> None:
    acme, campaign_id = await make_team(database)
    page = opened_page(acme, campaign_id)
    seen = Seen("3.3.3.3", "data_centre", False, "computer", "Chrome", "")
    muted = [Event(1_000, 0, "view"), Event(2_000, 1, "play", detail=0)]
    await tell(database, page, [*muted, Event(32_000, 2, "range", 0, 30)], seen=seen)
    await add_up(database, acme)
    assert (await row_of(database, acme, "visits"))["reason"] == "data_centre"
    assert (await row_of(database, acme, "view_days"))["plays"] == 0
    await tell(database, page, [Event(33_000, 3, "unmute")], seen=seen)
    await add_up(database, acme)
    day = await row_of(database, acme, "view_days")
    assert (day["opens"], day["plays"], day["watched_s"], day["scanner_opens"]) == (1, 1, 30, 0)


async def test_a_new_video_of_the_lead_begins_anew(database: Database) -> None:
    acme, campaign_id = await make_team(database)
    await tell(database, opened_page(acme, campaign_id), watching(0, 30))
    await add_up(database, acme)
    page = opened_page(
        acme, campaign_id, render_id=UUID(int=8), ago=timedelta(minutes=1), duration_s=60
    )
    await tell(database, page, watching(0, 15))
    await add_up(database, acme)
    lead = await row_of(database, acme, "lead_views")
    assert (lead["opens"], lead["render_id"], lead["watched_share"]) == (2, UUID(int=8), 0.25)
    assert lead["first_opened_at"] < page.opened_at


async def test_two_workers_add_up_once_and_a_crash_changes_nothing(own_database: Database) -> None:
    acme, campaign_id = await make_team(own_database)
    pages = [opened_page(acme, campaign_id, f"lead{n % 7}") for n in range(40)]
    for page in pages:
        await tell(own_database, page, watching(0, 20))

    async def crash() -> None:
        async with own_database.session(workspace_id=acme.id) as session:
            await roll_up(session, at_most=7, settled_s=0)
            raise ConnectionResetError

    async def work() -> None:
        while await rows_of(own_database, acme, "visit_inbox"):
            async with own_database.session(workspace_id=acme.id) as session:
                await roll_up(session, at_most=3, settled_s=0)

    outcomes = await asyncio.gather(
        crash(), work(), crash(), work(), work(), crash(), return_exceptions=True
    )
    assert {type(each) for each in outcomes} == {ConnectionResetError, type(None)}
    day = await row_of(own_database, acme, "view_days")
    assert (day["opens"], day["plays"], day["watched_s"]) == (40, 40, 800)
    assert sum(each["opens"] for each in await rows_of(own_database, acme, "lead_views")) == 40
    assert (await row_of(own_database, acme, "campaign_heats"))["seconds"][:21] == [40] * 20 + [0]


async def test_another_worker_is_not_waited_for(own_database: Database) -> None:
    acme, campaign_id = await make_team(own_database)
    await tell(own_database, opened_page(acme, campaign_id), watching(0, 20))
    async with own_database.session(workspace_id=acme.id) as first:
        assert await roll_up(first, settled_s=0) is not None
        async with own_database.session(workspace_id=acme.id) as second:
            assert await roll_up(second, settled_s=0) is None


# What came of visits in one piece, for comparison.
leads = st.sampled_from(["anna", "ben", "cleo"])
KINDS = ["view", "play", "unmute", "range", "end", "shown", "booking"]
signs = st.sampled_from(["", "", "data_centre", "prefetch", "agent"])


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[dict[str, Any], list[Event]]]:
    told = []
    for _ in range(draw(st.integers(1, 6))):
        events, at_ms = [], 0
        for number in range(draw(st.integers(0, 8))):
            at_ms += draw(st.integers(0, 20_000))
            kind = draw(st.sampled_from(KINDS))
            ends = sorted(draw(st.tuples(st.integers(0, 35), st.integers(0, 35))))
            first, after = ends if kind == "range" else (None, None)
            events.append(Event(at_ms, number, kind, first, after, 1 if kind == "play" else None))
        visit = {
            "public_id": draw(leads),
            "sign": draw(signs),
            "is_team": draw(st.integers(0, 9)) == 0,
            "render_id": UUID(int=draw(st.integers(7, 8))),
            "ago_s": draw(st.integers(0, 3)),
            "address": draw(st.sampled_from([None, b"1" * 16])),
        }
        told.append((visit, events))
    return told


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories(), st.randoms(use_true_random=False))
async def test_whatever_the_order_and_the_turns_the_sums_are_those_of_all_visits(
    database: Database, monkeypatch: pytest.MonkeyPatch, told: list[Any], chance: Any
) -> None:
    # So few that some of these visits are too many.
    monkeypatch.setattr(visit_repeats, "MOST_OF_A_DAY", 2)
    # Each example in a workspace of its own.
    acme, campaign_id = await make_team(database, f"w{uuid4().hex[:20]}")
    pieces: list[tuple[PageToken, Seen, bytes | None, list[Event]]] = []
    for visit, events in told:
        page = opened_page(
            acme,
            campaign_id,
            visit["public_id"],
            render_id=visit["render_id"],
            ago=timedelta(minutes=10, seconds=visit["ago_s"]),
            is_team=visit["is_team"],
        )
        seen = Seen("a", visit["sign"], False, "computer", "Firefox", "")
        told_again = [*events, *events[:2]]
        chance.shuffle(told_again)
        cut = chance.randint(0, len(told_again))
        pieces += [
            (page, seen, visit["address"], each)
            for each in ([], told_again[:cut], told_again[cut:])
        ]
    chance.shuffle(pieces)
    for page, seen, address, events in pieces:
        await tell(database, page, events, seen=seen, address=address)
        if chance.random() < 0.4:
            async with database.session(workspace_id=acme.id) as session:
                await roll_up(session, at_most=chance.randint(1, 4), settled_s=0)
    await add_up(database, acme)
    await _check_sums(database, acme)


def _check_repeats(visits: list[dict[str, Any]]) -> None:
    """The first of each link and address are people, and all that came after are not."""
    groups: dict[tuple[str, bytes], list[dict[str, Any]]] = {}
    for each in sorted(visits, key=lambda v: (v["opened_at"], v["id"])):
        if each["address_hash"] and (each["kind"] == "person" or each["reason"] == "repeated"):
            groups.setdefault((each["public_id"], each["address_hash"]), []).append(each)
    for group in groups.values():
        kinds = ["person"] * visit_repeats.MOST_OF_A_DAY + ["scanner"] * len(group)
        assert [each["kind"] for each in group] == kinds[: len(group)]


async def _check_sums(database: Database, acme: Any) -> None:
    """What the tables say is what the visits say; and those are what their events come to."""
    visits = await rows_of(database, acme, "visits")
    people = [each for each in visits if each["kind"] == "person"]
    _check_repeats(visits)
    for lead in await rows_of(database, acme, "lead_views"):
        own = [each for each in visits if each["public_id"] == lead["public_id"]]
        kinds = Counter(each["kind"] for each in own)
        assert (lead["opens"], lead["scanner_opens"]) == (kinds["person"], kinds["scanner"])
        assert (lead["team_opens"], lead["unverified_opens"]) == (
            kinds["team"],
            kinds["unverified"],
        )
        persons = [each for each in own if each["kind"] == "person"]
        shown = [each for each in persons if each["render_id"] == lead["render_id"]]
        for name in ("played_at", "unmuted_at", "half_at", "ended_at", "booked_at"):
            assert lead[name] == min((v[name] for v in persons if v[name]), default=None), name
        assert lead["first_opened_at"] == min((v["opened_at"] for v in persons), default=None)
        seen = {n for v in shown for n, count in enumerate(v["seconds"]) if count}
        assert lead["watched_s"] == len(seen)
        assert lead["played_s"] == sum(v["played_s"] for v in shown)
    days = await rows_of(database, acme, "view_days")
    assert sum(each["opens"] for each in days) == len(people)
    assert sum(each["watched_s"] for each in days) == sum(v["watched_s"] for v in people)
    assert sum(each["bookings"] for each in days) == sum(1 for v in people if v["booked_at"])
    heat: Counter[tuple[UUID, int]] = Counter()
    for row in await rows_of(database, acme, "view_heats"):
        heat.update({(row["render_id"], n): c for n, c in enumerate(row["seconds"]) if c})
    wanted: Counter[tuple[UUID, int]] = Counter()
    for each in people:
        wanted.update({(each["render_id"], n): c for n, c in enumerate(each["seconds"]) if c})
    assert heat == wanted
    campaign = await rows_of(database, acme, "campaign_heats")
    seconds = campaign[0]["seconds"] if campaign else []
    assert sum(seconds) == sum(each["watched_s"] for each in people)
