"""The web's half of the bench: fills a service, measures it, gives its table; judges no machine."""

from dataclasses import dataclass

from app.bench.figures import Figure
from app.bench.web_bed import open_web_bed
from app.bench.web_rounds import SMOKE, Effort, Say, measure_web
from app.bench.web_rows import web_figures, web_title


@dataclass(frozen=True)
class WebTable:
    """A title and the rows below it."""

    title: str
    rows: list[Figure]


def bench_web(say: Say, *, quick: bool = False) -> WebTable:
    """Raises LoomliteError where something could not be run."""
    effort = SMOKE if quick else Effort()
    say(f"Filling a database with {effort.workspaces} workspaces")
    with open_web_bed(effort.workspaces) as bed:
        measured = measure_web(bed, effort, say)
    return WebTable(web_title(measured), list(web_figures(measured)))
