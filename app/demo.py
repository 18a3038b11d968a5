"""Renders the sample campaign over the sample sites; it needs the repository, not the package."""

import errno
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from app.batch import Batch, Order
from app.errors import LoomliteError
from app.lead_videos import render_leads

ROOT = Path(__file__).parents[1]


class DemoImpossible(LoomliteError):
    """The samples cannot be served; `str()` says why."""


async def render_demo(console: Console, out: Path, *, jobs: int, fresh: bool) -> Batch:
    """Serves the samples on loopback and renders all their leads. Raises DemoImpossible."""
    samples = ROOT / "samples"
    with serve_samples() as sites:
        console.print(Text(f"The sample sites are on {sites.url()} meanwhile."))
        order = Order(
            out=out,
            artifacts=out / "artifacts",
            jobs=jobs,
            allow_addresses=tuple(sites.addresses),
            fresh=fresh,
        )
        campaign, leads = samples / "campaign.toml", samples / "leads.csv"
        batch = await render_leads(console, campaign, leads, samples / "facecam.mp4", order)
    say_where(console, batch)
    return batch


@contextmanager
def serve_samples() -> Iterator[Any]:
    """The sample sites on loopback as long as the block lasts. Raises DemoImpossible."""
    server = _sample_server(ROOT / "samples")
    sites = server.SampleSites()
    try:
        sites.__enter__()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise DemoImpossible(
            f"The sample sites need the ports {server.PORT} and {server.CALENDAR_PORT} on "
            "this machine, and another program uses one of them. End it (perhaps a demo that is "
            "still running) and start again."
        ) from error
    try:
        yield sites
    finally:
        sites.__exit__(None, None, None)


def say_where(console: Console, batch: Batch) -> None:
    """Where each lead's video, poster and previews are, and how long they took."""
    for outcome in batch.outcomes:
        if outcome.paths:
            took = f"made in {outcome.wall_s:.1f} s" if outcome.wall_s else "made earlier"
            console.print(Text(f"{outcome.name} ({took})", style="bold"))
            for name, path in outcome.paths.items():
                console.print(Text(f"  {name:13} {batch.order.out / path}"), soft_wrap=True)


def _sample_server(samples: Path) -> Any:
    if not (samples / "server.py").is_file():
        raise DemoImpossible(
            "The demo's sample sites are part of the repository. Clone it, then run `make demo`."
        )
    # The samples are not installed with the package; the command starts from anywhere.
    sys.path.append(str(ROOT))
    return importlib.import_module("samples.server")
