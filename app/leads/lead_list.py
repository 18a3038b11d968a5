"""A list is opened, checked as a whole and read row by row; it knows no campaign, only columns."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.leads.columns import field_keys, find_columns
from app.leads.csv_file import CsvFile, LeadsInvalid, detect_csv
from app.leads.csv_rows import RowTooLong, numbered_rows
from app.leads.lead import Lead, email, name_lead
from app.leads.problems import RowProblem
from app.leads.url_cells import read_url


def open_leads(
    path: Path, *, url_columns: Sequence[str], fallback_columns: frozenset[str] = frozenset()
) -> "LeadList":
    """Check the list as a whole: readable, a CSV, with the columns the campaign needs and rows.

    `url_columns` and `fallback_columns` are `Campaign.csv_columns` and `Campaign.fallback_columns`.
    Raises LeadsInvalid. Rows are read, and may be refused, when the result is iterated.
    """
    file = detect_csv(path)
    rows = _filled_rows(file)
    first = next(rows, None)
    if first is None:
        raise LeadsInvalid(
            f"{path.name} is empty. It needs a row with column names and a row for each lead."
        )
    header_row, headers = first
    if headers is None:
        raise LeadsInvalid(
            f"The first row of {path.name}, with the names of the columns, has a quotation mark "
            "that is never closed. Close or remove it."
        )
    headers = [header.strip("\ufeff\u200b \t\r\n") for header in headers]
    columns = find_columns(url_columns, headers, path.name)
    if next(rows, None) is None:
        raise LeadsInvalid(f"{path.name} has the names of columns, but no lead below them.")
    return LeadList(file, header_row, tuple(headers), columns, fallback_columns)


@dataclass(frozen=True)
class LeadList:
    """The leads of one file. Iterating opens the file, so it can be done again, and holds nothing
    between; memory is flat but for some 150 bytes per row that tell duplicates (15 MB at 100,000).
    """

    file: CsvFile
    header_row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]  # as the campaign names it → position in the row
    fallback_columns: frozenset[str]

    @property
    def encoding(self) -> str:
        """The name of Python's codec, such as `utf-8-sig`."""
        return self.file.encoding

    @property
    def delimiter(self) -> str:
        return self.file.dialect.delimiter

    def __iter__(self) -> Iterator[Lead | RowProblem]:
        """Leads and problems in the order of the rows; the notes on a lead come just before it.

        A row with a fatal problem gives no lead, blank rows give nothing. Raises LeadsInvalid for
        a line so long that the file cannot be a list.
        """
        keys = field_keys(self.headers)
        first_rows: dict[bytes, int] = {}
        for row, cells in _filled_rows(self.file):
            if row == self.header_row:
                continue
            lead, problems = self._read(row, cells, keys)
            if lead is not None:
                first_row = first_rows.setdefault(_digest(lead), row)
                if first_row != row:
                    problems.append(_duplicate(row, first_row))
            yield from problems
            if lead is not None and not any(problem.fatal for problem in problems):
                yield lead

    def _read(
        self, row: int, cells: list[str] | None, keys: tuple[str, ...]
    ) -> tuple[Lead | None, list[RowProblem]]:
        """The lead in the row, or None when something is fatal, and everything there is to say."""
        if cells is None:
            return None, [_unclosed_quote(row)]
        if "".join(cells[len(keys) :]).strip():
            # Which cell was cut in two is unknown, so none of them can be trusted.
            return None, [_extra_cells(row, len(cells), len(keys), self.delimiter)]
        filled = [cell.strip() for cell in cells] + [""] * (len(keys) - len(cells))
        fields = {key: cell for key, cell in zip(keys, filled, strict=False) if key}
        problems = [_unreadable_text(row)] if "\ufffd" in "".join(filled) else []
        urls: dict[str, str] = {}
        for column, position in self.columns.items():
            has_fallback = column in self.fallback_columns
            url, problem = read_url(row, column, filled[position], has_fallback=has_fallback)
            if url is not None:
                urls[column] = url
            if problem is not None:
                problems.append(problem)
        if any(problem.fatal for problem in problems):
            return None, problems
        return Lead(row, name_lead(row, fields), fields, urls), problems


def _filled_rows(file: CsvFile) -> Iterator[tuple[int, list[str] | None]]:
    """Rows with anything in them; spreadsheets export hundreds of empty ones below the last."""
    try:
        with file.open() as text:
            for row, cells in numbered_rows(text, file.dialect):
                if cells is None or "".join(cells).strip():
                    yield row, cells
    except RowTooLong as error:
        raise LeadsInvalid(
            f"Row {error.row} of {file.path.name} is longer than any lead can be, so this is not a "
            "list of leads. Export the list again as CSV (UTF-8)."
        ) from error


def _digest(lead: Lead) -> bytes:
    """What makes two rows the same lead: e-mail, name and pages, or every cell where no e-mail is.

    64 bits: among 100,000 rows two different ones meet with a probability of 3 in 10 billion.
    """
    address = email(lead.fields)
    told = (address, lead.name, *lead.urls.values()) if address else lead.fields.values()
    text = "\x1f".join(told).casefold()
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _duplicate(row: int, first_row: int) -> RowProblem:
    said = f"This is the same lead as in row {first_row}, so no second video is made."
    return RowProblem(row, None, "duplicate", said, fatal=True)


def _extra_cells(row: int, cells: int, columns: int, delimiter: str) -> RowProblem:
    mark = "tab" if delimiter == "\t" else f"“{delimiter}”"
    said = (
        f"This row has {cells} cells for {columns} column{'s' if columns > 1 else ''}. "
        f"A cell with a {mark} in it must stand in quotation marks."
    )
    return RowProblem(row, None, "extra_cells", said, fatal=True)


def _unclosed_quote(row: int) -> RowProblem:
    said = "A quotation mark in this row is never closed. Close or remove it."
    return RowProblem(row, None, "unclosed_quote", said, fatal=True)


def _unreadable_text(row: int) -> RowProblem:
    said = "This row has characters that could not be read. Export the list again as CSV (UTF-8)."
    return RowProblem(row, None, "unreadable_text", said, fatal=False)
