"""Which column of a campaign's list means what, guessed, chosen and kept; it reads no rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.leads import LeadColumns, suggest_columns
from app.leads.columns import normalise_header

Mapped = dict[str, Any]  # what Campaign.lead_columns holds
SceneColumns = list[tuple[str, bool]]  # each scene's column, and whether it has a fallback page


def map_columns(
    headers: Sequence[str], sample_rows: Iterable[Sequence[str]], earlier: Mapping[str, Any]
) -> Mapped:
    """{"headers", "name", "email", "company", "urls"} for a list with these headers.

    What was chosen for the earlier list stays where all of it is there again; else it is guessed.
    `urls` are the columns that hold web addresses, the most likely first.
    """
    guess = suggest_columns(headers, sample_rows)
    mapped: Mapped = {
        "headers": list(headers),
        "name": list(guess.name),
        "email": guess.email,
        "company": guess.company,
        "urls": list(guess.urls),
    }
    chosen = [*earlier.get("name", ()), earlier.get("email"), earlier.get("company")]
    if any(chosen) and all(column in headers for column in chosen if column):
        mapped |= {key: earlier.get(key) for key in ("name", "email", "company")}
    return mapped


def scene_columns(scenes: Iterable[Mapping[str, Any]]) -> SceneColumns:
    """The column of each scene that shows one. Drafts hold what was typed, right or wrong."""
    return [
        (column, bool(scene.get("fallback_url")))
        for scene in scenes
        if isinstance(column := scene.get("csv_column"), str) and column
    ]


def lead_columns(mapped: Mapping[str, Any], scenes: SceneColumns) -> LeadColumns:
    """What rows are checked by. A column that the list does not have checks nothing here: it is
    wrong with the scene, not with every single row.
    """
    headers = mapped.get("headers", [])
    shown = list(dict.fromkeys(column for column, _ in scenes if column in headers))
    needed = {column for column, has_fallback in scenes if not has_fallback}
    return LeadColumns(
        name=tuple(mapped.get("name") or ()),
        email=mapped.get("email"),
        company=mapped.get("company"),
        url_columns=tuple(shown),
        fallback_columns=frozenset(shown) - needed,
    )


def renamed_columns(
    scenes: Iterable[Mapping[str, Any]], headers: Sequence[str]
) -> list[dict[str, Any]]:
    """The scenes, each column spelled as the list spells it where it is there under another
    spelling: “linkedin url” for “LinkedIn-URL”.
    """
    by_key = {normalise_header(header): header for header in reversed(headers)}
    spelled = []
    for scene in scenes:
        column = scene.get("csv_column")
        if isinstance(column, str) and column and column not in headers:
            spelled.append({**scene, "csv_column": by_key.get(normalise_header(column), column)})
        else:
            spelled.append(dict(scene))
    return spelled
