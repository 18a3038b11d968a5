"""`summary.json`: what became of every lead, on disk at any moment; it renders nothing."""

import contextlib
import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from app.pipeline.artifacts import disk_errors
from app.pipeline.spec import VIDEO_FILES
from app.row_ranges import RowRanges

LeadState = Literal["completed", "unchanged", "failed", "skipped", "cancelled"]

# Written after every lead, but never for more than this share of the time: with 100,000 leads one
# writing takes half a second.
WRITING_SHARE = 0.05


@dataclass(frozen=True)
class LeadOutcome:
    """What became of one lead. `paths` are relative to the batch's folder; `wall_s` is this run's.

    skipped: its row of the list cannot be used. unchanged: an earlier run has made it already.
    """

    row: int
    name: str
    state: LeadState
    error: dict[str, object] | None = None
    paths: dict[str, str] = field(default_factory=dict)
    wall_s: float = 0.0


class Summary:
    """The outcomes of one batch in `folder`. They are kept as text: 300 bytes a lead."""

    def __init__(self, folder: Path, about: dict[str, object], rows: RowRanges) -> None:
        self._path = folder / "summary.json"
        self._about = about
        self._leads = {} if rows.everything else self._earlier(rows)
        self._next_write = 0.0

    def record(self, outcome: LeadOutcome) -> None:
        """Takes an outcome, and writes the file unless that was just done. Raises DiskFull."""
        self._leads[outcome.row] = json.dumps(asdict(outcome), ensure_ascii=False)
        if time.monotonic() >= self._next_write:
            self.write()

    def write(self) -> None:
        """The file as of now, whole or not at all. Raises DiskFull."""
        started = time.monotonic()
        head = json.dumps(self._about, ensure_ascii=False)[:-1]
        leads = ",\n  ".join(self._leads[row] for row in sorted(self._leads))
        part = self._path.with_suffix(".part")
        with disk_errors(self._path):
            part.write_text(f'{head}, "leads": [\n  {leads}\n]}}\n', encoding="utf-8")
            part.replace(self._path)
        ended = time.monotonic()
        self._next_write = ended + (ended - started) * (1 / WRITING_SHARE - 1)

    def _earlier(self, rows: RowRanges) -> dict[int, str]:
        """What an earlier run says of the rows that this one leaves alone."""
        leads: list[dict[str, Any]] = []
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            leads = json.loads(self._path.read_text(encoding="utf-8"))["leads"]
        return {
            lead["row"]: json.dumps(lead, ensure_ascii=False)
            for lead in leads
            if lead["row"] not in rows
        }


def relative_paths(folder: Path, root: Path) -> dict[str, str]:
    """The finished files in a lead's folder, by name, as paths from the batch's folder."""
    names = (*VIDEO_FILES, "report.json")
    return {
        name: os.path.relpath(folder / name, root) for name in names if (folder / name).is_file()
    }
