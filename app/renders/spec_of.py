"""What the engine is told of a render: from the values that were frozen when it was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.campaigns.lead_columns import lead_columns, scene_columns
from app.leads import Lead, check_row
from app.pipeline.spec import RenderSpec
from app.render_specs import build_spec
from app.renders.frozen_values import NotRenderable, campaign_of, fit_of


@dataclass(frozen=True)
class FrozenLead:
    """One lead as its render keeps it."""

    row: int
    name: str
    company: str
    cells: Sequence[str]


@dataclass(frozen=True)
class Folders:
    """Where a render finds and leaves its files. All are absolute."""

    clip: Path
    out: Path
    artifacts: Path


def spec_of(
    frozen: Mapping[str, Any],
    lead: FrozenLead,
    folders: Folders,
    *,
    allow_addresses: tuple[str, ...] = (),
) -> RenderSpec:
    """The spec for this lead of the campaign in RenderBatch.campaign. Raises NotRenderable."""
    campaign = campaign_of(frozen)
    fit = fit_of(frozen, campaign)
    facecam = frozen["facecam"]
    urls = _urls(frozen, lead)
    fields = {"company": lead.company} if lead.company else {}
    return build_spec(
        campaign,
        Lead(row=lead.row, name=lead.name, fields=fields, urls=urls),
        fit,
        facecam=folders.clip,
        facecam_start_s=facecam["start_s"] or 0.0,
        facecam_end_s=facecam["end_s"],
        out=folders.out,
        artifacts=folders.artifacts,
        allow_addresses=allow_addresses,
    )


def _urls(frozen: Mapping[str, Any], lead: FrozenLead) -> Mapping[str, str]:
    """The lead's pages, checked as when the list was imported."""
    columns = lead_columns(frozen["lead_columns"], scene_columns(frozen["spec"]["scenes"]))
    cells = dict(zip(frozen["headers"], lead.cells, strict=False))
    checked = check_row(cells, columns)
    if isinstance(checked, list):
        fatal = next(each for each in checked if each.fatal)
        where = f"Column “{fatal.column}”: " if fatal.column else ""
        raise NotRenderable(where + fatal.sentence)
    return checked.urls
