"""What `loomlite jobs` prints for people: a list of videos, and one of them with its tries."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.jobs.operator_renders import FoundRender


def print_renders(console: Console, found: Sequence[FoundRender], limit: int) -> None:
    if not found:
        console.print("There is no such video.")
        return
    table = Table("render", "workspace", "campaign", "lead", "state", "tries", "error", box=None)
    for each in found:
        cells = (str(each.render_id), each.workspace, each.campaign, each.lead or f"row {each.row}")
        rest = (each.state, str(each.attempts), each.error_code)
        table.add_row(*(Text(cell) for cell in cells + rest))
    console.print(table)
    if len(found) == limit:
        console.print(f"These are the last {limit}; --limit shows more.")


def print_render(console: Console, record: dict[str, Any], tries: list[dict[str, Any]]) -> None:
    for name, value in record.items():
        if value is not None:
            shown = ", ".join(map(str, value.values())) if isinstance(value, dict) else str(value)
            console.print(Text(f"{name:12} {shown}"), soft_wrap=True)
    for each in tries:
        error = each["error"] or {"code": "", "text": ""}
        said = f"try {each['number']} on {each['worker']}: {each['outcome'] or 'under way'}"
        console.print(Text(f"\n{said} {error['code']} {error['text']}".rstrip()), soft_wrap=True)
        for step in each["steps"]:
            facts = f"{step.get('began_s', 0):8.1f} s  {step.get('took_s') or 0:7.1f} s"
            name = " ".join(str(step[key]) for key in ("step", "scene") if step.get(key))
            console.print(Text(f"  {facts}  {name}"), soft_wrap=True)
