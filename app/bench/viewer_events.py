"""How many views a second one web process takes the events of, and whether it loses any; then how
fast one worker adds them up. It opens no page and judges nothing."""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles
from uuid import UUID

import psycopg

from app.bench.figures import Figure, Goal
from app.bench.web_bed import WebBed, open_web_bed
from app.bench.web_client import Ask, ask_all
from app.bench.web_rounds import Say
from app.db.session import Database, open_engine
from app.storage.secret import load_secret
from app.viewer.page_tokens import PageToken, make, new_page
from app.viewer.rollups import AT_ONCE, roll_up

VIEWS, QUICK_VIEWS = 10_000, 100
CONNECTIONS = 256
OPEN_FOR_S = 60.0
DURATION_S = 45.0
# What a page sends of somebody who watches all of it, in the two requests that it takes at least:
# as it becomes visible and begins to play, and as it is left.
BEGIN = [[0, "view", 1000], [1, "play", 1500, 1], [2, "unmute", 1500]]
END = [
    [3, "range", 11500, 0, 10],
    [4, "range", 21500, 10, 20],
    [5, "pause", 26500, 25],
    [6, "range", 26500, 20, 25],
    [7, "play", 30000, 1],
    [8, "range", 50000, 25, 45],
    [9, "end", 50000],
    [10, "action", 55000, 0],
]
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True)
class EventsMeasured:
    """`took_s`: each request from sending to its answer; `cpu_s` of the web process. `lost` and
    `wrong` are events."""

    views: int
    requests: int
    wall_s: float
    cpu_s: float
    took_s: Sequence[float]
    lost: int
    added_up_s: float
    adding_cpu_s: float
    wrong: int

    @property
    def views_per_s(self) -> float:
        return self.views / self.wall_s

    @property
    def cpu_ms(self) -> float:
        """The web process's own work for one view."""
        return self.cpu_s / self.views * 1000

    @property
    def p95_ms(self) -> float:
        return quantiles(self.took_s, n=20)[-1] * 1000


def bench_events(say: Say, *, quick: bool = False) -> EventsMeasured:
    """On a service of its own. Raises LoomliteError where something could not be run."""
    views = QUICK_VIEWS if quick else VIEWS
    with open_web_bed(1) as bed:
        say(f"The events of {views:,} views")
        return measure_events(bed, views)


def events_figures(measured: EventsMeasured) -> list[Figure]:
    """Every row, in the order of the goals."""
    rate = (
        f"{measured.requests:,} requests over {CONNECTIONS} connections, p95 "
        f"{measured.p95_ms:.0f} ms, each answered when it was committed; a view is "
        f"{measured.cpu_ms:.2f} ms of the web process's own work"
    )
    adding = (
        f"by one worker, from the inbox into every figure; a view is "
        f"{measured.adding_cpu_s / measured.views * 1000:.2f} ms of its own work"
    )
    return [
        Figure(
            "events taken by one web process",
            [measured.views_per_s],
            "views/s",
            Goal(1000, at_least=True),
            rate,
            0,
        ),
        Figure("of them lost", [measured.lost], "events", Goal(0), "counted in the inbox", 0),
        Figure(
            "events added up", [measured.views / measured.added_up_s], "views/s", None, adding, 0
        ),
        Figure(
            "of them wrong",
            [measured.wrong],
            "events",
            Goal(0),
            "events and ends, counted again",
            0,
        ),
    ]


def measure_events(bed: WebBed, views: int) -> EventsMeasured:
    """Every view sends its requests over one of several connections, each from an address of its
    own as a proxy tells it. Raises DidNotStart, Unexpected."""
    campaign_id = bed.seeded.seats[0].campaign_ids[0]
    with bed.running("web", bed.port) as web:
        secret = load_secret(None, bed.settings.var_folder / "secret")
        asks = [list(_asks(bed, secret, campaign_id, n)) for n in range(views + CONNECTIONS)]
        warm, asked = asks[:CONNECTIONS], asks[CONNECTIONS:]
        asyncio.run(_send(bed.port, warm))
        before, began = web.cpu_times(), time.perf_counter()
        took_s = asyncio.run(_send(bed.port, asked))
        wall_s, after = time.perf_counter() - began, web.cpu_times()
        cpu_s = after.user + after.system - before.user - before.system
    requests = len(took_s)
    sent = (views + CONNECTIONS) * (len(BEGIN) + len(END))
    lost = sent - _count(bed, "select sum(jsonb_array_length(told->'events')) from visit_inbox")
    cpu_before = time.process_time()
    added_up_s = asyncio.run(_add_up(bed))
    adding_cpu_s = time.process_time() - cpu_before
    wrong = sent - _count(bed, "select count(*) from visit_events")
    wrong += abs(views + CONNECTIONS - _count(bed, "select sum(ends) from view_days"))
    return EventsMeasured(
        views, requests, wall_s, cpu_s, took_s, lost, added_up_s, adding_cpu_s, wrong
    )


def _asks(bed: WebBed, secret: bytes, campaign_id: UUID, number: int) -> Iterator[Ask]:
    page = _page(bed.seeded.seats[0].workspace_id, campaign_id, number)
    token = make(secret, page)
    address = f"198.18.{number // 250 % 250}.{number % 250}"
    for events in (BEGIN, END):
        yield Ask(
            f"{bed.seeded.seats[0].slug}.{bed.settings.host}",
            f"/v/{page.public_id}/events",
            method="POST",
            body=json.dumps({"token": token, "events": events}).encode(),
            content_type="text/plain",
            headers=(f"x-forwarded-for: {address}", f"user-agent: {AGENT}"),
        )


def _page(workspace_id: UUID, campaign_id: UUID, number: int) -> PageToken:
    at = time.time() - OPEN_FOR_S
    return new_page(
        workspace_id, campaign_id, UUID(int=number % 2000), f"lead{number % 2000}", DURATION_S,
        clock=lambda: at,
    )  # fmt: skip


async def _send(port: int, views: Sequence[Sequence[Ask]]) -> list[float]:
    """All views, as quickly as they are answered; how long each request took."""

    async def send(share: Sequence[Sequence[Ask]]) -> list[float]:
        asks = [ask for view in share for ask in view]
        return [answer.took_s for answer in await ask_all(port, asks, status=204)]

    shares = await asyncio.gather(*(send(views[n::CONNECTIONS]) for n in range(CONNECTIONS)))
    return [took_s for share in shares for took_s in share]


def _count(bed: WebBed, query: str) -> int:
    with psycopg.connect(bed.urls.owner_url) as connection:
        (found,) = connection.execute(query.encode()).fetchone() or (0,)
        return int(found or 0)


async def _add_up(bed: WebBed) -> float:
    """What the worker's loop does, in this process; how long it took."""
    database = Database(open_engine(bed.urls.app_url, pool_size=1))
    began, rows = time.perf_counter(), AT_ONCE
    while rows == AT_ONCE:
        async with database.session(workspace_id=bed.seeded.seats[0].workspace_id) as session:
            done = await roll_up(session, settled_s=0)
            rows = done.rows if done else AT_ONCE
    await database.close()
    return time.perf_counter() - began
