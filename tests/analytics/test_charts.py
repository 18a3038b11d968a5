"""Numbers become places in a picture, by properties over many numbers."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from app.analytics.charts import (
    BARS_PX,
    WIDEST_BAR,
    Column,
    bar_chart,
    funnel,
    percent,
    scale,
    share,
    spread,
)

NEAR = 0.02  # places are rounded to a hundredth
counts = st.integers(0, 10**9)
columns = st.lists(st.builds(Column, st.just("1 Nov"), counts, counts), max_size=120)


@given(counts)
def test_a_scale_begins_at_zero_and_reaches_the_largest_in_few_equal_whole_steps(
    largest: int,
) -> None:
    lines = scale(largest)
    assert lines[0] == 0
    assert lines[-1] >= largest
    assert 2 <= len(lines) <= 5
    assert {after - before for before, after in itertools.pairwise(lines)} == {lines[1]}
    assert str(lines[1]).rstrip("0") in {"1", "2", "5"}


@given(columns)
def test_bars_stand_side_by_side_within_the_picture_and_are_as_high_as_their_counts(
    given_columns: list[Column],
) -> None:
    chart = bar_chart(given_columns)
    top = scale(max((each.count for each in given_columns), default=0))[-1]
    assert len(chart.bars) == len(given_columns)
    reached = -NEAR
    for bar, column in zip(chart.bars, given_columns, strict=True):
        assert bar.left >= reached - NEAR
        assert bar.width <= WIDEST_BAR
        reached = bar.left + bar.width
        assert abs(bar.height_px - BARS_PX * column.count / top) <= NEAR
        assert abs(bar.top_px + bar.height_px - BARS_PX) <= NEAR
        assert bar.part_height_px <= bar.height_px
        assert abs(bar.part_top_px + bar.part_height_px - BARS_PX) <= NEAR
    assert reached <= 100 + NEAR
    assert chart.lines[0] == (BARS_PX, "0")


@given(columns)
def test_the_highest_bar_says_its_number_and_none_says_zero(given_columns: list[Column]) -> None:
    labels = [bar.label for bar in bar_chart(given_columns).bars]
    largest = max((each.count for each in given_columns), default=0)
    assert "0" not in labels
    assert (f"{largest:,}" in labels) == (largest > 0)


@given(st.integers(0, 1000), st.integers(1, 12))
def test_labels_are_few_and_begin_with_the_first(count: int, most: int) -> None:
    places = spread(count, most)
    assert len(places) <= most
    assert places[:1] == [0][:count]


@given(st.lists(st.tuples(st.just("Opened"), counts, st.just("")), max_size=8))
def test_a_funnel_never_leaves_its_picture(steps: list[tuple[str, int, str]]) -> None:
    made = funnel(steps)
    assert [each.count for each in made] == [count for _, count, _ in steps]
    assert all(0 <= each.width <= 100 for each in made)
    assert all(each.width == 100 for each in made if each.count == max(c for _, c, _ in steps) > 0)


def test_a_funnel_says_the_share_of_the_first_and_of_the_step_before() -> None:
    steps = funnel([("Sent", 200, ""), ("Opened", 100, ""), ("Played", 50, ""), ("Booked", 60, "")])
    assert [each.of_first for each in steps] == ["", "50 %", "25 %", "30 %"]
    assert [each.of_previous for each in steps] == ["", "50 %", "50 %", "100 %"]
    assert [each.width for each in steps] == [100, 50, 25, 30]


@given(counts, counts)
def test_a_share_is_none_or_a_part_of_one(part: int, whole: int) -> None:
    assert 0 <= share(part, whole) <= 1


def test_a_percentage_never_rounds_to_nothing_or_to_all() -> None:
    assert percent(1, 1000) == "< 1 %"
    assert percent(999, 1000) == "99 %"
    assert percent(0, 1000) == "0 %"
    assert percent(1000, 1000) == "100 %"
    assert percent(1, 0) == "–"
