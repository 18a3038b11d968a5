"""A list as a table of raw cells, every row of it, good or broken; it knows no lead and no role."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.leads.csv_file import CsvFile, LeadsInvalid, detect_csv
from app.leads.csv_lines import without_guard
from app.leads.csv_rows import MAX_ROW_CHARS, BrokenRow
from app.leads.header_row import is_lead, unique_headers
from app.leads.problems import UNCLOSED_QUOTE, extra_cells

MAX_ROWS = 200_000
MAX_COLUMNS = 200
PASTED = "The pasted list"
TOO_LONG = (
    f"This row is longer than {MAX_ROW_CHARS:,} characters, so none of it was read. "
    "Shorten or delete it."
)
_CANNOT_BE = "is not a CSV file. Export the list as CSV (UTF-8) and use that file."


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its number as a spreadsheet shows it, and as many cells as the table has headers.

    With a `problem`, a sentence, the cells are a guess for somebody who mends the row by hand.
    """

    row: int
    cells: tuple[str, ...]
    problem: str | None = None


@dataclass(frozen=True)
class Table:
    """A list that is fit to be read. Iterating opens the file, so it can be done again, and holds
    one row at a time. Blank rows are left out; they count in the numbers of the rows below them.
    """

    file: CsvFile
    headers: tuple[str, ...]
    header_row: int | None  # None where the list begins with a lead and its headers are made up
    row_count: int  # without the header

    @property
    def encoding(self) -> str:
        """The name of Python's codec, such as `utf-8-sig`."""
        return self.file.encoding

    @property
    def delimiter(self) -> str:
        return self.file.dialect.delimiter

    def __iter__(self) -> Iterator[TableRow]:
        width = len(self.headers)
        for row, found in self.file.rows():
            if row == self.header_row:
                continue
            if isinstance(found, BrokenRow):
                yield self._broken(row, found)
            elif len(found) == width:
                yield TableRow(row, _cleaned(found))
            else:
                yield self._ragged(row, found)

    def sample(self, rows: int = 100) -> list[tuple[str, ...]]:
        """The cells of the first rows without a problem, enough to tell what a column holds."""
        good = (each.cells for each in self if each.problem is None)
        return list(islice(good, rows))

    def _ragged(self, row: int, cells: list[str]) -> TableRow:
        width = len(self.headers)
        extra = "".join(cells[width:]).strip()
        if not extra:
            return TableRow(row, _cleaned([*cells[:width], *[""] * (width - len(cells))]))
        # Which cell was cut in two is unknown. Nothing is lost: the last one takes all the rest.
        rest = self.delimiter.join(cells[width - 1 :])
        said = extra_cells(len(cells), width, self.delimiter)
        return TableRow(row, _cleaned([*cells[: width - 1], rest]), said)

    def _broken(self, row: int, broken: BrokenRow) -> TableRow:
        width = len(self.headers)
        pieces = broken.line.replace(self.file.dialect.quotechar, "").split(
            self.delimiter, width - 1
        )
        cells = _cleaned([*pieces, *[""] * (width - len(pieces))])
        return TableRow(row, cells, TOO_LONG if broken.why == "too_long" else UNCLOSED_QUOTE)


def read_table(path: Path, *, name: str = "", max_rows: int = MAX_ROWS) -> Table:
    """The list in the file, once all of it has been looked through, a row at a time.

    `name` is what messages call the list, the file's name if empty. Raises LeadsInvalid where the
    list as a whole is of no use: unreadable, no CSV, empty, too many rows or columns.
    """
    name = name or path.name
    file = detect_csv(path, name)
    head = list(islice(file.rows(), 2))
    if not head:
        raise LeadsInvalid(f"{name} is empty. It needs a row with column names and a row per lead.")
    number, first = head[0]
    if isinstance(first, BrokenRow):
        raise LeadsInvalid(_first_row_broken(name, first))
    cells = _cleaned([cell.strip("\ufeff\u200b") for cell in first])
    below = head[1][1] if len(head) > 1 else []
    begins_with_lead = is_lead(cells, [] if isinstance(below, BrokenRow) else below)
    if len(head) == 1 and not begins_with_lead:
        raise LeadsInvalid(f"{name} has the names of columns, but no lead below them.")
    rows = file.rows() if begins_with_lead else islice(file.rows(), 1, None)
    row_count, width = _look_through(rows, cells, name, max_rows)
    headers = unique_headers([""] * width if begins_with_lead else cells[:width])
    header_row = None if begins_with_lead else number
    return Table(file, headers, header_row, row_count)


def read_pasted(text: str, folder: Path, *, max_rows: int = MAX_ROWS) -> Table:
    """The list in a text copied from a spreadsheet or a CSV file. It is kept in `folder`, which
    the table goes on reading from. Raises LeadsInvalid and OSError.
    """
    path = folder / "pasted.csv"
    # Half a character, which no file can hold, becomes a question mark.
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    return read_table(path, name=PASTED, max_rows=max_rows)


def _look_through(
    rows: Iterator[tuple[int, list[str] | BrokenRow]],
    first: Sequence[str],
    name: str,
    max_rows: int,
) -> tuple[int, int]:
    """How many rows are leads, and how many of the first row's columns hold anything."""
    filled = _filled(first)
    _check_width(name, filled, "".join(first))
    count = 0
    for _, cells in rows:
        count += 1
        if count > max_rows:
            raise LeadsInvalid(
                f"{name} has more than {max_rows:,} leads. Split it into several lists."
            )
        if isinstance(cells, BrokenRow):
            _check_width(name, filled, cells.line)
            continue
        if len(cells) > filled and filled < len(first):
            filled = max(filled, _filled(cells[: len(first)]))
        _check_width(name, filled, "".join(cells))
    return count, filled


def _check_width(name: str, columns: int, text: str) -> None:
    if "\0" in text:  # no program writes one into a list, and no database takes one
        raise LeadsInvalid(f"{name} {_CANNOT_BE}")
    if columns > MAX_COLUMNS:
        raise LeadsInvalid(
            f"{name} has {columns:,} columns, and at most {MAX_COLUMNS} can be read. "
            "Delete those that no video needs."
        )


def _filled(cells: Sequence[str]) -> int:
    """The number of cells up to the last that holds anything."""
    count = len(cells)
    while count and not cells[count - 1].strip():
        count -= 1
    return count


def _first_row_broken(name: str, broken: BrokenRow) -> str:
    if broken.why == "too_long":
        return f"{name} has a first row longer than any list's. {name} {_CANNOT_BE}"
    return f"{name} has a quotation mark in its first row that is never closed. Close or remove it."


def _cleaned(cells: list[str]) -> tuple[str, ...]:
    stripped = [cell.strip() for cell in cells]
    if any(cell.startswith("'") for cell in stripped):
        return tuple([without_guard(cell) for cell in stripped])
    return tuple(stripped)
