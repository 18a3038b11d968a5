"""Checks a whole list before anything is rendered and tells a person; it opens no page itself."""

from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from app.campaign import Campaign
from app.inputs import check_rows, read_inputs, read_lists
from app.lead_videos import say_fit
from app.leads import LeadList
from app.pipeline.artifacts import disk_errors
from app.pipeline.pages_spec import PagesToCheck, PageToCheck
from app.pipeline_process import run_pipeline
from app.preflight_index import PageVerdicts, needed_pages, write_index
from app.row_ranges import EVERY_ROW
from app.tables import print_rows, print_table

SHOWN = 60


async def check_list(
    console: Console,
    campaign_file: Path,
    leads_file: Path,
    facecam: Path | None,
    *,
    out: Path,
    jobs: int,
    allow_addresses: tuple[str, ...],
) -> bool:
    """Whether every lead of the list would get a video; `index.json` and pictures are in `out`.

    Raises InputsInvalid, PipelineFailed, DiskFull.
    """
    if facecam is not None:
        inputs = await read_inputs(campaign_file, leads_file, facecam)
        campaign, leads = inputs.campaign, inputs.leads
        say_fit(console, inputs)
    else:
        campaign, leads = read_lists(campaign_file, leads_file)
    print_rows(console, check_rows(leads, EVERY_ROW))
    asked = PagesToCheck(
        pages=needed_pages(campaign, leads),
        thumbnails=out / "pages",
        width=campaign.output.width,
        height=campaign.output.height,
        page_load_wait_ms=campaign.output.page_load_wait_ms,
        jobs=jobs,
        allow_addresses=allow_addresses,
    )
    pages = await _open_pages(console, asked, out)
    counted = write_index(out, campaign, leads, pages)
    _print_verdicts(console, campaign, leads, pages, counted)
    console.print(Text(f"Details and pictures: {out / 'index.json'}"))
    return not counted["fails"] and not counted["skipped"]


async def _open_pages(console: Console, asked: PagesToCheck, out: Path) -> PageVerdicts:
    """Every page's verdict, with its picture's path made relative to `out`."""
    file = _write_request(asked, out)
    pages: PageVerdicts = {}
    bars = Progress(
        TextColumn("Opening pages"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )

    def on_event(event: dict[str, Any]) -> None:
        if event["event"] != "page":
            return
        page = {key: value for key, value in event.items() if key != "event"}
        if "thumbnail" in page:
            page["thumbnail"] = f"pages/{Path(page['thumbnail']).name}"
        pages[PageToCheck(url=page["url"], depth=page["depth"])] = page
        bars.advance(task)

    with bars:
        task = bars.add_task("pages", total=len(asked.pages))
        await run_pipeline("preflight", file, log=out / "preflight.log", on_event=on_event)
    return {page: pages[page] for page in asked.pages}  # in the order of the list again


def _write_request(asked: PagesToCheck, out: Path) -> Path:
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
        file = out / "pages.json"
        file.write_text(asked.model_dump_json(indent=1), encoding="utf-8")
    return file


def _print_verdicts(
    console: Console,
    campaign: Campaign,
    leads: LeadList,
    pages: PageVerdicts,
    counted: Counter[str],
) -> None:
    shown = sorted(pages.values(), key=lambda page: bool(page["ok"]))[:SHOWN]
    rows = [
        (
            "ok" if page["ok"] else "fails",
            page["url"],
            f"{page['height_px']:,} px" if page["ok"] else "",
            " ".join([page["title"], *page["doubts"], *page["notices"]])
            if page["ok"]
            else page["message"],
        )
        for page in shown
    ]
    print_table(console, ("page", "address", "height", "what it is, or why not"), rows)
    if len(pages) > len(shown):
        console.print(f"… and {len(pages) - len(shown)} more pages.")
    said = ", ".join(f"{count} {_IN_WORDS[verdict]}" for verdict, count in counted.items())
    console.print(Text(f"{counted.total()} leads: {said}."))


_IN_WORDS = {
    "ready": "ready",
    "fallback": "with a fallback page",
    "fails": "would fail",
    "skipped": "with a row that cannot be used",
}
