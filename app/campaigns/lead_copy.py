"""Checked rows as PostgreSQL's COPY reads them, and stored ones as it writes them; no database."""

import json
from collections.abc import Iterable, Iterator

from uuid_utils import uuid7

from app.campaigns.lead_checks import CheckedRow, RawRow

# The columns of a line, and of the table that the lines are copied into.
COLUMNS = "id, row, state, name, email, company, cells, problems, digest"
TABLE = (
    "id uuid, row int, state text, name text, email text, company text, "
    "cells jsonb, problems jsonb, digest bytea"
)
# What a stored row is read by: a JSON array, see `raw_row`.
STORED = "jsonb_build_array(id, row, state, cells, problems)"
# The same for a copy of the row, which gets an id of its own.
STORED_ANEW = "jsonb_build_array('', row, state, cells, problems)"

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def copy_line(checked: CheckedRow) -> bytes:
    """One line in COPY's text format; a row that has no id gets one, later rows later ids."""
    fields = (
        checked.raw.id or str(uuid7()),
        str(checked.raw.row),
        checked.state,
        _escaped(checked.name),
        _escaped(checked.email),
        _escaped(checked.company),
        _json(checked.raw.cells),
        _json(checked.problems) if checked.problems else "[]",
        "\\N" if checked.digest is None else f"\\\\x{checked.digest.hex()}",
    )
    # Half a character, which PostgreSQL refuses, becomes a question mark.
    return ("\t".join(fields) + "\n").encode("utf-8", "replace")


def stored_rows(lines: Iterable[bytes]) -> Iterator[RawRow]:
    """The rows in lines that `COPY (select {STORED} …) TO STDOUT` has written."""
    for line in lines:
        # JSON without indents holds neither tabs nor line breaks: only backslashes were escaped.
        yield raw_row(json.loads(line.replace(b"\\\\", b"\\")))


def raw_row(stored: list[object]) -> RawRow:
    """The row that STORED describes."""
    row_id, row, state, cells, problems = stored
    assert isinstance(row, int)  # noqa: S101 - as the table has them
    assert isinstance(cells, list)  # noqa: S101
    assert isinstance(problems, list)  # noqa: S101
    broken = next((each["sentence"] for each in problems if each.get("broken")), None)
    return RawRow(row, tuple(cells), broken, str(row_id), state == "skipped")


def _escaped(text: str) -> str:
    # str.translate would take as long for umlauts as everything else takes together.
    text = text.replace("\\", "\\\\").replace("\t", "\\t")
    return text.replace("\n", "\\n").replace("\r", "\\r")


def _json(value: object) -> str:
    # JSON has an escape of its own for every control character.
    return _encode(value).replace("\\", "\\\\")
