"""The parts of the command line that need no engine: rows, specs, progress, summaries, verdicts."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from rich.console import Console

from app.campaign import parse_campaign
from app.fit import fit_scenes
from app.hme.geometry import Heading, PageGeometry
from app.hme.plan import plan_motion
from app.leads import Lead, open_leads
from app.pipeline.pages_spec import PageToCheck
from app.pipeline.spec import RenderSpec
from app.plan_picture import PICTURE_HEIGHT_PX, draw_plan
from app.preflight_index import PageVerdicts, needed_pages, write_index
from app.progress import LeadProgress, show_progress
from app.render_specs import build_spec, spec_digest
from app.row_ranges import EVERY_ROW, RowsInvalid, parse_rows
from app.summary import LeadOutcome, Summary
from app.tables import print_table

CAMPAIGN = parse_campaign(
    {
        "scenes": [
            {"id": "own", "csv_column": "site", "duration_s": 2, "fallback_url": "b.example"},
            {"id": "ours", "url": "https://a.example/", "duration_s": 1},
        ]
    }
)
FIT = fit_scenes([2, 1], 3, fps=60, rule="scale")


def spec_for(site: str | None, folder: Path = Path("somewhere")) -> RenderSpec:
    lead = Lead(2, "Ada", {}, {"site": site} if site else {})
    return build_spec(
        CAMPAIGN, lead, FIT, facecam=folder / "f.mp4", out=folder / "out", artifacts=folder / "a"
    )


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("3", [3], [2, 4]),
        ("2-5, 9", [2, 5, 9], [6, 10]),
        ("7-", [7, 100_000], [6]),
        ("-4", [1, 4], [5]),
        (None, [1, 99], []),
    ],
)
def test_rows_are_named_as_in_a_print_dialog(
    text: str | None, inside: list[int], outside: list[int]
) -> None:
    rows = parse_rows(text)
    assert all(row in rows for row in inside)
    assert not any(row in rows for row in outside)


@pytest.mark.parametrize("text", ["", "a", "5-2", "2-5-7", "-", "2,,3"])
def test_rows_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(RowsInvalid):
        parse_rows(text)


def test_only_scenes_with_an_address_of_their_own_are_shared() -> None:
    own, ours = spec_for("https://c.example/").scenes
    assert (own.url, own.shared, own.frames) == ("https://c.example/", False, 120)
    assert (ours.url, ours.shared, ours.frames) == ("https://a.example/", True, 60)


def test_a_lead_without_an_address_goes_to_the_fallback() -> None:
    own = spec_for(None).scenes[0]
    assert own.url is None
    assert own.fallback_url == "https://b.example/"


def test_a_moved_folder_changes_no_digest_but_another_clip_or_page_does() -> None:
    digest = spec_digest(spec_for("https://c.example/"), "clip")
    assert digest == spec_digest(spec_for("https://c.example/", Path("elsewhere")), "clip")
    assert digest != spec_digest(spec_for("https://c.example/"), "another clip")
    assert digest != spec_digest(spec_for("https://d.example/"), "clip")


def test_a_lead_never_goes_backwards_and_ends_near_the_whole() -> None:
    progress = LeadProgress(spec_for("https://c.example/"))
    steps = [("opening", 0, 1), ("recording", 60, 120), ("composing", 30, 120)]
    steps += [("recording", 90, 120), ("composing", 120, 120), ("retrying", 1, 3)]
    done = [0.0]
    for step, at, total in steps:
        progress.take({"event": "scene", "scene": "own", "step": step, "done": at, "total": total})
        done.append(progress.done)
    progress.take({"event": "scene", "scene": "ours", "step": "cached", "done": 1, "total": 1})
    progress.take({"event": "step", "step": "verifying", "done": 0, "total": 1})
    done.append(progress.done)
    assert done == sorted(done)
    assert 0.9 < done[-1] <= 1


def test_progress_in_a_log_is_plain_lines() -> None:
    out = io.StringIO()
    console = Console(file=out, width=200)
    with show_progress(console, 2) as watcher:
        watcher.lead_started(spec_for(None))
        watcher.lead_ended(LeadOutcome(2, "Ada", "failed", {"message": "No [page]."}, {}, 1.5))
    assert out.getvalue().splitlines() == [
        "[0/2] row 2 Ada: started",
        "[1/2] row 2 Ada: failed in 1.5 s: No [page].",
    ]


def test_progress_on_a_terminal_shows_lead_scene_and_step() -> None:
    out = io.StringIO()
    environ = {"TERM": "xterm"}  # whatever this test itself runs in
    console = Console(file=out, width=140, force_terminal=True, _environ=environ)
    spec = spec_for("https://c.example/")
    with show_progress(console, 1) as watcher:
        watcher.lead_started(spec)
        event = {"event": "scene", "scene": "own", "step": "composing", "done": 60, "total": 120}
        watcher.lead_moved(spec, event)
    said = out.getvalue()
    assert "Row 2 Ada" in said
    assert "scene 1/2 own · composing" in said
    assert "left" in said


def test_a_summary_keeps_the_rows_that_a_later_run_leaves_alone(tmp_path: Path) -> None:
    first = Summary(tmp_path, {"campaign": "x"}, EVERY_ROW)
    for row in (3, 2):
        first.record(LeadOutcome(row, f"lead {row}", "completed"))
    first.write()
    later = Summary(tmp_path, {"campaign": "x"}, parse_rows("3"))
    later.record(LeadOutcome(3, "lead 3", "failed", {"message": "no"}))
    later.write()
    told = json.loads((tmp_path / "summary.json").read_text())
    assert told["campaign"] == "x"
    assert [(lead["row"], lead["state"]) for lead in told["leads"]] == [
        (2, "completed"),
        (3, "failed"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["summary.json"]


def test_a_preflight_opens_each_page_once_and_judges_each_lead(tmp_path: Path) -> None:
    list_file = tmp_path / "leads.csv"
    list_file.write_text("name,site\nA,https://c.example\nB,https://c.example\nC,\nD,d.example\n")
    leads = open_leads(
        list_file,
        url_columns=CAMPAIGN.csv_columns,
        fallback_columns=CAMPAIGN.fallback_columns,
    )
    pages = needed_pages(CAMPAIGN, leads)
    assert [page.url.split("/")[2][0] for page in pages] == ["b", "a", "c", "d"]
    verdicts: PageVerdicts = {page: {"url": page.url, "ok": True} for page in pages}
    verdicts[pages[3]] = {"url": pages[3].url, "ok": False, "message": "gone"}
    counted = write_index(tmp_path, CAMPAIGN, leads, verdicts)
    assert counted == {"ready": 2, "fallback": 2}
    verdicts[PageToCheck(url="https://b.example/")] = {"url": "b", "ok": False, "message": "too"}
    counted = write_index(tmp_path, CAMPAIGN, leads, verdicts)
    assert counted == {"ready": 2, "fails": 2}
    told = json.loads((tmp_path / "index.json").read_text())
    assert told["leads"][3]["scenes"]["own"] == {
        "url": "https://d.example/",
        "ok": False,
        "message": "gone",
    }


def test_a_table_shows_markup_as_it_stands_and_drops_empty_columns() -> None:
    out = io.StringIO()
    print_table(Console(file=out, width=60), ("a", "b", "c"), [("[red]x", "", "[/]")])
    assert [line.split() for line in out.getvalue().splitlines()] == [["a", "c"], ["[red]x", "[/]"]]


@pytest.mark.parametrize("height_px", [300, 20_000])
def test_a_plan_is_drawn_for_short_and_long_pages(tmp_path: Path, height_px: int) -> None:
    headings = (Heading("Überschrift", 1, 40, 30), Heading("Second", 2, 200, 30))
    geometry = PageGeometry(400, 250, height_px, headings)
    plan = plan_motion(geometry, frames=300, fps=60, seed=1, depth_px=geometry.max_scroll_px)
    page = io.BytesIO()
    Image.new("RGB", (400, height_px), "navy").save(page, format="PNG")
    draw_plan(plan, geometry, page.getvalue(), tmp_path / "plan.png")
    with Image.open(tmp_path / "plan.png") as picture:
        assert picture.height == PICTURE_HEIGHT_PX
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or ()}
    assert (37, 99, 235) in colours  # the path
