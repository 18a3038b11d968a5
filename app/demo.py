"""Renders the sample campaign over the sample sites; it needs the repository, not the package."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from app.batch import Batch, Order
from app.lead_videos import render_leads
from app.sample_sites import SAMPLES, serve_samples


async def render_demo(console: Console, out: Path, *, jobs: int, fresh: bool) -> Batch:
    """Serves the samples on loopback and renders all their leads. Raises DemoImpossible."""
    with serve_samples() as sites:
        console.print(Text(f"The sample sites are on {sites.url()} meanwhile."))
        order = Order(
            out=out,
            artifacts=out / "artifacts",
            jobs=jobs,
            allow_addresses=tuple(sites.addresses),
            fresh=fresh,
        )
        campaign, leads = SAMPLES / "campaign.toml", SAMPLES / "leads.csv"
        batch = await render_leads(console, campaign, leads, SAMPLES / "facecam.mp4", order)
    say_where(console, batch)
    return batch


def say_where(console: Console, batch: Batch) -> None:
    """Where each lead's video, poster and previews are, and how long they took."""
    for outcome in batch.outcomes:
        if outcome.paths:
            took = f"made in {outcome.wall_s:.1f} s" if outcome.wall_s else "made earlier"
            console.print(Text(f"{outcome.name} ({took})", style="bold"))
            for name, path in outcome.paths.items():
                console.print(Text(f"  {name:13} {batch.order.out / path}"), soft_wrap=True)
