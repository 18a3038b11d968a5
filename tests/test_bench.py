"""The parts of the bench that take no time: its tables, specs and command lines."""

from pathlib import Path

import pytest

from app.bench import main
from app.bench.bed import LEADS, SHARED_PAGE, Bed, open_bed
from app.bench.figures import Figure, Goal
from app.bench.lead import LeadRun
from app.bench.pages import Captured
from app.bench.rounds import CHANGING_HEADER_PAGE, STATIC_PAGES, Measured, Round
from app.bench.rows import figures
from app.bench.table import markdown_table, terminal_table
from app.bench.three_pass import ThreePass
from app.bench.three_pass_commands import (
    concat_command,
    normalise_command,
    overlay_command,
    poster_command,
    record_command,
)
from app.pipeline.spec import LeadSpec, RenderReport, SceneReport


def scene(name: str, *, repeated: int = 0) -> SceneReport:
    return SceneReport(
        id=name,
        url="http://127.0.0.1/",
        way="tiles",
        reason="the page stands still while it scrolls",
        frames=900,
        recording_cached=False,
        segment_cached=False,
        repeated_frames_while_moving=repeated,
        psnr_db=40,
    )


def run(wall_s: float, *, repeated: int = 0) -> LeadRun:
    scenes = (scene("profile", repeated=repeated), scene("company"), scene("product"))
    report = RenderReport(
        lead=LeadSpec(row=2, name="Ada", slug="2-ada"),
        state="completed",
        scenes=scenes,
        wall_s={"joining": 0.1},
        paths={"video.mp4": "video.mp4"},
    )
    return LeadRun(wall_s, report)


def measured(three_pass: ThreePass | None = None, why_not: str = "") -> Measured:
    return Measured(
        first=run(40),
        peak_memory_bytes=900_000_000,
        rounds=[Round(run(20), 18.0, run(4), three_pass)],
        no_reference=why_not,
        captured={
            page: [Captured(1.0, "tiles", 4000)] for page in (*STATIC_PAGES, CHANGING_HEADER_PAGE)
        },
        stepped_moving=[20.0],
        stepped_still=[300.0],
    )


def test_a_goal_is_kept_by_the_median_not_by_the_best() -> None:
    figure = Figure("wall", [1.0, 3.0, 2.0], "s", Goal(1.5))
    assert figure.kept is False
    assert figure.measured == "2.0 s (1.0 … 3.0)"
    assert figure.asked == "≤ 1.5 s"


def test_a_goal_can_be_a_floor() -> None:
    assert Figure("rate", [18.0], "frames/s", Goal(18, at_least=True)).kept is True
    assert Figure("rate", [17.9], "frames/s", Goal(18, at_least=True)).kept is False


def test_what_was_not_measured_is_neither_kept_nor_broken() -> None:
    figure = Figure("wall", (), "s", Goal(1), "ffmpeg is not installed")
    assert figure.kept is None
    assert figure.measured == "–"


def test_both_tables_have_a_row_for_each_figure() -> None:
    rows = [Figure("a | b", [1.0], "s", Goal(2)), Figure("c", [3.0], "s")]
    assert terminal_table("what", rows).row_count == 2
    text = markdown_table("what", rows, {"cores": "2 × Xeon"})
    assert text.startswith("cores 2 × Xeon.\n\n| what | measured |")
    assert "| a \\| b | **1.0 s** |  | ≤ 2 s | yes |\n" in text
    assert text.count("\n") == 6


def test_a_further_lead_is_set_against_recording_and_ffmpeg_together() -> None:
    row = figures(measured(ThreePass(60, 120, 22.4)))[0]
    assert list(row.samples) == [9.0]
    assert row.kept is True
    assert "60.0 s recording (22 pictures/s), 120.0 s ffmpeg" in row.beside


def test_without_ffmpeg_the_row_says_why_it_is_empty() -> None:
    row = figures(measured(None, "ffmpeg is not installed"))[0]
    assert not row.samples
    assert row.beside == "ffmpeg is not installed"


def test_frames_that_repeat_break_their_goal_of_none() -> None:
    taken = measured()
    assert figures(taken)[-1].kept is True
    taken.rounds.append(Round(run(20, repeated=2), 18.0, run(4), None))
    assert figures(taken)[-1].samples == [2]
    assert figures(taken)[-1].kept is False


def test_the_three_pass_commands_are_those_of_the_reference() -> None:
    normalised = " ".join(normalise_command(Path("a"), Path("b"), width=1920, height=1080, fps=60))
    assert "fps=60" in normalised
    assert "-c:v libx264 -preset veryfast -crf 18" in normalised
    overlaid = " ".join(overlay_command(Path("a"), Path("face"), Path("b"), duration_s=45))
    assert "scale=320:-2" in overlaid
    assert "-c:v libx264 -preset medium -crf 23" in overlaid
    assert "-c:a aac -b:a 128k -t 45 " in overlaid
    assert "-f concat -safe 0 -i list -c copy" in " ".join(concat_command(Path("list"), Path("b")))
    assert "-r 25 " in " ".join(record_command(Path("a"), 1920, 1080))
    assert "-frames:v 1" in " ".join(poster_command(Path("a"), Path("b")))


def test_leads_share_one_scene_and_nothing_else() -> None:
    with open_bed(15) as bed:
        first, second = bed.spec(0), bed.spec(1)
        assert [s.shared for s in first.scenes] == [False, False, True]
        assert first.scenes[2] == second.scenes[2]
        assert first.scenes[2].url == bed.sites.url(SHARED_PAGE)
        assert not {s.url for s in first.scenes[:2]} & {s.url for s in second.scenes[:2]}
        assert first.artifacts == second.artifacts
        assert {s.frames for s in first.scenes} == {900}


def test_leads_that_come_round_again_are_cold() -> None:
    with open_bed(4) as bed:
        urls = {s.url for n in range(3 * len(LEADS)) for s in bed.spec(n).scenes if not s.shared}
        assert len(urls) == 3 * len(LEADS) * 2


def test_the_bed_is_gone_afterwards() -> None:
    with open_bed(4) as bed:
        assert bed.facecam.is_file()
    assert isinstance(bed, Bed)
    assert not bed.folder.exists()


def test_the_bench_explains_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--repeats" in capsys.readouterr().out
