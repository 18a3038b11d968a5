"""Text becomes numbered rows of cells, one at a time; knows no encoding, no header and no lead."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TextIO

# The longest row, line breaks in cells included, and so the most text that is ever in memory.
# The csv module has the same limit for a single cell.
MAX_ROW_CHARS = 131_072


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row whose cells cannot be told apart; reading goes on in the line below it."""

    why: Literal["unclosed_quote", "too_long"]
    line: str  # its first line, without the line's end; empty where it is too long


@dataclass(frozen=True)
class CsvDialect:
    delimiter: str
    quotechar: str = '"'
    escapechar: str | None = None


def numbered_rows(text: TextIO, dialect: CsvDialect) -> Iterator[tuple[int, list[str] | BrokenRow]]:
    """Each row with its number as a spreadsheet counts: from 1, blank rows too ([]), and a cell
    with line breaks in it is still one row. `text` must be open with `newline=""`.

    A quotation mark that is never closed would swallow the rest of the file, and a line without an
    end all memory: both are given as a BrokenRow, and reading goes on in the next line.
    """
    lines = _Lines(text)
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quotechar,
        escapechar=dialect.escapechar,
        skipinitialspace=True,
    )
    row = 0
    while True:
        row += 1
        lines.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _LineTooLong:
            yield row, BrokenRow("too_long", "")
            continue
        except _NeverClosed:
            lines.ended = True
        # The reader asks for a line beyond the last one only from inside an open quotation.
        if lines.ended:
            lines.put_back(lines.taken[1:])
            yield row, BrokenRow("unclosed_quote", lines.taken[0].rstrip("\r\n"))
        else:
            yield row, cells


class _NeverClosed(Exception):
    pass


class _LineTooLong(Exception):
    pass


class _Lines:
    """The lines of a text, with a memory of those the current row has taken."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.ended = False
        self._taken_chars = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(MAX_ROW_CHARS)
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) >= MAX_ROW_CHARS and not self.taken:
            self._skip_rest(line)
            raise _LineTooLong
        self._taken_chars = len(line) + (self._taken_chars if self.taken else 0)
        self.taken.append(line)
        if self._taken_chars > MAX_ROW_CHARS:
            raise _NeverClosed
        return line

    def put_back(self, lines: list[str]) -> None:
        self._again.extendleft(reversed(lines))
        self.ended = False

    def _skip_rest(self, piece: str) -> None:
        # Pieces are cut off where readline stops, so only the last one taken has a rest.
        while piece and not piece.endswith(("\r", "\n")):
            piece = self._text.readline(MAX_ROW_CHARS)
