"""What the command line tells a person, as tables; it works nothing out."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.batch import Batch
from app.inputs import InputsInvalid, RowCheck

SHORT_CELL = 12  # up to here a cell is never broken

_STYLES = {
    "completed": "green", "unchanged": "dim", "ready": "green", "ok": "green",
    "fallback": "yellow", "warn": "yellow",
    "failed": "red", "fails": "red", "fault": "red", "skipped": "red", "cancelled": "yellow",
}  # fmt: skip


def print_table(console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Cells are shown as they are: a page's title is no markup. Columns without content go."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    cells_of = [(column, [row[n] for row in rows]) for n, column in enumerate(columns)]
    cells_of = [(column, cells) for column, cells in cells_of if any(cells)]
    for column, cells in cells_of:
        longest = max(len(column), *(len(cell) for cell in cells))
        table.add_column(column, overflow="fold", min_width=min(longest, SHORT_CELL))
    for row in zip(*(cells for _, cells in cells_of), strict=True):
        table.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    console.print(table)


def print_problems(console: Console, error: InputsInvalid) -> None:
    console.print(Text("Nothing was rendered. Correct this first:", style="bold red"))
    print_table(console, ("in", "problem"), error.problems)


def print_rows(console: Console, check: RowCheck) -> None:
    """What is wrong with rows, and how many notes of which kind there are."""
    if check.fatal:
        rows = [(str(p.row), p.column or "", p.message) for p in check.fatal]
        console.print(Text(f"{check.bad} rows cannot be used:", style="bold"))
        print_table(console, ("row", "column", "problem"), rows)
        if check.bad > len(check.fatal):
            console.print("… and more; all are in summary.json once the run is over.")
    for code, count in check.notes.most_common():
        console.print(f"Note: {count} × {_NOTES.get(code, code.replace('_', ' '))}")


_NOTES = {
    "url_empty": "no address in the list; the scene's fallback page is shown",
    "url_invalid": "no usable address in the list; the scene's fallback page is shown",
    "free_mail": "a provider of free mail as the lead's site; the fallback page is shown",
    "scheme_added": "an address without https://, which was added",
    "unreadable_text": "characters that could not be read",
}


def print_outcomes(console: Console, batch: Batch) -> None:
    """What happened to each lead; of a long list only those that got no video, and the counts."""
    total = batch.counted.total()
    shown = batch.outcomes if total <= len(batch.outcomes) else batch.failures
    rows = [
        (
            str(outcome.row),
            outcome.name,
            outcome.state,
            f"{outcome.wall_s:.1f} s" if outcome.wall_s else "",
            str(outcome.error["message"]) if outcome.error else outcome.paths.get("video.mp4", ""),
        )
        for outcome in sorted(shown, key=lambda outcome: outcome.row)
    ]
    if rows:
        print_table(console, ("row", "lead", "state", "took", "video or reason"), rows)
    said = ", ".join(f"{count} {state}" for state, count in batch.counted.items())
    console.print(f"{total} lead{'' if total == 1 else 's'}: {said or 'nothing to do'}.")
    if batch.stopped is not None:
        console.print(Text(f"The run ended early: {batch.stopped}", style="bold red"))


def print_clip(console: Console, name: str, clip: Mapping[str, Any]) -> None:
    loudness = clip["loudness_lufs"]
    sound = "none"
    if clip["audio"]:
        channels = {1: "mono", 2: "stereo"}.get(clip["channels"], f"{clip['channels']} channels")
        sound = f"{channels}, {clip['sample_rate_hz']:,} Hz"
        sound += f", {loudness:.1f} LUFS" if loudness is not None else ", silent"
    turned = f", turned by {clip['rotation_deg']}°" if clip["rotation_deg"] else ""
    rows = [
        ("file", f"{name}, {clip['size_bytes'] / 1e6:.1f} MB"),
        ("duration", f"{clip['duration_s']:.2f} s"),
        ("picture", f"{clip['width']} × {clip['height']} px{turned}, {clip['fps']:.2f} fps, "
         f"{clip['video_codec']}"),
        ("sound", sound),
    ]  # fmt: skip
    print_table(console, ("facecam", ""), rows)
