"""A lead list's bytes become text and a dialect, whatever program saved them; it knows no lead."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from app.errors import LoomliteError
from app.leads.csv_rows import BrokenRow, CsvDialect, numbered_rows

DELIMITERS = (",", ";", "\t")
SAMPLE_CHARS = 65_536  # some hundred rows: enough to tell a delimiter from a comma in a sentence
BLOCK_BYTES = 1_048_576

# The 32-bit mark begins with the 16-bit one, so it stands first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_KINDS = (
    (b"PK\x03\x04", "an Excel workbook or another zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
)
_EXPORT = "Open the list in your spreadsheet program, export it as CSV (UTF-8) and use that file."
_SEP_LINE = re.compile(r'"?sep=([,;:|\t])"?\r?\n', re.IGNORECASE)


class LeadsInvalid(LoomliteError):
    """The list as a whole cannot be used; `str()` says why and what to do."""


@dataclass(frozen=True)
class CsvFile:
    """Where the list is and how to read it."""

    path: Path
    encoding: str
    dialect: CsvDialect
    has_sep_line: bool = False  # Excel's `sep=;` above the header, which it never shows as a row

    @contextmanager
    def open(self) -> Iterator[TextIO]:
        """The text, from the header on, with its line breaks as they are."""
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as text:
            if self.has_sep_line:
                text.readline()
            yield text

    def rows(self) -> Iterator[tuple[int, list[str] | BrokenRow]]:
        """Rows with anything in them; spreadsheets export hundreds of empty ones below the last."""
        with self.open() as text:
            for row, cells in numbered_rows(text, self.dialect):
                if isinstance(cells, BrokenRow) or "".join(cells).strip():
                    yield row, cells


def detect_csv(path: Path, name: str = "") -> CsvFile:
    """Find encoding, delimiter and quoting. Reads the whole file once, a block at a time.

    `name` is what messages call the list, the file's name if empty. Raises LeadsInvalid when the
    file cannot be read or is no text.
    """
    name = name or path.name
    try:
        with path.open("rb") as file:
            encoding = _detect_encoding(file, name)
        with path.open(encoding=encoding, errors="replace", newline="") as text:
            sample = text.read(SAMPLE_CHARS)
    except OSError as error:
        cause = (error.strerror or "it cannot be read").lower()
        raise LeadsInvalid(f"{name} could not be opened: {cause}.") from error
    sep_line = _SEP_LINE.match(sample)
    if sep_line is not None:
        sample = sample[sep_line.end() :]
        return CsvFile(path, encoding, _quoting(sample, sep_line[1]), has_sep_line=True)
    # max keeps the first of equals: a comma where nothing tells them apart.
    delimiter = max(DELIMITERS, key=lambda d: _likelihood(sample, _quoting(sample, d)))
    return CsvFile(path, encoding, _quoting(sample, delimiter))


def _detect_encoding(file: BinaryIO, name: str) -> str:
    start = file.read(4096)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    for magic, kind in _OTHER_KINDS:
        if start.lstrip().lower().startswith(magic.lower()):
            raise LeadsInvalid(f"{name} is {kind}, not a CSV file. {_EXPORT}")
    if b"\0" not in start:
        return _utf8_or_windows(start, file)
    encoding = max(("utf-16-le", "utf-16-be"), key=lambda order: _ascii_chars(start, order))
    if _ascii_chars(start, encoding) == 0:
        raise LeadsInvalid(f"{name} is not a CSV file. {_EXPORT}")
    return encoding


def _ascii_chars(start: bytes, encoding: str) -> int:
    """How much of a text in this byte order could be names of columns, delimiters and addresses.

    Nothing, where the bytes are no text at all: those have zeros side by side somewhere.
    """
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError:
        return 0
    return 0 if "\0" in text else len(re.findall(r"[ -~\t\r\n]", text))


def _utf8_or_windows(start: bytes, file: BinaryIO) -> str:
    """UTF-8 where more characters beyond ASCII are sound UTF-8 than not, else Windows-1252.

    A single broken byte must not turn every other name of a list into mojibake.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    sound = broken = 0
    block = start
    while block:
        following = file.read(BLOCK_BYTES)
        text = decoder.decode(block, final=not following)
        if not text.isascii():
            escaped = len(re.findall("[\udc80-\udcff]", text))
            broken += escaped
            sound += len(text) - len(text.encode("ascii", "ignore")) - escaped
        block = following
    return "utf-8" if sound > broken or not broken else "cp1252"


def _quoting(sample: str, delimiter: str) -> CsvDialect:
    header = re.split(r"[\r\n]", sample.lstrip(), maxsplit=1)[0].split(delimiter)
    single = all(re.fullmatch(r"\s*'.*'\s*", cell) for cell in header)
    quote = "'" if single else '"'
    # After a mark inside a quotation stands a second mark, after one that closes it a delimiter or
    # the end. A backslash, a mark and anything else can only be an escape, as MySQL writes it.
    escaped = re.search(rf"\\{quote}(?![{quote}{re.escape(delimiter)}\r\n]|\Z)", sample)
    return CsvDialect(delimiter, quote, "\\" if escaped else None)


def _likelihood(sample: str, dialect: CsvDialect) -> tuple[bool, float, int]:
    """What speaks for a delimiter: several columns, rows as long as the header, many columns."""
    numbered = numbered_rows(io.StringIO(sample, newline=""), dialect)
    # A row of delimiters only is a blank row, and would be a cell under another delimiter.
    rows = [
        cells
        for _, cells in numbered
        if not isinstance(cells, BrokenRow) and re.search(r"\w", "".join(cells))
    ]
    if len(sample) >= SAMPLE_CHARS:
        rows = rows[:-1]  # cut off somewhere
    if not rows:
        return False, 0.0, 0
    columns = len(rows[0])
    alike = sum(len(cells) == columns for cells in rows[1:])
    return columns > 1, alike / len(rows[1:]) if rows[1:] else 1.0, columns
