"""The process that reads a list: `python -m app.campaigns.lead_reader <order.json>`.

It takes the list's bytes from a file, leaves COPY lines in another and says how far it is in JSON
lines; it knows no database, so that the web server beside it goes on answering.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from app.campaigns.lead_checks import RawRow, check_rows
from app.campaigns.lead_columns import lead_columns, map_columns, renamed_columns, scene_columns
from app.campaigns.lead_copy import copy_line, stored_rows
from app.leads import LeadsInvalid, Table, read_table

TELL_EVERY_ROWS = 2_000
SAMPLE_ROWS = 200

Event = dict[str, Any]
Tell = Callable[[Event], None]


def read_list(order: Event, tell: Tell) -> None:
    """Writes order["target"]; tells {"total", "columns", "scenes"}, then {"done"} again and again.

    A list: order has "source" (a CSV file), "name" and "columns" (those of the earlier list).
    Stored rows, to be checked again: "stored" (what lead_copy.STORED gives), "total", "columns".
    Either has "scenes". Tells {"invalid": sentence} where the list as a whole is of no use.
    """
    if "stored" in order:
        tell({"total": order["total"], "columns": order["columns"], "scenes": order["scenes"]})
        with Path(order["stored"]).open("rb") as lines:
            _write(order, stored_rows(lines), order["columns"], order["scenes"], tell)
        return
    try:
        table = read_table(Path(order["source"]), name=order["name"])
    except LeadsInvalid as invalid:
        tell({"invalid": str(invalid)})
        return
    columns = map_columns(table.headers, table.sample(SAMPLE_ROWS), order["columns"])
    scenes = renamed_columns(order["scenes"], table.headers)
    tell({"total": table.row_count, "columns": columns, "scenes": scenes})
    _write(order, _rows(table), columns, scenes, tell)


def _rows(table: Table) -> Iterator[RawRow]:
    for each in table:
        yield RawRow(each.row, each.cells, each.problem)


def _write(
    order: Event, rows: Iterable[RawRow], columns: Event, scenes: list[Event], tell: Tell
) -> None:
    done = 0
    checks = lead_columns(columns, scene_columns(scenes))
    with Path(order["target"]).open("wb") as target:
        for done, checked in enumerate(check_rows(rows, columns["headers"], checks), start=1):
            target.write(copy_line(checked))
            if done % TELL_EVERY_ROWS == 0:
                tell({"done": done})
    tell({"done": done})


def _say(event: Event) -> None:
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    read_list(json.loads(Path(sys.argv[1]).read_text("utf-8")), _say)
