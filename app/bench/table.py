"""Figures as a table for the terminal and as Markdown for the README; measures nothing."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from app.bench.figures import Figure

_VERDICTS = {True: "yes", False: "no", None: ""}
_COLOURS = {True: "green", False: "red", None: "dim"}
_HEADS = ("measured", "beside it", "goal", "kept")


def terminal_table(title: str, figures: Sequence[Figure]) -> Table:
    table = Table("", *_HEADS, title=title, show_lines=True)
    for figure in figures:
        colour = _COLOURS[figure.kept]
        table.add_row(
            figure.what,
            f"[bold]{figure.measured}[/bold]",
            figure.beside,
            figure.asked,
            f"[{colour}]{_VERDICTS[figure.kept]}[/{colour}]",
        )
    return table


def markdown_table(title: str, figures: Sequence[Figure], machine: Mapping[str, str]) -> str:
    """A GitHub table with the machine's facts as a sentence above it; ends in a line break."""
    lines = [
        "; ".join(f"{name} {value}" for name, value in machine.items()) + ".",
        "",
        _row((title, *_HEADS)),
        _row(("---",) * (1 + len(_HEADS))),
    ]
    lines += [
        _row((f.what, f"**{f.measured}**", f.beside, f.asked, _VERDICTS[f.kept])) for f in figures
    ]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
