"""Lead lists for tests: written as spreadsheet programs write them, and read back apart."""

from collections.abc import Sequence
from pathlib import Path

from app.leads import Lead, RowProblem, open_leads


def read(
    folder: Path,
    text: str,
    *,
    encoding: str = "utf-8",
    urls: Sequence[str] = ("website",),
    fallback: frozenset[str] = frozenset(),
) -> tuple[list[Lead], list[RowProblem]]:
    """The leads and the problems of a list with this text."""
    path = folder / "leads.csv"
    path.write_bytes(text.encode(encoding))
    found = list(open_leads(path, url_columns=urls, fallback_columns=fallback))
    leads = [one for one in found if isinstance(one, Lead)]
    return leads, [one for one in found if isinstance(one, RowProblem)]
