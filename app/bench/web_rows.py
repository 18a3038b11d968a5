"""What was measured of the web as the rows of a table, with their goals; measures nothing."""

from collections.abc import Sequence
from statistics import median

from app.bench.figures import Figure, Goal
from app.bench.web_import import ListImport
from app.bench.web_rounds import PAGES, WebMeasured
from app.bench.web_weight import Weight

MB, KB = 1e6, 1e3


def web_figures(measured: WebMeasured) -> Sequence[Figure]:
    """Every row, in the order of the goals."""
    found = [_page(measured, page) for page in PAGES]
    found += [_statements(measured, page) for page in PAGES]
    if measured.list_import is not None:
        found += _import(measured.list_import)
    found.append(_sign_in(measured))
    found += [_weight(page, weight) for page, weight in measured.weights.items()]
    return found


def web_title(measured: WebMeasured) -> str:
    return (
        f"{measured.workspaces:,} workspaces, {measured.campaigns:,} campaigns, "
        f"{measured.leads:,} leads; one web process"
    )


def _page(measured: WebMeasured, page: str) -> Figure:
    rounds = measured.pages[page]
    requests = sum(len(each.took_s) for each in rounds)
    beside = (
        f"median {median(each.median_ms for each in rounds):.0f} ms, of which "
        f"{median(each.cpu_ms for each in rounds):.0f} ms are the web process's own work; "
        f"{requests} requests, one at a time"
    )
    return Figure(f"{page}, p95", [each.p95_ms for each in rounds], "ms", Goal(60), beside, 0)


def _statements(measured: WebMeasured, page: str) -> Figure:
    counts = measured.statements[page]
    beside = f"{min(counts)} to {max(counts)} in {len(counts)} workspaces, the session's included"
    return Figure(f"{page}, statements", [max(counts)], "", Goal(12), beside, 0)


def _import(taken: ListImport) -> list[Figure]:
    memory = taken.memory
    return [
        Figure(
            f"list of {taken.rows:,} rows × 8: sent → stored",
            [taken.wall_s],
            "s",
            Goal(20),
            f"{taken.size_bytes / MB:.1f} MB by a form, read by the worker's own process",
        ),
        Figure(
            "its memory at the most",
            [memory.peak / MB],
            "MB",
            Goal(300),
            f"{memory.reader / MB:.0f} MB the process that reads, "
            f"{memory.worker_growth / MB:.0f} MB more in the worker; proportional set size",
            0,
        ),
    ]


def _sign_in(measured: WebMeasured) -> Figure:
    ours = median(rate for rate, _ in measured.rates)
    bare = median(rate for _, rate in measured.rates)
    return Figure(
        "sign-in page against a bare Litestar with the same text",
        [100 * own / other for own, other in measured.rates],
        "%",
        Goal(60, at_least=True),
        f"{ours:.0f}/s against {bare:.0f}/s, eight at once, in turns",
        0,
    )


def _weight(page: str, weight: Weight) -> Figure:
    kinds = ", ".join(f"{kind} {size / KB:.0f}" for kind, size in weight.by_kind.items())
    beside = f"{kinds} kB in {weight.files} files, as sent"
    return Figure(f"first load, {page}", [weight.total_bytes / KB], "kB", Goal(120), beside, 0)
