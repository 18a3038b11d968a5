"""Runs the measurements in one sitting, each beside its reference; judges and prints nothing."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.bench.bed import SHARED_PAGE, Bed
from app.bench.floor import floor_s
from app.bench.lead import LeadRun, run_lead, watching_children
from app.bench.pages import Captured, capture_page, open_studio, stepped_rate
from app.bench.screencast import FfmpegFailed
from app.bench.three_pass import ThreePass, ffmpeg_is_here, run_three_pass
from app.pipeline.browser.find import find_chromium

STATIC_PAGES = ("people/ada-lindgren/", "companies/fjordgrid/")
CHANGING_HEADER_PAGE = SHARED_PAGE
MOVING_PAGE = "product/"
STILL_PAGE = "companies/fjordgrid/"

Say = Callable[[str], None]


@dataclass
class Round:
    """One further lead, with the references taken just before and after it."""

    further: LeadRun
    floor_s: float
    preview: LeadRun
    three_pass: ThreePass | None


@dataclass
class Measured:
    """Everything that was measured; `no_reference` says why there is no such reference."""

    first: LeadRun
    peak_memory_bytes: int
    rounds: list[Round] = field(default_factory=list)
    no_reference: str = ""
    captured: dict[str, list[Captured]] = field(default_factory=dict)
    stepped_moving: list[float] = field(default_factory=list)
    stepped_still: list[float] = field(default_factory=list)

    @property
    def video(self) -> Path:
        return Path(self.first.report.paths["video.mp4"])


async def measure(bed: Bed, repeats: int, say: Say) -> Measured:
    """The first lead once, then `repeats` rounds and as many looks at single pages.

    Raises PipelineFailed, and what opening a sample page raises.
    """
    say("the first lead, cold, with its memory watched")
    async with watching_children() as peak:
        first = await run_lead(bed.spec(0), bed.folder)
    measured = Measured(first, peak.bytes)
    if not ffmpeg_is_here():
        measured.no_reference = "ffmpeg is not installed, so there is no three-pass run"
    for number in range(1, repeats + 1):
        say(f"round {number} of {repeats}")
        measured.rounds.append(await _round(bed, number, measured, say))
    for number in range(1, repeats + 1):
        say(f"single pages, {number} of {repeats}")
        await _pages(bed, measured)
    return measured


async def _round(bed: Bed, number: int, measured: Measured, say: Say) -> Round:
    spec = bed.spec(number)
    three_pass = None
    if not measured.no_reference:
        say(f"  {spec.lead.name}, the three-pass way")
        try:
            three_pass = await run_three_pass(spec, find_chromium(os.environ), bed.folder)
        except FfmpegFailed as error:
            measured.no_reference = f"the three-pass run failed: {error}"
    say(f"  {spec.lead.name}, as a further lead")
    further = await run_lead(spec, bed.folder)
    say("  the floor")
    floor = floor_s(spec, bed.folder)
    say("  the preview")
    # Its recordings and sound are there from the render; its small segments are not.
    draft = spec.model_copy(update={"out": spec.out.with_name(f"{number}-draft")})
    preview = await run_lead(draft, bed.folder, "preview")
    return Round(further, floor, preview, three_pass)


async def _pages(bed: Bed, measured: Measured) -> None:
    async with open_studio(bed) as studio:
        for path in (*STATIC_PAGES, CHANGING_HEADER_PAGE):
            captured = await capture_page(bed, studio, path)
            measured.captured.setdefault(path, []).append(captured)
        measured.stepped_moving.append(await stepped_rate(bed, studio, MOVING_PAGE, moving=True))
        measured.stepped_still.append(await stepped_rate(bed, studio, STILL_PAGE, moving=False))
