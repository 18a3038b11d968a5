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
