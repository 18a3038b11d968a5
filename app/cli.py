"""The `loomlite` command: the only place that knows campaigns and engine; each command is a caller.

A command imports what it runs when it runs: the service starts without the engine.

Exit codes: 0 done, 1 something failed, 2 the input cannot be used, 130 interrupted.
"""

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from app.billing_commands import billing
from app.cli_failures import FAILED, INTERRUPTED, say
from app.operator_commands import operators
from app.service_commands import service

if TYPE_CHECKING:
    from app.batch import Order


WIDTH = 120

T = TypeVar("T")
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback is for --debug
    help="One facecam, a lead list, a personalised video per lead.",
)
app.add_typer(service)
app.add_typer(operators)
app.add_typer(billing)
# In a log or a pipe nobody measures the terminal, and 80 columns would break every address.
console = Console(width=None if sys.stdout.isatty() else WIDTH)
errors = Console(stderr=True, width=None if sys.stderr.isatty() else WIDTH)

CampaignFile = Annotated[Path, typer.Argument(help="campaign.toml or .json", metavar="CAMPAIGN")]
LeadsFile = Annotated[Path, typer.Argument(help="the lead list, a CSV", metavar="LEADS")]
Facecam = Annotated[Path, typer.Argument(help="the presenter's clip", metavar="FACECAM")]
Out = Annotated[Path, typer.Option(help="folder for the results")]
Artifacts = Annotated[
    Path | None,
    typer.Option(help="folder for recordings and segments to reuse; OUT/artifacts if left out"),
]
Allow = Annotated[
    list[str] | None,
    typer.Option("--allow-address", help="a host:port that need not be public; repeatable"),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="use nothing from earlier runs")]
Jobs = Annotated[int, typer.Option(min=1, max=64, help="how many at once")]


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="show tracebacks")] = False,
) -> None:
    context.obj = debug


@app.command()
def render(
    campaign: CampaignFile,
    leads: LeadsFile,
    facecam: Facecam,
    out: Out,
    rows: Annotated[str | None, typer.Option(help="like 2-5 or 3,7-; the header is row 1")] = None,
    jobs: Jobs = 1,
    allow_address: Allow = None,
    artifacts: Artifacts = None,
    fresh: Fresh = False,
) -> None:
    """Make a video for every lead; go on where the last run ended."""
    from app.lead_videos import render_leads

    order = _order(out, artifacts, allow_address, rows=rows, jobs=jobs, fresh=fresh)
    batch = _run(render_leads(console, campaign, leads, facecam, order))
    raise typer.Exit(0 if batch.all_made else FAILED)


@app.command()
def preview(
    campaign: CampaignFile,
    leads: LeadsFile,
    facecam: Facecam,
    out: Out,
    row: Annotated[int, typer.Option(help="the lead's row in the list; the header is row 1")] = 2,
    allow_address: Allow = None,
    artifacts: Artifacts = None,
    fresh: Fresh = False,
) -> None:
    """Make a quick draft of one lead's video: small, with every scene and sound."""
    from app.lead_videos import preview_lead

    order = _order(out, artifacts, allow_address, fresh=fresh)
    draft = _run(preview_lead(console, campaign, leads, facecam, row=row, order=order))
    console.print(Text(f"The draft is {draft}"), soft_wrap=True)


@app.command()
def preflight(
    campaign: CampaignFile,
    leads: LeadsFile,
    facecam: Annotated[Path | None, typer.Argument(metavar="[FACECAM]")] = None,
    out: Out = Path("out/preflight"),
    jobs: Jobs = 4,
    allow_address: Allow = None,
) -> None:
    """Check a whole list: open every page once, render nothing."""
    from app.page_checks import check_list

    allow = _allowed(allow_address)
    ready = _run(
        check_list(
            console, campaign, leads, facecam, out=out.resolve(), jobs=jobs, allow_addresses=allow
        )
    )
    raise typer.Exit(0 if ready else FAILED)


@app.command()
def probe(
    facecam: Facecam,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Say what a facecam clip is and whether it can be used."""
    from app.inputs import probe_clip
    from app.tables import print_clip

    clip = _run(probe_clip(facecam))
    if as_json:
        typer.echo(json.dumps(clip, indent=2))
    else:
        print_clip(console, facecam.name, clip)


@app.command()
def plan(
    url: Annotated[str, typer.Argument(metavar="URL")],
    png: Annotated[Path, typer.Option(help="where to draw it")] = Path("plan.png"),
    duration_s: Annotated[float, typer.Option("--duration-s", min=1, max=300)] = 15,
    persona: Annotated[str, typer.Option(help="calm, brisk, thorough or skimmer")] = "calm",
    depth: Annotated[str, typer.Option(help="none, middle, end, #css or a heading")] = "end",
    seed: Annotated[int | None, typer.Option(help="another plan than a render's")] = None,
    allow_address: Allow = None,
) -> None:
    """Draw how a scene would scroll one page, with its pauses and headings."""
    from app.hme.naturalness import naturalness
    from app.leads import check_url
    from app.page_plans import SceneWish, draw_scene_plan
    from app.tables import print_table

    wish = SceneWish(check_url(url), duration_s, persona, depth, seed=seed)
    survey, motion = _run(draw_scene_plan(wish, png, allow_addresses=_allowed(allow_address)))
    pauses = sum(phase.kind == "pause" for phase in motion.phases)
    facts = (
        ("page", f"{survey.title}, {survey.geometry.height_px:,} px, {survey.final_url}"),
        ("reaches", f"{motion.reached_px:,} of {motion.wanted_px:,} px"),
        ("pauses", f"{pauses}, {sum(bool(p.heading) for p in motion.phases)} at a heading"),
        ("naturalness", f"{naturalness(motion.scroll_px, motion.fps):.2f}"),
        ("seed", str(motion.seed)),
        ("picture", str(png)),
    )
    print_table(console, ("plan", ""), facts)


@app.command()
def doctor(
    folder: Annotated[Path, typer.Option("--out", help="where videos will go")] = Path("out"),
) -> None:
    """Check browser, fonts, codecs, disk and write access, and say what to do about each fault."""
    from app.doctor import run_checks
    from app.tables import print_table

    checks = run_checks(folder.resolve(), os.environ)
    rows = [(check.state, check.name, check.found, check.cure) for check in checks]
    print_table(console, ("", "check", "found", "what to do"), rows)
    raise typer.Exit(FAILED if any(check.state == "fault" for check in checks) else 0)


@app.command()
def bench(
    scene_s: Annotated[float, typer.Option("--scene-s", min=1, help="a scene's length")] = 15,
    repeats: Annotated[int, typer.Option(min=1, help="further leads to take medians of")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="short scenes: does it all work?")] = False,
    out: Annotated[Path | None, typer.Option(help="a file for the table as Markdown")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="print it so")] = False,
    web: Annotated[bool, typer.Option("--web", help="the web alone, not the engine")] = False,
    service: Annotated[bool, typer.Option("--service", help="the service alone")] = False,
    viewer: Annotated[
        bool, typer.Option("--viewer", help="landing pages and analytics alone")
    ] = False,
    billing: Annotated[
        bool, typer.Option("--billing", help="admission and webhooks alone")
    ] = False,
) -> None:
    """Measure this machine against the figures in the README."""
    from app.bench import run_bench

    # What it has started must end with it, however it is ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    raise typer.Exit(
        run_bench(
            scene_s,
            repeats,
            quick,
            out,
            markdown,
            web_alone=web,
            service_alone=service,
            viewer_alone=viewer,
            billing_alone=billing,
        )
    )


@app.command()
def demo(out: Out = Path("out/demo"), jobs: Jobs = 1, fresh: Fresh = False) -> None:
    """Render the sample campaign over the sample sites that ship in the repository."""
    from app.demo import render_demo

    batch = _run(render_demo(console, out.resolve(), jobs=jobs, fresh=fresh))
    raise typer.Exit(0 if batch.all_made else FAILED)


def main() -> None:
    """Runs the command line; expected errors end it with one sentence, others with a log file."""
    try:
        app()
    except Exception as error:
        if "--debug" in sys.argv:
            traceback.print_exc()
        sys.exit(say(errors, error))


def _order(
    out: Path,
    artifacts: Path | None,
    allow_address: list[str] | None,
    *,
    rows: str | None = None,
    jobs: int = 1,
    fresh: bool = False,
) -> "Order":
    from app.batch import Order
    from app.row_ranges import parse_rows

    out = out.resolve()
    return Order(
        out=out,
        artifacts=(artifacts or out / "artifacts").resolve(),
        rows=parse_rows(rows),
        jobs=jobs,
        allow_addresses=_allowed(allow_address),
        fresh=fresh,
    )


def _allowed(addresses: list[str] | None) -> tuple[str, ...]:
    from app.pipeline.browser.address_rules import parse_allow

    for address in addresses or ():
        try:
            parse_allow(address)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--allow-address") from None
    return tuple(addresses or ())


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        errors.print("Interrupted. What is finished stays; the same command goes on from here.")
        raise typer.Exit(INTERRUPTED) from None
