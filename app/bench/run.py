"""The bench from start to end: measures, then prints its tables; never fails for a slow machine."""

import argparse
import asyncio
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from app.bench.bed import open_bed
from app.bench.billing import bench_billing
from app.bench.figures import Figure
from app.bench.machine import computer_facts, load_average, machine_facts
from app.bench.rounds import Say, measure
from app.bench.rows import figures
from app.bench.service import bench_service
from app.bench.table import markdown_table, terminal_table
from app.bench.viewer import bench_viewer
from app.bench.web import bench_web
from app.errors import LoomliteError
from app.pipeline.errors import PipelineError

QUICK_SCENE_S = 4.0
FILE_COLUMNS = 140  # where the table goes to a file instead of a terminal


@dataclass(frozen=True)
class _Sheet:
    """A table with what it was measured on."""

    title: str
    rows: Sequence[Figure]
    machine: Mapping[str, str]


def run_bench(
    scene_s: float = 15,
    repeats: int = 1,
    quick: bool = False,
    out: Path | None = None,
    markdown: bool = False,
    web_alone: bool = False,
    service_alone: bool = False,
    viewer_alone: bool = False,
    billing_alone: bool = False,
) -> int:
    """Prints every figure of the engine, the web, the service, the viewer and billing, beside its
    reference.

    Returns 0, or 1 when something could not be run. `repeats`: further leads, of which medians are
    taken; ratios are taken within one round. `quick`: short scenes and few rows, to see that all
    works; their figures say little. `out` also gets the tables as Markdown; `markdown` prints them
    so. `web_alone` and the like leave the others out.
    """
    told, told_progress = Console(), Console(stderr=True, log_path=False)
    if not told.is_terminal:
        told.width = FILE_COLUMNS
    texts: list[str] = []
    parts = (
        (_bench_web, web_alone),
        (_bench_service, service_alone),
        (_bench_viewer, viewer_alone),
        (_bench_billing, billing_alone),
    )
    is_all = not any(is_alone for _, is_alone in parts)
    try:
        if is_all:
            sheet = _bench_engine(QUICK_SCENE_S if quick else scene_s, repeats, told_progress.log)
            texts.append(_tell(sheet, told, quick=quick, markdown=markdown))
        for bench, is_alone in parts:
            if is_all or is_alone:
                sheet = bench(quick, told_progress.log)
                texts.append(_tell(sheet, told, quick=quick, markdown=markdown))
    except (LoomliteError, PipelineError) as error:
        told_progress.print(f"[red]The bench could not be run:[/red] {error}")
        return 1
    finally:
        if out is not None and texts:
            out.write_text("\n".join(texts), encoding="utf-8")
    return 0


def _bench_engine(scene_s: float, repeats: int, say: Say) -> _Sheet:
    load_before = load_average()
    with open_bed(scene_s) as bed:
        measured = asyncio.run(measure(bed, max(1, repeats), say))
        machine = dict(machine_facts(measured.video, measured.first.report.browser))
    title = f"3 scenes × {scene_s:g} s, 1080p60, two personal and one shared"
    return _Sheet(title, figures(measured), machine | _loads(load_before))


def _bench_web(quick: bool, say: Say) -> _Sheet:
    load_before = load_average()
    table = bench_web(say, quick=quick)
    return _Sheet(table.title, table.rows, {**computer_facts(), **_loads(load_before)})


def _bench_service(quick: bool, say: Say) -> _Sheet:
    load_before = load_average()
    table = bench_service(say, quick=quick)
    return _Sheet(table.title, table.rows, {**computer_facts(), **_loads(load_before)})


def _bench_viewer(quick: bool, say: Say) -> _Sheet:
    load_before = load_average()
    table = bench_viewer(say, quick=quick)
    return _Sheet(table.title, table.rows, {**computer_facts(), **_loads(load_before)})


def _bench_billing(quick: bool, say: Say) -> _Sheet:
    load_before = load_average()
    table = bench_billing(say, quick=quick)
    return _Sheet(table.title, table.rows, {**computer_facts(), **_loads(load_before)})


def _loads(before: str) -> dict[str, str]:
    return {"load average": f"{before} before, {load_average()} after"}


def _tell(sheet: _Sheet, told: Console, *, quick: bool, markdown: bool) -> str:
    """Prints the table; gives it as Markdown."""
    title, rows = sheet.title, list(sheet.rows)
    if quick:
        title += " (a smoke test: too short to judge)"
        rows = [dataclasses.replace(row, goal=None) for row in rows]
    text = markdown_table(title, rows, sheet.machine)
    if markdown:
        told.print(text, markup=False, highlight=False, soft_wrap=True)
        return text
    for name, value in sheet.machine.items():
        told.print(f"{name}: {value}", highlight=False)
    told.print(terminal_table(title, rows))
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m app.bench`: `run_bench` with its options from the command line."""
    parser = argparse.ArgumentParser(prog="python -m app.bench", description=__doc__)
    parser.add_argument("--scene-s", type=float, default=15, help="seconds of one scene")
    parser.add_argument("--repeats", type=int, default=1, help="further leads to take medians of")
    parser.add_argument("--quick", action="store_true", help="short scenes, as a smoke test")
    parser.add_argument("--web", action="store_true", help="the web alone, without the engine")
    parser.add_argument("--service", action="store_true", help="the service alone")
    parser.add_argument("--viewer", action="store_true", help="landing pages and analytics alone")
    parser.add_argument("--billing", action="store_true", help="admission and webhooks alone")
    parser.add_argument("--markdown", action="store_true", help="print Markdown, for the README")
    parser.add_argument("--out", type=Path, help="also write the Markdown to this file")
    asked = parser.parse_args(arguments)
    return run_bench(
        asked.scene_s,
        asked.repeats,
        asked.quick,
        asked.out,
        asked.markdown,
        web_alone=asked.web,
        service_alone=asked.service,
        viewer_alone=asked.viewer,
        billing_alone=asked.billing,
    )
