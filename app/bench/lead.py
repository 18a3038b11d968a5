"""One lead rendered by a fresh process, timed from outside; knows no other way to make a video."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from app.pipeline.spec import RenderReport, RenderSpec
from app.pipeline_process import run_pipeline

MEMORY_LOOK_S = 0.25  # a look at some ten processes takes 20 ms: never beside a timed render


@dataclass(frozen=True)
class LeadRun:
    """`wall_s` is that of the process: Python's and the browser's start and end are in it."""

    wall_s: float
    report: RenderReport


@dataclass
class Peak:
    bytes: int = 0


async def run_lead(
    spec: RenderSpec, folder: Path, command: Literal["render", "preview"] = "render"
) -> LeadRun:
    """Runs `command` on `spec`. Raises PipelineFailed."""
    name = f"{command}-{spec.lead.slug}"
    file = folder / f"{name}.json"
    file.write_text(spec.model_dump_json(), encoding="utf-8")
    started = time.monotonic()
    finished = await run_pipeline(command, file, log=folder / f"{name}.log")
    wall_s = time.monotonic() - started
    return LeadRun(wall_s, RenderReport.model_validate(finished["report"]))


@contextlib.asynccontextmanager
async def watching_children() -> AsyncIterator[Peak]:
    """The largest proportional set size that all our child processes have had together."""
    peak = Peak()

    async def watch() -> None:
        while True:
            peak.bytes = max(peak.bytes, await asyncio.to_thread(_children_bytes))
            await asyncio.sleep(MEMORY_LOOK_S)

    task = asyncio.create_task(watch())
    try:
        yield peak
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _children_bytes() -> int:
    total = 0
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            total += child.memory_full_info().pss
    return total
