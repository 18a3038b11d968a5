"""Rows of a lead list as people name them, `2-5,9,12-`; it knows no list."""

import re
from dataclasses import dataclass

from app.errors import LoomliteError

_PART = re.compile(r"(\d+)?\s*(-)?\s*(\d+)?")


class RowsInvalid(LoomliteError):
    """The text names no rows."""


@dataclass(frozen=True)
class RowRanges:
    """First and last rows, both included; a last of None is the end of the list."""

    ranges: tuple[tuple[int, int | None], ...]

    def __contains__(self, row: int) -> bool:
        return any(first <= row and (last is None or row <= last) for first, last in self.ranges)

    @property
    def everything(self) -> bool:
        return self == EVERY_ROW


EVERY_ROW = RowRanges(((1, None),))


def parse_rows(text: str | None) -> RowRanges:
    """`3`, `2-5`, `7-` and `-4`, several with commas; None means every row. Raises RowsInvalid."""
    if text is None:
        return EVERY_ROW
    ranges = []
    for part in text.split(","):
        found = _PART.fullmatch(part.strip())
        if found is None or not (found[1] or found[3]):
            raise RowsInvalid(
                f"“{text}” names no rows. Write them like 2-5 or 2,7,9-; the header is row 1."
            )
        first = int(found[1] or 1)
        last = int(found[3]) if found[3] else (None if found[2] else first)
        if last is not None and last < first:
            raise RowsInvalid(f"“{part.strip()}” ends before it begins.")
        ranges.append((first, last))
    return RowRanges(tuple(ranges))
