"""Column names as people write them, found again however they are spelled; it knows no rows."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Sequence

from app.leads.csv_file import LeadsInvalid


def normalise_header(text: str) -> str:
    """`" LinkedIn-URL "` → `"linkedin_url"`: small letters, with one `_` between words."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u200b", "")
    return "_".join(re.findall(r"[^\s_-]+", folded))


def field_keys(headers: Sequence[str]) -> tuple[str, ...]:
    """The normalised name of each column; `""` where it has none, `name_2` where it is repeated."""
    keys: list[str] = []
    for header in headers:
        key = normalise_header(header)
        again = 2
        while key and key in keys:
            key = f"{normalise_header(header)}_{again}"
            again += 1
        keys.append(key)
    return tuple(keys)


def find_columns(wanted: Sequence[str], headers: Sequence[str], file_name: str) -> dict[str, int]:
    """The position of each wanted column. Raises LeadsInvalid naming all that are missing."""
    found = {column: _find_column(column, headers, file_name) for column in wanted}
    missing = [column for column, position in found.items() if position is None]
    if missing:
        raise LeadsInvalid(_missing(missing, headers, file_name))
    return {column: position for column, position in found.items() if position is not None}


def _find_column(column: str, headers: Sequence[str], file_name: str) -> int | None:
    # From the strictest reading to the loosest, so that “web_site” and “web site” side by side are
    # told apart by whoever spells them out.
    readings: tuple[Callable[[str], str], ...] = (
        str.strip,
        lambda text: "".join(unicodedata.normalize("NFKC", text).casefold().split()),
        lambda text: normalise_header(text).replace("_", ""),
    )
    for reading in readings:
        hits = [i for i, header in enumerate(headers) if reading(header) == reading(column)]
        if len(hits) > 1:
            raise LeadsInvalid(
                f"{file_name} has {len(hits)} columns that could be “{column}”: "
                f"{', '.join(f'“{headers[i]}” (column {i + 1})' for i in hits)}. "
                "Rename all but one of them."
            )
        if hits:
            return hits[0]
    return None


def _missing(missing: Sequence[str], headers: Sequence[str], file_name: str) -> str:
    names = [header.strip() for header in headers if header.strip()]
    quoted = ", ".join(f"“{column}”" for column in missing)
    plural = "s" if len(missing) > 1 else ""
    said = f"{file_name} has no column{plural} {quoted}. The columns there are: {', '.join(names)}."
    if any("://" in name or "@" in name for name in names):
        return f"{said} The first row must hold the columns' names; this one looks like a lead."
    near = difflib.get_close_matches(missing[0], names, n=1)
    return f"{said} Did you mean “{near[0]}”?" if near else said
