"""Days of a period: each once, in pieces that can be seen."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analytics.periods import CHOICES, Counts, change, read_period, spans, total

TODAY = date(2026, 11, 28)
days = st.dictionaries(
    st.integers(0, 1500).map(lambda ago: TODAY - timedelta(days=ago)),
    st.builds(Counts, opens=st.integers(0, 99), plays=st.integers(0, 99)),
)


@given(days, st.sampled_from(sorted(CHOICES)))
def test_every_day_of_the_period_is_in_one_piece_and_nothing_is_lost(
    counted: dict[date, Counts], key: str
) -> None:
    period = read_period(key, TODAY)
    pieces = spans(counted, period)
    assert len(pieces) <= 120
    assert pieces[-1].last == TODAY
    assert period.first in {None, pieces[0].first}
    for before, after in itertools.pairwise(pieces):
        assert after.first == before.last + timedelta(days=1)
    within = [each for day, each in counted.items() if period.holds(day)]
    assert total(each.counts for each in pieces) == total(within)


@pytest.mark.parametrize("asked", [None, "", "forever", "30d; drop table", "7D"])
def test_an_unknown_period_is_thirty_days(asked: str | None) -> None:
    assert read_period(asked, TODAY).key == "30d"
    assert read_period(asked, TODAY).first == date(2026, 10, 30)


def test_the_days_before_are_as_many_and_touch() -> None:
    before = read_period("7d", TODAY).before
    assert before is not None
    assert (before.first, before.last) == (date(2026, 11, 15), date(2026, 11, 21))
    assert read_period("all", TODAY).before is None


def test_long_periods_are_shown_by_week_and_by_month() -> None:
    weeks = spans({}, read_period("12m", TODAY))
    assert len(weeks) in {53, 54}
    assert weeks[1].said == "1 Dec 2025 to 7 Dec 2025"
    months = spans({date(2023, 2, 27): Counts(opens=1)}, read_period("all", TODAY))
    assert (months[0].said, months[-1].said) == ("February 2023", "November 2026")
    assert months[0].counts.opens == 1


def test_all_time_of_a_workspace_that_began_today_is_a_week() -> None:
    assert len(spans({}, read_period("all", TODAY))) == 7


def test_a_change_is_said_in_words() -> None:
    assert change(112, 100) == "12 % more"
    assert change(50, 100) == "50 % fewer"
    assert change(100, 100) == "as many"
    assert change(5, 0) == ""
