"""The arithmetic of what was watched, by properties: seconds, how often, and what is impossible."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.viewer.events import Event
from app.viewer.visit_summary import BOOKED_AFTER_MS, summarize
from app.viewer.watching import AHEAD_S, FASTEST, MOST_REPLAYS, Piece, Watch, added, length_s, runs

LENGTH = 40
places = st.floats(0, 60, allow_nan=False)
PATIENT = 100_000.0


@st.composite
def pieces(draw: st.DrawFn) -> list[Piece]:
    """Of somebody who has all the time in the world."""
    pairs = draw(st.lists(st.tuples(places, places), max_size=30))
    return [Piece(PATIENT, *sorted(each)) for each in pairs]


def _watch(told: list[Piece]) -> Watch:
    watch = Watch(LENGTH)
    for each in told:
        watch.add(each)
    return watch


@given(pieces())
def test_each_second_counts_as_often_as_it_was_played(told: list[Piece]) -> None:
    watch = _watch(told)
    for second, count in enumerate(watch.counts):
        # A second is played by what covers its middle.
        by = [each for each in told if each.from_s < second + 0.5 <= each.to_s]
        near = [each for each in told if {second + 0.5} & {each.from_s, each.to_s}]
        assert abs(count - min(MOST_REPLAYS, len(by))) <= len(near)
    assert watch.seen == sum(1 for each in watch.counts if each)


@given(st.lists(st.floats(0, LENGTH), min_size=1, max_size=20))
def test_pieces_that_meet_leave_no_gap_and_count_nothing_twice(cuts: list[float]) -> None:
    ends = sorted({0.0, *cuts, float(LENGTH)})
    told = [Piece(PATIENT, first, after) for first, after in pairwise(ends)]
    assert _watch(told).counts == [1] * LENGTH


@given(st.lists(st.tuples(st.floats(0, 100), places, places), max_size=60))
def test_nothing_is_watched_faster_than_time_goes(told: list[tuple[float, float, float]]) -> None:
    watch, last_s = Watch(LENGTH), 0.0
    for at_s, *ends in sorted(told):
        watch.add(Piece(at_s, *sorted(ends)))
        last_s = at_s
    # Half a second at either end of each piece is rounding.
    assert sum(watch.counts) <= (last_s + AHEAD_S) * FASTEST + len(told)
    assert sum(watch.counts) <= LENGTH * MOST_REPLAYS


@given(st.lists(st.integers(0, 3), max_size=50))
def test_runs_are_the_seconds_that_were_seen(counts: list[int]) -> None:
    found = runs(counts)
    assert {n for first, after in found for n in range(first, after)} == {
        n for n, count in enumerate(counts) if count
    }
    assert all(one[1] < two[0] for one, two in pairwise(found))


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9)))
def test_what_was_added_is_taken_away_again(sums: list[int], counts: list[int]) -> None:
    both = added(added(sums, counts), counts, -1)
    assert both[: len(sums)] == sums
    assert not any(both[len(sums) :])


def test_a_video_has_whole_seconds() -> None:
    assert [length_s(each) for each in (0, 0.4, 30.4, 30.5, 31.5)] == [1, 1, 30, 31, 32]


KINDS = ["view", "play", "unmute", "range", "pause", "end", "action", "shown", "booking"]
kinds = st.sampled_from(KINDS)


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    told = []
    for number in range(draw(st.integers(0, 25))):
        kind = draw(kinds)
        at_ms = draw(st.integers(0, 120_000))
        ends = sorted((draw(places), draw(places))) if kind == "range" else [None, None]
        detail = draw(st.integers(0, 1)) if kind == "play" else None
        told.append(Event(at_ms, number, kind, ends[0], ends[1], detail))
    return told


@given(events(), st.randoms())
def test_a_visit_is_the_same_in_whatever_order_and_however_often_it_is_told(
    told: list[Event], chance: object
) -> None:
    again = [*told, *told[: len(told) // 2]]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert summarize(again, LENGTH) == summarize(told, LENGTH)


@given(events())
def test_a_visit_s_milestones_are_in_their_order(told: list[Event]) -> None:
    found = summarize(told, LENGTH)
    if found.half_ms is not None:
        assert found.watched_s * 2 >= LENGTH
        assert found.played_ms is not None
        assert found.played_ms <= found.half_ms
    if found.ended_ms is not None:
        assert found.half_ms is not None
        assert found.ended_ms >= found.half_ms
    assert 0 <= found.position_s <= LENGTH


def test_who_jumps_to_the_end_has_not_watched_it() -> None:
    jumped = [Event(1_000, 0, "view"), Event(3_000, 1, "range", 38, 40), Event(3_000, 2, "end")]
    assert summarize(jumped, LENGTH).ended_ms is None


def test_a_video_that_began_by_itself_is_played_once_somebody_let_it() -> None:
    began = [Event(1_000, 0, "view"), Event(1_000, 1, "play", detail=0)]
    assert summarize(began, LENGTH).played_ms is None
    let = [*began, Event(5_000, 2, "range", 0, 4)]
    assert summarize(let, LENGTH).played_ms == 5_000
    by_hand = [*began, Event(2_000, 2, "play", detail=1)]
    assert summarize(by_hand, LENGTH).played_ms == 2_000


def test_forged_ranges_come_to_no_more_than_there_was_time_for() -> None:
    forged = [Event(1_000, n, "range", 0, LENGTH) for n in range(400)]
    assert sum(summarize(forged, LENGTH).seconds) <= (1 + AHEAD_S) * FASTEST + 1


def test_a_bare_booking_says_nothing_and_one_after_the_calendar_was_opened_counts() -> None:
    seen, opened = Event(1_000, 0, "view"), Event(5_000, 1, "shown")
    booked = Event(5_000 + BOOKED_AFTER_MS, 2, "booking")
    at_once = Event(booked.at_ms - 1, 2, "booking")
    assert summarize([booked], LENGTH) == summarize([], LENGTH)
    assert summarize([seen, booked], LENGTH) == summarize([seen], LENGTH)
    assert summarize([opened, at_once], LENGTH) == summarize([opened], LENGTH)
    assert summarize([opened, booked], LENGTH).booked_ms == booked.at_ms
    # Of a private visit it is not kept that the calendar was opened; that the page was seen is.
    assert summarize([seen, booked], LENGTH, is_private=True).booked_ms == booked.at_ms
    assert summarize([booked], LENGTH, is_private=True) == summarize([], LENGTH)
