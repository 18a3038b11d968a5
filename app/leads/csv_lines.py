"""Rows become the text of a CSV file that a spreadsheet opens safely; it writes no file."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from app.leads.header_row import unique_headers

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the system's old code page

# A spreadsheet runs a cell that begins like this as a formula, even in quotation marks; a leading
# apostrophe makes it text (OWASP, "CSV Injection"). Apostrophes before it count, so that the one
# that is put in front can be told from one that was there. A number below zero is no formula, and a
# spreadsheet has to be able to add it up.
_FORMULA = re.compile(r"(?!-[0-9]+(?:\.[0-9]+)?\Z)(?:\s*'*[=+\-@＝＋－＠]|'*[\t\r\n]\s*\S)")


class _Line:
    """What csv.writer writes to, and returns from writerow: the line itself."""

    def write(self, line: str) -> str:
        return line


def csv_lines(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a CSV file, header first, to be encoded as UTF-8 and sent as they come.

    Every cell is in quotation marks, so no delimiter in one misleads whoever reads it. The same
    cells come back through `read_table`, without spaces around them.
    """
    writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK + writer.writerow([_guarded(header) for header in headers])
    for cells in rows:
        yield writer.writerow([_guarded(cell) for cell in cells])


def bad_rows_csv(
    headers: Sequence[str], rows: Iterable[tuple[int, Sequence[str], str]]
) -> Iterator[str]:
    """The lines of a CSV file with the rows that gave no lead, each with its number and reason.

    `rows`: number, cells, reason. The columns stand as they were, so a list that was mended can be
    uploaded as it is; “row” and “reason” come last.
    """
    columns = unique_headers([*headers, "row", "reason"])
    return csv_lines(columns, ([*cells, str(row), reason] for row, cells, reason in rows))


def without_guard(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:].strip() if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
