"""What can be wrong with one row of a list, in words; it decides nothing."""

from dataclasses import dataclass
from typing import Literal

ProblemCode = Literal[
    "url_empty",
    "url_invalid",
    "free_mail",
    "scheme_added",
    "duplicate",
    "extra_cells",
    "unclosed_quote",
    "unreadable_text",
]


UNCLOSED_QUOTE = "A quotation mark in this row is never closed. Close or remove it."
UNREADABLE_CHAR = "\ufffd"  # what a decoder puts where the bytes are no character
UNREADABLE_TEXT = (
    "This row has characters that could not be read. Export the list again as CSV (UTF-8)."
)


def extra_cells(cells: int, columns: int, delimiter: str) -> str:
    mark = "tab" if delimiter == "\t" else f"“{delimiter}”"
    return (
        f"This row has {cells} cells for {columns} column{'s' if columns > 1 else ''}. "
        f"A cell with a {mark} in it must stand in quotation marks."
    )


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing to know about a row. `fatal`: the row gives no video; otherwise it is a note.

    `row` is the number a spreadsheet shows (the header is row 1); `column` is named as in the
    campaign, None where the whole row is meant.
    """

    row: int
    column: str | None
    code: ProblemCode
    message: str
    fatal: bool

    def __str__(self) -> str:
        place = f"Row {self.row}" if self.column is None else f"Row {self.row}, {self.column}"
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to know about a row that stands in a table: `column` is named as there, None where
    the whole row is meant. `fatal`: the row gives no video; otherwise it is a note.
    """

    column: str | None
    sentence: str
    fatal: bool
