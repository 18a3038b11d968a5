"""What faults came to, kept in a file over many runs and told as a table.

`FAULT_FIGURES=faults.jsonl` keeps a line for each fault that was survived, and
`python -m tests.faults.figures faults.jsonl` prints the table of the operator's page.
"""

import json
import os
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

HEADS = ("fault", "runs", "faults", "requests", "completed", "failed", "cancelled", "tries")


@dataclass(frozen=True)
class Reckoning:
    """How the requests of one run ended; `attempts` is how many tries they took in all."""

    requests: int
    completed: int
    failed: int
    cancelled: int
    attempts: int


def note(fault: str, found: Reckoning, *, times: int = 1) -> None:
    """The fault came so often in this run, and nothing was lost, double or left."""
    if name := os.environ.get("FAULT_FIGURES"):
        line = {"fault": fault, "times": times, **vars(found)}
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def table(lines: list[str]) -> str:
    """One row for each fault, and their sum."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 7)
    for line in lines:
        told = json.loads(line)
        numbers = [
            1, told["times"], told["requests"], told["completed"], told["failed"],
            told["cancelled"], told["attempts"],
        ]  # fmt: skip
        for row in (told["fault"], "**all**"):
            sums[row] = [old + more for old, more in zip(sums[row], numbers, strict=True)]
    total = sums.pop("**all**", [0] * 7)
    rows = [*sorted(sums.items()), ("**all**", total)]
    return "\n".join([
        f"| {' | '.join(HEADS)} |",
        "|---|" + "---:|" * 7,
        *(f"| {fault} | {' | '.join(f'{n:,}' for n in numbers)} |" for fault, numbers in rows),
    ])  # fmt: skip


if __name__ == "__main__":
    print(table(Path(sys.argv[1]).read_text("utf-8").splitlines()))  # noqa: T201
