"""Billing's part of the bench: measures it and gives its table; judges no machine."""

import asyncio

from app.bench.billing_admission import SMOKE, Effort, admission_figures, measure_admission
from app.bench.billing_webhook import bench_webhook, webhook_figures
from app.bench.figures import Figure
from app.bench.web import WebTable
from app.bench.web_bed import open_web_bed
from app.bench.web_rounds import Say


def bench_billing(say: Say, *, quick: bool = False) -> WebTable:
    """Raises LoomliteError where something could not be run."""
    rows: list[Figure] = []
    with open_web_bed(0) as bed:
        taken = asyncio.run(measure_admission(bed, SMOKE if quick else Effort(), say))
        rows += admission_figures(taken)
    rows += webhook_figures(bench_webhook(say, quick=quick))
    return WebTable("Admission and what Stripe tells", rows)
