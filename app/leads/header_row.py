"""Whether a list's first row names its columns, and a name for each one; it knows no rows below."""

from collections.abc import Sequence

from app.leads.cell_kinds import is_email, is_site, is_web_address

HEADER_CHARS = 100  # what a page can show; a longer cell is a note that slipped into the first row


def is_lead(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the first row is a lead already: an e-mail address or a web address stands in it.

    A bare `acme.com` counts only above another one, because `Account.Name` is how a customer
    database names a column.
    """
    if any(is_email(cell) or is_web_address(cell) for cell in first):
        return True
    return any(is_site(cell) and is_site(below) for cell, below in zip(first, second, strict=False))


def unique_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """A different name for each column: as written, “Column 3” where it has none, “Website 2” for
    the second “Website”. Capitals do not make a difference; spaces and breaks become one space.
    """
    headers: list[str] = []
    taken: set[str] = set()
    again: dict[str, int] = {}
    for position, cell in enumerate(cells, start=1):
        written = " ".join(cell.strip("\ufeff\u200b").split()) or f"Column {position}"
        header = written = _shortened(written)
        while header.casefold() in taken:
            again[written.casefold()] = again.get(written.casefold(), 1) + 1
            header = f"{written} {again[written.casefold()]}"
        taken.add(header.casefold())
        headers.append(header)
    return tuple(headers)


def _shortened(text: str) -> str:
    return text if len(text) <= HEADER_CHARS else text[: HEADER_CHARS - 1] + "…"
