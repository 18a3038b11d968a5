"""What was measured as the rows of the table, with the goals of the engine; measures nothing."""

from collections.abc import Sequence
from statistics import mean, median

from app.bench.figures import Figure, Goal
from app.bench.rounds import CHANGING_HEADER_PAGE, STATIC_PAGES, Measured


def figures(measured: Measured) -> Sequence[Figure]:
    """Every row, in the order of the goals."""
    return [
        _against_three_pass(measured),
        _against_floor(measured),
        *(
            _captured(measured, page, f"static page, {page.partition('/')[0]}", Goal(1.5))
            for page in STATIC_PAGES
        ),
        _captured(measured, CHANGING_HEADER_PAGE, "page whose header changes", Goal(3)),
        _preview(measured),
        _joining(measured),
        _memory(measured),
        Figure(
            "stepped, page in motion",
            measured.stepped_moving,
            "frames/s",
            Goal(18, at_least=True),
            "1080p JPEG, capture alone",
        ),
        Figure(
            "stepped, page at rest",
            measured.stepped_still,
            "frames/s",
            Goal(200, at_least=True),
            "capture alone; what did not change is not encoded",
            digits=0,
        ),
        _repeats(measured),
    ]


def _against_three_pass(measured: Measured) -> Figure:
    what = "a further lead, wall, against three-pass with its recording"
    goal = Goal(7, at_least=True)
    pairs = [(r.three_pass, r.further.wall_s) for r in measured.rounds if r.three_pass]
    if not pairs:
        return Figure(what, (), "× faster", goal, measured.no_reference)
    ours_s = median(wall_s for _, wall_s in pairs)
    beside = (
        f"{ours_s:.1f} s against {median(t.total_s for t, _ in pairs):.1f} s: "
        f"{median(t.recording_s for t, _ in pairs):.1f} s recording "
        f"({mean(t.pictures_per_s for t, _ in pairs):.0f} pictures/s), "
        f"{median(t.ffmpeg_s for t, _ in pairs):.1f} s ffmpeg"
    )
    return Figure(what, [t.total_s / wall_s for t, wall_s in pairs], "× faster", goal, beside)


def _against_floor(measured: Measured) -> Figure:
    rounds = measured.rounds
    ours_s = median(r.further.wall_s for r in rounds)
    ways = ", ".join(scene.way for scene in rounds[-1].further.report.scenes if not _warm(scene.id))
    return Figure(
        "a further lead, wall, against x264 alone on its personal frames",
        [r.further.wall_s / r.floor_s for r in rounds],
        "×",
        Goal(1.3),
        f"{ours_s:.1f} s against {median(r.floor_s for r in rounds):.1f} s; captured as {ways}",
        digits=2,
    )


def _warm(scene_id: str) -> bool:
    return scene_id == "product"  # the shared one: see Bed.spec


def _captured(measured: Measured, page: str, name: str, goal: Goal) -> Figure:
    takes = measured.captured.get(page, [])
    way = ", ".join(sorted({take.way for take in takes}))
    beside = f"{takes[-1].height_px:,} px, as {way}" if takes else ""
    return Figure(f"{name}: ready → captured", [t.wall_s for t in takes], "s", goal, beside, 2)


def _preview(measured: Measured) -> Figure:
    return Figure(
        "preview of a lead, every scene, with sound",
        [r.preview.wall_s for r in measured.rounds],
        "s",
        Goal(5),
        "from its recordings; nothing of the draft was there",
    )


def _joining(measured: Measured) -> Figure:
    runs = [measured.first, *(r.further for r in measured.rounds)]
    return Figure(
        "joining segments and sound",
        [run.report.wall_s["joining"] for run in runs],
        "s",
        Goal(0.5),
        f"{len(measured.first.report.scenes)} segments",
        digits=3,
    )


def _memory(measured: Measured) -> Figure:
    return Figure(
        "peak memory of one render, browser included",
        [measured.peak_memory_bytes / 1e9],
        "GB",
        Goal(1.5),
        "the first lead: three pages, sound and all; proportional set size",
        digits=2,
    )


def _repeats(measured: Measured) -> Figure:
    runs = [measured.first, *(r.further for r in measured.rounds)]
    frames = sum(scene.frames for run in runs for scene in run.report.scenes)
    return Figure(
        "frames that repeat while the plan moves",
        [sum(s.repeated_frames_while_moving for run in runs for s in run.report.scenes)],
        "",
        Goal(0),
        f"of {frames:,}",
        digits=0,
    )
