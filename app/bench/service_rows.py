"""What was measured of the service as the rows of a table, with their goals; measures nothing."""

from collections.abc import Sequence
from statistics import median

from app.bench.figures import Figure, Goal
from app.bench.service_rounds import Overhead, ServiceMeasured
from app.bench.service_streams import Streams

CAMPAIGN_LEADS = 100


def service_figures(measured: ServiceMeasured) -> Sequence[Figure]:
    """Every row, in the order of the goals."""
    found = [_click(measured), _queue(measured)]
    for overhead, what in ((measured.demo, "of the demo"), (measured.small, "of 2 s")):
        if overhead is not None:
            found.append(_overhead(overhead, what))
    found.append(_throughput(measured))
    if measured.streams is not None:
        found += _streams(measured.streams)
    return found


def service_title(measured: ServiceMeasured, scene_s: float) -> str:
    return (
        f"web and worker as two processes, {measured.slots} at once; the demo's videos: "
        f"3 scenes × {scene_s:g} s, 1080p60, two personal and one shared"
    )


def _click(measured: ServiceMeasured) -> Figure:
    answered = median(click.answered_s for click in measured.clicks)
    return Figure(
        "from the click to the first render started",
        [click.started_s for click in measured.clicks],
        "s",
        Goal(1),
        f"the click's own answer took {answered:.2f} s",
        2,
    )


def _queue(measured: ServiceMeasured) -> Figure:
    return Figure(
        f"{measured.effort.queued:,} renders queued by one click",
        [measured.queued_s],
        "s",
        Goal(5),
        f"{measured.bare_s:.2f} s for as many rows of that size in a bare table",
        2,
    )


def _overhead(overhead: Overhead, what: str) -> Figure:
    renders, used = overhead.renders, overhead.service
    return Figure(
        f"CPU of worker and PostgreSQL over the engine's command alone, a video {what}",
        [(overhead.service_s - overhead.alone_s) * 1000],
        "ms",
        Goal(50),
        f"{used.worker_s / renders * 1000:.0f} ms worker and "
        f"{used.postgres_s / renders * 1000:.0f} ms PostgreSQL, of {renders} videos, less "
        f"{100 * overhead.rest_share:.1f} % of a core at rest and "
        f"{overhead.alone_s * 1000:.0f} ms of what runs the command",
        0,
    )


def _throughput(measured: ServiceMeasured) -> Figure:
    what = f"{CAMPAIGN_LEADS} leads of the demo through the service, against three-pass"
    goal = Goal(5, at_least=True)
    if measured.three_pass is None:
        return Figure(what, (), "× as many an hour", goal, measured.no_reference)
    first_s, last_s = measured.demo_ended_s[0], measured.demo_ended_s[-1]
    further_s = (last_s - first_s) / (len(measured.demo_ended_s) - 1)
    whole_s = first_s + (CAMPAIGN_LEADS - 1) * further_s
    ours, theirs = (
        3600 * CAMPAIGN_LEADS / whole_s,
        3600 / measured.three_pass.total_s,
    )
    beside = (
        f"{ours:.0f} an hour against {theirs:.0f}: the first after {first_s:.1f} s, each further "
        f"one {further_s:.1f} s, taken from {len(measured.demo_ended_s)} leads; three-pass "
        f"{measured.three_pass.total_s:.1f} s a lead, from one"
    )
    return Figure(what, [ours / theirs], "× as many an hour", goal, beside)


def _streams(streams: Streams) -> list[Figure]:
    per_team = streams.pages // streams.teams
    return [
        Figure(
            "a step of a render on the screen",
            [max(streams.news_s) * 1000],
            "ms",
            Goal(500),
            f"the slowest of {len(streams.news_s)}, from NOTIFY to the last of {per_team} pages of "
            f"its team; median {median(streams.news_s) * 1000:.0f} ms; {streams.pages} pages open",
            0,
        ),
        Figure(
            f"{streams.pages} open progress pages at rest",
            [100 * share for share in streams.idle_cpu],
            "% of a core",
            Goal(10),
            f"the web process; {streams.memory_bytes / 1e6:.0f} MB more memory for them",
        ),
    ]
