"""The service's part of the bench on a handful of renders: all of it runs, its rows are right."""

from dataclasses import replace

import pytest

from app.bench.service import bench_service
from app.bench.service_cpu import Used
from app.bench.service_renders import Click
from app.bench.service_rounds import Effort, Overhead, ServiceMeasured
from app.bench.service_rows import service_figures, service_title
from app.bench.service_streams import Streams
from app.bench.three_pass import ThreePass


def measured() -> ServiceMeasured:
    return ServiceMeasured(
        Effort(),
        queued_s=2.0,
        bare_s=0.05,
        streams=Streams(500, 10, [0.005, 0.006], [0.004, 0.010], 27_000_000),
        clicks=[Click(0.04, 0.2), Click(0.05, 0.3)],
        small=Overhead(10, Used(0.4, 0.2, 30.0), 0.01, 0.005),
        demo=Overhead(5, Used(0.3, 0.2, 50.0), 0.01, 0.02),
        demo_ended_s=[14.0, 24.0, 34.0],
        slots=1,
        three_pass=ThreePass(40.0, 40.0, 20.0),
    )


def test_every_goal_of_the_service_has_its_row() -> None:
    rows = {row.what: row for row in service_figures(measured())}
    assert {row.kept for row in rows.values()} == {True}
    assert rows["10,000 renders queued by one click"].measured == "2.00 s"
    small = next(row for what, row in rows.items() if what.endswith("a video of 2 s"))
    # 0.6 s less a hundredth of 30 s, of ten videos, less what runs the command.
    assert small.samples[0] == pytest.approx(25.0)
    whole = rows["100 leads of the demo through the service, against three-pass"]
    assert whole.samples[0] == pytest.approx(80.0 * 100 / (14 + 99 * 10))
    assert rows["a step of a render on the screen"].measured == "10 ms"
    assert service_title(measured(), 10).startswith("web and worker as two processes, 1 at once")


def test_without_the_reference_its_row_says_why() -> None:
    taken = replace(measured(), three_pass=None, no_reference="ffmpeg is not installed")
    row = next(row for row in service_figures(taken) if "three-pass" in row.what)
    assert (row.measured, row.beside, row.kept) == ("–", "ffmpeg is not installed", None)


@pytest.mark.browser
def test_the_whole_of_it_runs_on_a_handful_of_renders() -> None:
    said: list[str] = []
    table = bench_service(said.append, quick=True)
    assert len(said) == 6
    assert len(table.rows) == 7
    assert all(row.samples for row in table.rows if "three-pass" not in row.what)
