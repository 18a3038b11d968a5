"""Runs the measurements of the service in one sitting, each beside its reference."""

import asyncio
import os
import resource
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

from app.bench.bed import LEADS, SHARED_PAGE, STYLE, Bed
from app.bench.lead import run_lead
from app.bench.screencast import FfmpegFailed
from app.bench.service_cpu import Meter, Used
from app.bench.service_renders import (
    Click,
    add_ready,
    bare_insert_s,
    click_and_watch,
    click_render,
    ended_s,
    forget_renders,
)
from app.bench.service_seed import Film, Team, add_team
from app.bench.service_streams import Streams, measure_streams
from app.bench.three_pass import ThreePass, ffmpeg_is_here, run_three_pass
from app.bench.web_bed import WebBed
from app.db.session import Database, open_engine
from app.pipeline.browser.find import find_chromium

TEAMS = 10
CLIP_S = 30.0  # of samples/facecam.mp4
SMALL = {"width": 320, "height": 180, "fps": 30, "preset": "superfast", "page_load_wait_ms": 500}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Effort:
    """How much is done; the goals hold for these."""

    queued: int = 10_000
    pages: int = 500
    idle_s: float = 40.0
    news: int = 40
    clicks: int = 5
    small: int = 20  # renders of two seconds
    leads: int = 5  # of the demo's campaign
    rest_s: float = 10.0


SMOKE = Effort(queued=200, pages=20, idle_s=1.0, news=4, clicks=1, small=1, leads=2, rest_s=1.0)


@dataclass(frozen=True)
class Overhead:
    """CPU per render: of worker and PostgreSQL without what they take at rest, and of whoever runs
    the engine's command alone."""

    renders: int
    service: Used
    rest_share: float
    alone_s: float

    @property
    def service_s(self) -> float:
        return (self.service.cpu_s - self.rest_share * self.service.at_s) / self.renders


@dataclass
class ServiceMeasured:
    """Everything that was measured; `no_reference` says why there is no such reference."""

    effort: Effort
    queued_s: float = 0.0
    bare_s: float = 0.0
    streams: Streams | None = None
    clicks: list[Click] = field(default_factory=list)
    small: Overhead | None = None
    demo: Overhead | None = None
    demo_ended_s: list[float] = field(default_factory=list)
    slots: int = 0
    three_pass: ThreePass | None = None
    no_reference: str = ""


async def measure_service(engine: Bed, bed: WebBed, effort: Effort, say: Say) -> ServiceMeasured:
    """All of it. Raises DidNotStart, Unexpected, RenderNotMade, PipelineFailed."""
    taken = ServiceMeasured(effort, slots=bed.settings.slots)
    database = Database(open_engine(bed.urls.app_url))
    teams = [await add_team(database, bed.settings.host, f"team-{n}") for n in range(TEAMS)]
    await database.close()
    with bed.running("web", bed.port) as web:
        say(f"{effort.queued:,} renders are asked for")
        await _queue(taken, engine, bed, teams[0])
        say(f"{effort.pages} open pages")
        taken.streams = await measure_streams(
            bed, web, teams, pages=effort.pages, idle_s=effort.idle_s, news=effort.news
        )
        with bed.running("worker") as worker:
            meter = Meter(worker, bed.folder / "postgres")
            rest_share = await _at_rest(meter, effort.rest_s)
            say("clicks on Render")
            await _click(taken, engine, bed, teams[1])
            say("short renders, by the service and by the engine alone")
            taken.small = await _small(effort, engine, bed, teams[2], meter, rest_share)
            say(f"{effort.leads} leads of the demo's campaign")
            await _demo(taken, engine, bed, teams[3], meter, rest_share)
    say("one lead the three-pass way")
    await _reference(taken, engine)
    return taken


async def _queue(taken: ServiceMeasured, engine: Bed, bed: WebBed, team: Team) -> None:
    """No worker is there yet, so the list waits; it is gone before one comes."""
    pages = [("https://example.com/a", "https://example.com/b")] * taken.effort.queued
    ready = await add_ready(bed, team, _small_film(engine), pages)
    taken.queued_s = await click_render(bed, ready)
    taken.bare_s = await asyncio.to_thread(bare_insert_s, bed, taken.effort.queued)
    forget_renders(bed)


async def _click(taken: ServiceMeasured, engine: Bed, bed: WebBed, team: Team) -> None:
    for number in range(taken.effort.clicks):
        pages = [_pages(engine, number, "click")]
        ready = await add_ready(bed, team, _small_film(engine), pages)
        taken.clicks.append(await click_and_watch(bed, ready))
        await ended_s(bed, ready.campaign_id)


async def _at_rest(meter: Meter, for_s: float) -> float:
    """Seconds of the processor for each second in which nothing is rendered."""
    before = meter.read()
    await asyncio.sleep(for_s)
    used = meter.read() - before
    return used.cpu_s / used.at_s


async def _small(
    effort: Effort, engine: Bed, bed: WebBed, team: Team, meter: Meter, rest_share: float
) -> Overhead:
    pages = [_pages(engine, number, "small") for number in range(effort.small)]
    ready = await add_ready(bed, team, _small_film(engine), pages)
    before = meter.read()
    await click_render(bed, ready)
    await ended_s(bed, ready.campaign_id)
    used = meter.read() - before
    alone_s = await _alone(engine, effort.small, small=True)
    return Overhead(effort.small, used, rest_share, alone_s)


async def _demo(
    taken: ServiceMeasured, engine: Bed, bed: WebBed, team: Team, meter: Meter, rest_share: float
) -> None:
    leads = taken.effort.leads
    pages = [_pages(engine, number, "demo") for number in range(leads)]
    ready = await add_ready(bed, team, _demo_film(engine), pages)
    before = meter.read()
    await click_render(bed, ready)
    taken.demo_ended_s = await ended_s(bed, ready.campaign_id)
    used = meter.read() - before
    taken.demo = Overhead(leads, used, rest_share, await _alone(engine, 1, small=False))


async def _alone(engine: Bed, renders: int, *, small: bool) -> float:
    """CPU per render of this process while it runs the engine's command and does nothing else."""
    total_s = 0.0
    for number in range(renders):
        spec = engine.spec(number)
        if small:
            scenes = tuple(
                scene.model_copy(update={"frames": SMALL["fps"]}) for scene in spec.scenes[:2]
            )
            output = spec.output.model_copy(update=SMALL)
            style = STYLE.model_copy(update={"width": 64, "margin": 8, "border": 2})
            spec = spec.model_copy(update={"scenes": scenes, "output": output, "style": style})
        before = _own_cpu_s()
        await run_lead(spec, engine.folder)
        total_s += _own_cpu_s() - before
        shutil.rmtree(spec.out, ignore_errors=True)
    return total_s / renders


def _own_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _reference(taken: ServiceMeasured, engine: Bed) -> None:
    if not ffmpeg_is_here():
        taken.no_reference = "ffmpeg is not installed, so there is no three-pass run"
        return
    try:
        taken.three_pass = await run_three_pass(
            engine.spec(0), find_chromium(os.environ), engine.folder
        )
    except FfmpegFailed as error:
        taken.no_reference = f"the three-pass run failed: {error}"


def _pages(engine: Bed, number: int, what: str) -> tuple[str, str]:
    """A lead's own two pages; `what` and the round keep each lead's cold for the store."""
    _, page, site = LEADS[number % len(LEADS)]
    visit = f"?visit={what}-{number // len(LEADS)}"
    return engine.sites.url(page) + visit, engine.sites.url(site) + visit


def _demo_film(engine: Bed) -> Film:
    """As samples/campaign.toml has it: two personal scenes and a shared one, 1080p60."""
    return Film(
        engine.facecam,
        CLIP_S,
        [
            {"id": "profile", "csv_column": "Page", "duration_s": engine.scene_s},
            {"id": "company", "csv_column": "Site", "duration_s": engine.scene_s},
            {"id": "product", "url": engine.sites.url(SHARED_PAGE), "duration_s": engine.scene_s},
        ],
        {},
        {},
        used_s=min(CLIP_S, 3 * engine.scene_s),
    )


def _small_film(engine: Bed) -> Film:
    scenes = [
        {"id": "profile", "csv_column": "Page", "duration_s": 1.0},
        {"id": "company", "csv_column": "Site", "duration_s": 1.0},
    ]
    return Film(
        engine.facecam, CLIP_S, scenes, SMALL, {"width": 64, "margin": 8, "border": 2}, used_s=2.0
    )
