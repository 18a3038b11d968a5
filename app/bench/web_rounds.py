"""Runs the measurements of the web in one sitting, each beside its reference; judges nothing."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median, quantiles

import psutil

from app.bench.service_cpu import cpu_s
from app.bench.web_bed import WebBed, free_port
from app.bench.web_client import Ask, ask_all, ask_once, rate
from app.bench.web_import import ListImport, import_list
from app.bench.web_process import BARE_TEMPLATE
from app.bench.web_queries import count_statements
from app.bench.web_weight import Weight, weigh

PAGES = ("dashboard", "campaign page")
SEED = 20_261_123  # the same choice in each run

Say = Callable[[str], None]


@dataclass(frozen=True)
class Effort:
    """How much is done; the goals hold for these."""

    workspaces: int = 200
    rounds: int = 4
    requests: int = 100  # of each page in each round, after as many as warm it up
    rate_s: float = 2.0
    rows: int = 100_000
    counted: int = 25


SMOKE = Effort(workspaces=8, rounds=1, requests=10, rate_s=0.2, rows=5000, counted=3)


@dataclass(frozen=True)
class PageRound:
    """One page in one round: of each request its wall time, of all the processor's time."""

    took_s: list[float]
    cpu_s: float

    @property
    def p95_ms(self) -> float:
        return quantiles(self.took_s, n=20)[-1] * 1000

    @property
    def median_ms(self) -> float:
        return median(self.took_s) * 1000

    @property
    def cpu_ms(self) -> float:
        return self.cpu_s / len(self.took_s) * 1000


@dataclass
class WebMeasured:
    """Everything that was measured; rates are answers a second, ours and the bare one's."""

    workspaces: int
    campaigns: int
    leads: int
    pages: dict[str, list[PageRound]] = field(default_factory=dict)
    statements: dict[str, list[int]] = field(default_factory=dict)
    rates: list[tuple[float, float]] = field(default_factory=list)
    weights: dict[str, Weight] = field(default_factory=dict)
    list_import: ListImport | None = None


def measure_web(bed: WebBed, effort: Effort, say: Say) -> WebMeasured:
    """All of it. Raises DidNotStart, Unexpected, ImportFailed."""
    chance, seeded = random.Random(SEED), bed.seeded  # noqa: S311
    taken = WebMeasured(len(seeded.seats), seeded.campaigns, seeded.leads)
    with bed.running("web", bed.port) as web:
        say(f"{taken.leads:,} leads are there; asking for pages")
        for page in PAGES:
            _take_page(bed, web, page, effort.requests, chance)
        for _ in range(effort.rounds):
            for page in PAGES:
                took = _take_page(bed, web, page, effort.requests, chance)
                taken.pages.setdefault(page, []).append(took)
        say("the sign-in page and a bare Litestar, in turns")
        taken.rates = take_rates(bed, Ask(bed.settings.host, "/sign-in"), effort)
        taken.weights = _take_weights(bed)
        say(f"a list of {effort.rows:,} rows")
        taken.list_import = import_list(bed, seeded.seats[0], effort.rows)
    for page in PAGES:
        asks = [_ask(bed, page, chance) for _ in range(effort.counted)]
        taken.statements[page] = count_statements(bed, asks)
    return taken


def _ask(bed: WebBed, page: str, chance: random.Random) -> Ask:
    seat = chance.choice(bed.seeded.seats)
    path = "/campaigns"
    if page != "dashboard":
        path += f"/{chance.choice(seat.campaign_ids)}"
    return Ask(bed.host_of(seat), path, seat.cookie)


def _take_page(
    bed: WebBed, web: psutil.Process, page: str, requests: int, chance: random.Random
) -> PageRound:
    asks = [_ask(bed, page, chance) for _ in range(requests)]
    before_s = cpu_s(web)
    answers = asyncio.run(ask_all(bed.port, asks))
    return PageRound([answer.took_s for answer in answers], cpu_s(web) - before_s)


def take_rates(bed: WebBed, own: Ask, effort: Effort) -> list[tuple[float, float]]:
    """Answers a second of our page and of a bare one, in turns; the service's web must be running.
    The bare page is the very text of ours, so that both send the same."""
    port = free_port()
    text = asyncio.run(ask_once(bed.port, own)).body.decode()
    folder = bed.folder / "bare"
    folder.mkdir(exist_ok=True)
    (folder / BARE_TEMPLATE).write_text("{% raw %}" + text + "{% endraw %}", "utf-8")
    bare = Ask(f"127.0.0.1:{port}", "/")
    with bed.running("bare", port, PORT=str(port), LOOMLITE_VAR=str(folder)):
        for each, to in ((own, bed.port), (bare, port)):
            asyncio.run(rate(to, each, effort.rate_s / 2))
        return [
            (
                asyncio.run(rate(bed.port, own, effort.rate_s)),
                asyncio.run(rate(port, bare, effort.rate_s)),
            )
            for _ in range(effort.rounds + 1)
        ]


def _take_weights(bed: WebBed) -> dict[str, Weight]:
    """Of the fullest workspace."""
    seat = max(bed.seeded.seats, key=lambda each: len(each.campaign_ids))
    host = bed.host_of(seat)
    asks = {
        "sign-in page": Ask(bed.settings.host, "/sign-in"),
        "dashboard": Ask(host, "/campaigns", seat.cookie),
        "campaign page": Ask(host, f"/campaigns/{seat.campaign_ids[-1]}", seat.cookie),
    }
    return {page: asyncio.run(weigh(bed.port, ask)) for page, ask in asks.items()}
