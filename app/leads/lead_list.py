"""A list is opened, checked as a whole and read row by row; it knows no campaign, only columns."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.leads.columns import field_keys, find_columns
from app.leads.csv_file import CsvFile, LeadsInvalid, detect_csv
from app.leads.lead import Lead, email, name_lead
from app.leads.problems import (
    UNCLOSED_QUOTE,
    UNREADABLE_CHAR,
    UNREADABLE_TEXT,
    RowProblem,
    extra_cells,
)
from app.leads.url_cells import read_url


def open_leads(
    path: Path, *, url_columns: Sequence[str], fallback_columns: frozenset[str] = frozenset()
) -> "LeadList":
    """Check the list as a whole: readable, a CSV, with the columns the campaign needs and rows.

    `url_columns` and `fallback_columns` are `Campaign.csv_columns` and `Campaign.fallback_columns`.
    Raises LeadsInvalid. Rows are read, and may be refused, when the result is iterated.
    """
    file = detect_csv(path)
    rows = _rows(file)
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
        for row, cells in _rows(self.file):
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
            return None, [RowProblem(row, None, "unclosed_quote", UNCLOSED_QUOTE, fatal=True)]
        if "".join(cells[len(keys) :]).strip():
            # Which cell was cut in two is unknown, so none of them can be trusted.
            said = extra_cells(len(cells), len(keys), self.delimiter)
            return None, [RowProblem(row, None, "extra_cells", said, fatal=True)]
        filled = [cell.strip() for cell in cells] + [""] * (len(keys) - len(cells))
        fields = {key: cell for key, cell in zip(keys, filled, strict=False) if key}
        problems: list[RowProblem] = []
        if UNREADABLE_CHAR in "".join(filled):
            problems.append(RowProblem(row, None, "unreadable_text", UNREADABLE_TEXT, fatal=False))
        urls: dict[str, str] = {}
        for column, position in self.columns.items():
            has_fallback = column in self.fallback_columns
            url, remark = read_url(filled[position], has_fallback=has_fallback)
            if url is not None:
                urls[column] = url
            if remark is not None:
                is_fatal = url is None and not has_fallback
                problems.append(RowProblem(row, column, *remark, fatal=is_fatal))
        if any(problem.fatal for problem in problems):
            return None, problems
        return Lead(row, name_lead(row, fields), fields, urls), problems


def _rows(file: CsvFile) -> Iterator[tuple[int, list[str] | None]]:
    """Rows with anything in them; None where a quotation mark is never closed."""
    for row, cells in file.rows():
        if isinstance(cells, list):
            yield row, cells
        elif cells.why == "unclosed_quote":
            yield row, None
        else:
            raise LeadsInvalid(
                f"Row {row} of {file.path.name} is longer than any lead can be, so this is not a "
                "list of leads. Export the list again as CSV (UTF-8)."
            )


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
