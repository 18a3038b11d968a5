"""Rows of a list become good or bad leads, repeated ones found; knows no file and no database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.leads import CheckedLead, LeadColumns, Problem, check_row, lead_digest

State = Literal["good", "bad", "skipped"]
# What the columns of the table `leads` hold at most.
NAME_CHARS, EMAIL_CHARS = 300, 320


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row before it is checked. `broken` is a sentence where its cells are only a guess."""

    row: int
    cells: tuple[str, ...]
    broken: str | None = None
    id: str = ""  # of a row that is stored already
    is_skipped: bool = False


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row as it is stored. `digest` is what rows with the same lead share, None in bad ones.

    `problems` are {"column", "sentence", "fatal"}; one that stays until somebody edits the row has
    {"broken": true} besides.
    """

    raw: RawRow
    state: State
    name: str
    email: str
    company: str
    problems: list[dict[str, Any]]
    digest: bytes | None


def check_rows(
    rows: Iterable[RawRow], headers: Sequence[str], columns: LeadColumns
) -> Iterator[CheckedRow]:
    """Each row checked; of several with the same lead the first one is good.

    A skipped row stays so as long as something is wrong with it.
    """
    first_rows: dict[bytes, int] = {}
    for raw in rows:
        checked = check_one(raw, headers, columns)
        if checked.digest is not None:
            first_row = first_rows.setdefault(checked.digest, raw.row)
            if first_row != raw.row:
                checked = repeated(checked, first_row)
        yield checked


def check_one(raw: RawRow, headers: Sequence[str], columns: LeadColumns) -> CheckedRow:
    """The row by itself: whether it repeats another is not asked."""
    if raw.broken is not None:
        told = {"column": None, "sentence": raw.broken, "fatal": True, "broken": True}
        return _bad(raw, headers, columns, [told])
    found = check_row(dict(zip(headers, raw.cells, strict=False)), columns)
    if isinstance(found, CheckedLead):
        notes = [_told(note) for note in found.notes]
        digest = lead_digest(found)
        return CheckedRow(raw, "good", found.name, found.email, found.company, notes, digest)
    return _bad(raw, headers, columns, [_told(problem) for problem in found])


def repeated(checked: CheckedRow, first_row: int) -> CheckedRow:
    """The same row, found to repeat the lead of an earlier one."""
    said = f"This is the same lead as in row {first_row}, so no second video is made."
    told = {"column": None, "sentence": said, "fatal": True}
    return CheckedRow(
        checked.raw,
        "skipped" if checked.raw.is_skipped else "bad",
        checked.name,
        checked.email,
        checked.company,
        [*checked.problems, told],
        checked.digest,
    )


def _bad(
    raw: RawRow, headers: Sequence[str], columns: LeadColumns, problems: list[dict[str, Any]]
) -> CheckedRow:
    """Who it seems to be, so that a person finds the row again."""
    cells = dict(zip(headers, raw.cells, strict=False))
    name = " ".join(cells.get(column, "") for column in columns.name).strip()
    return CheckedRow(
        raw,
        "skipped" if raw.is_skipped else "bad",
        name[:NAME_CHARS],
        cells.get(columns.email or "", "")[:EMAIL_CHARS],
        cells.get(columns.company or "", "")[:NAME_CHARS],
        problems,
        None,
    )


def _told(problem: Problem) -> dict[str, Any]:
    return {"column": problem.column, "sentence": problem.sentence, "fatal": problem.fatal}
