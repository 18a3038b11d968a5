"""The viewer's part of the bench on a handful of rows: all of it runs, and its rows are right."""

from app.bench.viewer_analytics import (
    PAGES,
    REFERENCE,
    AnalyticsMeasured,
    analytics_figures,
    bench_analytics,
)
from app.bench.viewer_page import PageMeasured, bench_page, page_figures
from app.bench.viewer_seed import Visited
from app.bench.web_rounds import PageRound


def test_each_page_of_figures_has_its_row_and_its_goal() -> None:
    quick, slow = PageRound([0.040] * 20, 0.2), PageRound([0.120] * 20, 0.2)
    measured = AnalyticsMeasured(
        Visited(500_000, 5_000_000, 125_000, []),
        dict(
            zip((REFERENCE, *PAGES), ([slow], [quick], [quick, slow, slow], [quick]), strict=True)
        ),
    )
    rows = {row.what: row for row in analytics_figures(measured)}
    assert list(rows) == [f"{page}, p95" for page in PAGES]
    assert rows["analytics of a workspace, p95"].measured == "40 ms"
    assert "the dashboard in turns with it 120 ms" in rows["analytics of a workspace, p95"].beside
    assert rows["analytics of a workspace, p95"].kept is True
    assert rows["analytics of a campaign, p95"].kept is False
    assert "5,000,000 events, 500,000 visits" in rows["a video with its visits, p95"].beside
    assert "10 ms are the web process’s own work" in rows["a video with its visits, p95"].beside


def test_pages_are_asked_for_with_visits_behind_them() -> None:
    said: list[str] = []
    measured = bench_analytics(said.append, quick=True)
    assert set(measured.pages) == {REFERENCE, *PAGES}
    assert measured.visited.events == 10 * measured.visited.visits == 12_000
    assert all(each.took_s for rounds in measured.pages.values() for each in rounds)
    assert "12,000 events of 1,200 visits" in said[-1]


def test_a_lead_s_page_is_measured_beside_a_bare_one() -> None:
    measured = bench_page(lambda _said: None, quick=True)
    assert all(own > 0 and bare > 0 for own, bare in measured.rates)
    row = page_figures(PageMeasured([(700.0, 1000.0), (500.0, 1000.0), (800.0, 1000.0)]))[0]
    assert (row.measured, row.kept) == ("70 % (50 … 80)", True)
