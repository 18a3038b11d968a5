"""The bench from start to end: measures, then prints the table; never fails for a slow machine."""

import argparse
import asyncio
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from app.bench.bed import open_bed
from app.bench.machine import load_average, machine_facts
from app.bench.rounds import measure
from app.bench.rows import figures
from app.bench.table import markdown_table, terminal_table
from app.errors import LoomliteError
from app.pipeline.errors import PipelineError

QUICK_SCENE_S = 4.0
FILE_COLUMNS = 140  # where the table goes to a file instead of a terminal


def run_bench(
    scene_s: float = 15,
    repeats: int = 1,
    quick: bool = False,
    out: Path | None = None,
    markdown: bool = False,
) -> int:
    """Prints every figure beside its reference; returns 0, or 1 when something could not be run.

    `repeats`: further leads, of which medians are taken; ratios are taken within one round.
    `quick`: short scenes, to see that all works; their figures say little. `out` also gets the
    table as Markdown; `markdown` prints it so.
    """
    told, told_progress = Console(), Console(stderr=True, log_path=False)
    if not told.is_terminal:
        told.width = FILE_COLUMNS
    scene_s = QUICK_SCENE_S if quick else scene_s
    load_before = load_average()
    try:
        with open_bed(scene_s) as bed:
            measured = asyncio.run(measure(bed, max(1, repeats), told_progress.log))
            machine = dict(machine_facts(measured.video, measured.first.report.browser))
    except (LoomliteError, PipelineError) as error:
        told_progress.print(f"[red]The bench could not be run:[/red] {error}")
        return 1
    machine["load average"] = f"{load_before} before, {load_average()} after"
    rows = figures(measured)
    title = f"3 scenes × {scene_s:g} s, 1080p60, two personal and one shared"
    if quick:
        title += " (a smoke test: too short to judge)"
        rows = [dataclasses.replace(row, goal=None) for row in rows]
    text = markdown_table(title, rows, machine)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if markdown:
        told.print(text, markup=False, highlight=False, soft_wrap=True)
    else:
        for name, value in machine.items():
            told.print(f"{name}: {value}", highlight=False)
        told.print(terminal_table(title, rows))
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m app.bench`: `run_bench` with its options from the command line."""
    parser = argparse.ArgumentParser(prog="python -m app.bench", description=__doc__)
    parser.add_argument("--scene-s", type=float, default=15, help="seconds of one scene")
    parser.add_argument("--repeats", type=int, default=1, help="further leads to take medians of")
    parser.add_argument("--quick", action="store_true", help="short scenes, as a smoke test")
    parser.add_argument("--markdown", action="store_true", help="print Markdown, for the README")
    parser.add_argument("--out", type=Path, help="also write the Markdown to this file")
    asked = parser.parse_args(arguments)
    return run_bench(asked.scene_s, asked.repeats, asked.quick, asked.out, asked.markdown)
