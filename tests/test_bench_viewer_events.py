"""The bench of events on a handful of views: all runs, nothing is lost, its rows are right."""

import json

from app.bench.viewer_events import (
    BEGIN,
    END,
    QUICK_VIEWS,
    EventsMeasured,
    bench_events,
    events_figures,
)
from app.viewer.events import read_events


def test_the_events_of_every_view_are_taken_and_added_up() -> None:
    said: list[str] = []
    measured = bench_events(said.append, quick=True)
    assert (measured.views, measured.requests) == (QUICK_VIEWS, 2 * QUICK_VIEWS)
    assert (measured.lost, measured.wrong) == (0, 0)
    assert said == ["The events of 100 views"]


def test_each_goal_of_events_has_its_row() -> None:
    measured = EventsMeasured(10_000, 20_000, 8.0, 7.5, [0.010] * 100, 0, 20.0, 15.0, 0)
    rows = {row.what: row for row in events_figures(measured)}
    assert rows["events taken by one web process"].measured == "1,250 views/s"
    assert "0.75 ms of the web process's own work" in rows["events taken by one web process"].beside
    assert rows["events added up"].measured == "500 views/s"
    assert {row.kept for row in rows.values()} == {True, None}
    lost = EventsMeasured(10_000, 20_000, 11.0, 7.5, [0.010] * 100, 1, 20.0, 15.0, 2)
    assert {row.kept for row in events_figures(lost)} == {False, None}


def test_a_bench_s_view_is_what_a_page_tells() -> None:
    told = json.dumps({"token": "", "events": [*BEGIN, *END]})
    _, events = read_events(told.encode())
    assert [each.number for each in events] == list(range(len(BEGIN) + len(END)))
