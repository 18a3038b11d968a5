"""What the leads step shows of rows, columns and progress; it asks no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.campaigns.lead_columns import scene_columns
from app.campaigns.models import Campaign, Lead

PREVIEW_ROWS = 5
SHOWN_PROBLEMS = 3  # of a row's own; a cell has its first one beside it


@dataclass(frozen=True)
class CellView:
    """One cell with what is wrong with it; `at` is its position from 0."""

    at: int
    header: str
    text: str
    problem: str


@dataclass(frozen=True)
class RowView:
    """A row that is to be mended: the cells in question, the other ones, and what concerns the
    row as a whole."""

    lead: Lead
    cells: list[CellView]
    others: list[CellView]
    sentences: list[str]

    @property
    def title(self) -> str:
        """Who it seems to be, as far as its cells tell."""
        found = dict.fromkeys([self.lead.name, self.lead.company, self.lead.email])
        return ", ".join(text for text in found if text)


def row_view(campaign: Campaign, lead: Lead) -> RowView:
    """The cells with a fatal problem; where the whole row has one, those that mean something, or
    all of them where the row itself is broken."""
    headers = campaign.lead_columns["headers"]
    fatal = [each for each in lead.problems if each["fatal"]]
    by_column = {each["column"]: each["sentence"] for each in reversed(fatal) if each["column"]}
    whole = [each for each in fatal if not each["column"]]
    shown = set(by_column)
    if any(each.get("broken") for each in whole):
        shown = set(headers)
    elif whole or not shown:
        shown |= set(_meant(campaign))
    cells = [
        CellView(at, header, text, by_column.get(header, ""))
        for at, (header, text) in enumerate(zip(headers, lead.cells, strict=False))
    ]
    return RowView(
        lead,
        [cell for cell in cells if cell.header in shown],
        [cell for cell in cells if cell.header not in shown],
        [each["sentence"] for each in whole][:SHOWN_PROBLEMS],
    )


def roles(campaign: Campaign) -> dict[str, str]:
    """What each column that means something is called: {"E-mail": "E-mail address"}."""
    mapped = campaign.lead_columns
    found = dict.fromkeys(mapped.get("name") or (), "Name")
    found |= {mapped["email"]: "E-mail address"} if mapped.get("email") else {}
    found |= {mapped["company"]: "Company"} if mapped.get("company") else {}
    for scene in campaign.scenes:
        if column := scene.get("csv_column"):
            found.setdefault(column, f"Scene “{scene.get('id')}”")
    return found


def column_values(campaign: Campaign) -> dict[str, str]:
    """The fields of the form that says which column is what."""
    mapped = campaign.lead_columns
    name = [*(mapped.get("name") or ()), "", ""]
    values = {"name": name[0], "name_2": name[1]}
    values |= {"email": mapped.get("email") or "", "company": mapped.get("company") or ""}
    for at, scene in scenes_with_column(campaign.scenes):
        values[f"scene-{at}"] = str(scene["csv_column"])
    return values


def scenes_with_column(
    scenes: Iterable[Mapping[str, Any]],
) -> list[tuple[int, Mapping[str, Any]]]:
    """The scenes that show a column of the list, each with its position from 0."""
    return [(at, scene) for at, scene in enumerate(scenes) if scene_columns([scene])]


def examples(campaign: Campaign, rows: Iterable[Lead]) -> dict[str, str]:
    """For each column the first cell with anything in it, so that a person knows it again."""
    found: dict[str, str] = {}
    for lead in rows:
        for header, text in zip(campaign.lead_columns["headers"], lead.cells, strict=False):
            if text:
                found.setdefault(header, text if len(text) <= 60 else f"{text[:59]}…")
    return found


def _meant(campaign: Campaign) -> list[str]:
    return list(roles(campaign))
