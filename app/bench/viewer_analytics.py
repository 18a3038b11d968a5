"""How quick the pages of figures are with years of visits behind them; judges no machine."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

import psutil

from app.bench.figures import Figure, Goal
from app.bench.viewer_seed import Visited, seed_visits
from app.bench.web_bed import WebBed, open_web_bed
from app.bench.web_client import Ask, ask_all
from app.bench.web_rounds import PageRound, Say

PAGES = ("analytics of a workspace", "analytics of a campaign", "a video with its visits")
# What everybody opens first, in the same workspace: how busy the machine is shows in it.
REFERENCE = "dashboard"
PERIODS = ("7d", "30d", "90d", "12m", "all")
SEED = 20_261_128
GOAL_MS = 100
# A multiple of eight: the eighth workspace is the fullest, with thirty campaigns.
WORKSPACES = 8


@dataclass(frozen=True)
class Effort:
    """How much is done; the goal holds for this."""

    events: int = 5_000_000
    rounds: int = 4
    requests: int = 60  # of each page in each round, after as many as warm it up


SMOKE = Effort(events=12_000, rounds=1, requests=5)


@dataclass
class AnalyticsMeasured:
    """The rounds of each page and of the reference, and what was behind them."""

    visited: Visited
    pages: dict[str, list[PageRound]] = field(default_factory=dict)


def bench_analytics(say: Say, *, quick: bool = False) -> AnalyticsMeasured:
    """Raises DidNotStart, Unexpected."""
    effort = SMOKE if quick else Effort()
    with open_web_bed(WORKSPACES) as bed:
        say(f"Filling a workspace with {effort.events:,} events of visits")
        seat = max(bed.seeded.seats, key=lambda each: len(each.campaign_ids))
        visited = seed_visits(bed.urls.owner_url, seat.workspace_id, effort.events)
        say(f"{visited.events:,} events of {visited.visits:,} visits; asking for their pages")
        return _measure(bed, visited, effort)


def _measure(bed: WebBed, visited: Visited, effort: Effort) -> AnalyticsMeasured:
    chance = random.Random(SEED)  # noqa: S311
    taken = AnalyticsMeasured(visited)
    with bed.running("web", bed.port) as web:
        for page in (REFERENCE, *PAGES):
            _take(bed, web, _asks(bed, visited, page, effort.requests, chance))
        for _ in range(effort.rounds):
            for page in (REFERENCE, *PAGES):
                asks = _asks(bed, visited, page, effort.requests, chance)
                taken.pages.setdefault(page, []).append(_take(bed, web, asks))
    return taken


def _asks(
    bed: WebBed, visited: Visited, page: str, requests: int, chance: random.Random
) -> list[Ask]:
    seat = max(bed.seeded.seats, key=lambda each: len(each.campaign_ids))
    host, asks = bed.host_of(seat), []
    for _ in range(requests):
        campaign_id, render_id = chance.choice(visited.videos)
        path = {
            REFERENCE: "/campaigns",
            PAGES[0]: f"/analytics?period={chance.choice(PERIODS)}&page={chance.randint(1, 3)}",
            PAGES[1]: f"/campaigns/{chance.choice(seat.campaign_ids)}/analytics"
            f"?period={chance.choice(PERIODS)}",
            PAGES[2]: f"/campaigns/{campaign_id}/videos/{render_id}",
        }[page]
        asks.append(Ask(host, path, seat.cookie))
    return asks


def _take(bed: WebBed, web: psutil.Process, asks: Sequence[Ask]) -> PageRound:
    before = web.cpu_times()
    answers = asyncio.run(ask_all(bed.port, asks))
    after = web.cpu_times()
    cpu_s = after.user + after.system - before.user - before.system
    return PageRound([answer.took_s for answer in answers], cpu_s)


def analytics_figures(measured: AnalyticsMeasured) -> list[Figure]:
    """A row for each page."""
    visited = measured.visited
    behind = f"{visited.events:,} events, {visited.visits:,} visits, {visited.leads:,} leads"
    reference = median(each.p95_ms for each in measured.pages[REFERENCE])
    return [
        Figure(
            f"{page}, p95",
            [each.p95_ms for each in rounds],
            "ms",
            Goal(GOAL_MS),
            f"median {median(each.median_ms for each in rounds):.0f} ms, of which "
            f"{median(each.cpu_ms for each in rounds):.0f} ms are the web process’s own work; "
            f"{behind} in its workspace; the dashboard in turns with it {reference:.0f} ms",
            0,
        )
        for page, rounds in measured.pages.items()
        if page != REFERENCE
    ]
