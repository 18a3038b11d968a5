"""A table as CSV, piece by piece; it holds no whole table and knows none.

Each piece is read in a transaction of its own, so that a slow download holds none open. Cells that
a spreadsheet would run as formulas are made text by `csv_lines`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database
from app.leads import csv_lines

ROWS_AT_ONCE = 1000

# Reads what comes after a place; gives its rows and the next place, None at the end.
Piece = tuple[Iterable[list[str]], Any]
ReadPiece = Callable[[AsyncSession, Any], Awaitable[Piece]]


@dataclass(frozen=True)
class Export:
    """A file: its header, and how its rows are read."""

    headers: Sequence[str]
    read: ReadPiece


async def export_lines(
    database: Database, workspace_id: UUID, export: Export
) -> AsyncIterator[str]:
    """The file in pieces, header first."""
    yield "".join(csv_lines(export.headers, []))
    place = None
    while True:
        async with database.session(workspace_id=workspace_id) as session:
            rows, place = await export.read(session, place)
            lines = "".join(islice(csv_lines(export.headers, rows), 1, None))
        if lines:
            yield lines
        if place is None:
            return


def when(moment: datetime | None) -> str:
    """In UTC, as a spreadsheet understands it; "" for never."""
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


def number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
