"""From three files to videos, told to a person on the way; how a video is made is the batch's."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from app.batch import Batch, Order, render_lead
from app.inputs import Inputs, check_rows, find_lead, read_inputs
from app.progress import show_progress
from app.render_specs import build_spec
from app.tables import print_outcomes, print_rows


async def render_leads(
    console: Console, campaign: Path, leads: Path, facecam: Path, order: Order
) -> Batch:
    """Checks everything, renders what is missing, ends with a table. Raises InputsInvalid."""
    inputs = await read_inputs(campaign, leads, facecam)
    say_fit(console, inputs)
    check = check_rows(inputs.leads, order.rows)
    print_rows(console, check)
    with show_progress(console, check.good + check.bad) as watcher:
        batch = Batch(inputs, order, watcher)
        await batch.run()
    print_outcomes(console, batch)
    console.print(Text(f"Everything is in {order.out}; summary.json tells about each lead."))
    return batch


async def preview_lead(
    console: Console, campaign: Path, leads: Path, facecam: Path, *, row: int, order: Order
) -> Path:
    """A draft of one lead's video. Raises InputsInvalid, LeadsInvalid, PipelineFailed."""
    inputs = await read_inputs(campaign, leads, facecam)
    say_fit(console, inputs)
    lead = find_lead(inputs.leads, row)
    spec = build_spec(
        inputs.campaign,
        lead,
        inputs.fit,
        facecam=inputs.facecam,
        out=order.out,
        artifacts=order.artifacts,
        allow_addresses=order.allow_addresses,
        recording_max_age_s=0.0 if order.fresh else 86_400,
    ).model_copy(update={"draft": True})
    with show_progress(console, 1) as watcher:
        watcher.lead_started(spec)
        report = await render_lead(spec, lambda event: watcher.lead_moved(spec, event))
    for scene in report["scenes"]:
        shown = f"{scene['id']}: {scene['url']}"
        if scene["used_fallback"]:
            shown += " (the fallback page)"
        console.print(Text(" ".join([f"{shown}.", *scene["notices"]])))
    return order.out / "draft.mp4"


def say_fit(console: Console, inputs: Inputs) -> None:
    if inputs.fit.said is not None:
        console.print(Text(inputs.fit.said))
