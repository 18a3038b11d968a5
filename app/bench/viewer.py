"""The viewer's part of the bench: measures it and gives its table; judges no machine."""

from app.bench.figures import Figure
from app.bench.viewer_analytics import analytics_figures, bench_analytics
from app.bench.viewer_events import bench_events, events_figures
from app.bench.viewer_page import bench_page, page_figures
from app.bench.web import WebTable
from app.bench.web_rounds import Say


def bench_viewer(say: Say, *, quick: bool = False) -> WebTable:
    """Raises LoomliteError where something could not be run."""
    rows: list[Figure] = []
    rows += page_figures(bench_page(say, quick=quick))
    measured = bench_analytics(say, quick=quick)
    rows += analytics_figures(measured)
    rows += events_figures(bench_events(say, quick=quick))
    return WebTable("Landing pages and what they tell; one web process", rows)
