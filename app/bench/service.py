"""The service's part of the bench: web, worker, queue and engine together, from click to video."""

import asyncio
from dataclasses import dataclass

from app.bench.bed import open_bed
from app.bench.figures import Figure
from app.bench.service_rounds import SMOKE, Effort, Say, measure_service
from app.bench.service_rows import service_figures, service_title
from app.bench.web_bed import open_web_bed

SCENE_S, QUICK_SCENE_S = 10.0, 1.0  # three of the demo's scenes are as long as its facecam


@dataclass(frozen=True)
class ServiceTable:
    """A title and the rows below it."""

    title: str
    rows: list[Figure]


def bench_service(say: Say, *, quick: bool = False) -> ServiceTable:
    """Raises LoomliteError or PipelineError where something could not be run."""
    effort, scene_s = (SMOKE, QUICK_SCENE_S) if quick else (Effort(), SCENE_S)
    with open_bed(scene_s) as engine:
        variables = {
            "LOOMLITE_ENV": "development",  # production records no pages of this machine
            "ALLOW_ADDRESSES": ",".join(engine.sites.addresses),
        }
        with open_web_bed(0, **variables) as bed:
            measured = asyncio.run(measure_service(engine, bed, effort, say))
    return ServiceTable(service_title(measured, scene_s), list(service_figures(measured)))
