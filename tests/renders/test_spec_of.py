"""The engine's spec from frozen values: as the campaign and the lead were, whatever is now."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from app.renders.frozen_values import NotRenderable
from app.renders.spec_of import Folders, FrozenLead, spec_of

FOLDERS = Folders(Path("/clips/a"), Path("/folders/1"), Path("/artifacts/acme"))
FROZEN: dict[str, Any] = {
    "spec": {
        "name": "Spring",
        "scenes": [
            {"id": "theirs", "csv_column": "Site", "duration_s": 10.0},
            {"id": "ours", "url": "https://ours.example/", "duration_s": 10.0},
        ],
        "output": {"fps": 30},
    },
    "headers": ["Name", "Site", "Note"],
    "lead_columns": {"headers": ["Name", "Site", "Note"], "name": ["Name"]},
    "facecam": {
        "id": "1", "name": "Hello", "clip_key": "k", "start_s": 2.0, "end_s": 12.0,
        "duration_s": 30.0,
    },
}  # fmt: skip
ADA = FrozenLead(2, "Ada Lovelace", "Analytical", ["Ada Lovelace", "ada.example/team", "x"])


def test_scenes_have_the_leads_own_pages_and_fit_the_trimmed_facecam() -> None:
    spec = spec_of(FROZEN, ADA, FOLDERS, allow_addresses=("127.0.0.1:1",))
    theirs, ours = spec.scenes
    assert (theirs.url, theirs.shared) == ("https://ada.example/team", False)
    assert (ours.url, ours.shared) == ("https://ours.example/", True)
    assert spec.total_frames == 10 * 30
    assert (spec.facecam_start_s, spec.facecam_end_s) == (2.0, 12.0)
    assert (spec.lead.name, spec.lead.company, spec.lead.row) == ("Ada Lovelace", "Analytical", 2)
    assert (spec.out, spec.artifacts) == (FOLDERS.out, FOLDERS.artifacts)
    assert spec.allow_addresses == ("127.0.0.1:1",)


def test_a_clip_that_is_used_whole_has_no_trim() -> None:
    frozen = deepcopy(FROZEN)
    frozen["facecam"] |= {"start_s": 0.0, "end_s": None, "duration_s": 20.0}
    spec = spec_of(frozen, ADA, FOLDERS)
    assert not spec.trimmed
    assert spec.total_frames == 20 * 30


def test_an_empty_cell_leaves_the_scene_to_its_fallback() -> None:
    frozen = deepcopy(FROZEN)
    frozen["spec"]["scenes"][0]["fallback_url"] = "https://fallback.example/"
    spec = spec_of(frozen, FrozenLead(2, "Ada", "", ["Ada", "", ""]), FOLDERS)
    assert (spec.scenes[0].url, spec.scenes[0].fallback_url) == (None, "https://fallback.example/")


@pytest.mark.parametrize(
    ("change", "cells", "words"),
    [
        ({}, ["Ada", "", ""], "Column “Site”: There is no address"),
        ({"duration_s": 300.0, "start_s": 0.0, "end_s": 0.01}, None, "too short"),
    ],
)
def test_what_gives_no_video_says_why(
    change: dict[str, Any], cells: list[str] | None, words: str
) -> None:
    frozen = deepcopy(FROZEN)
    frozen["facecam"] |= change
    lead = FrozenLead(2, "Ada", "", cells or ["Ada", "ada.example", ""])
    with pytest.raises(NotRenderable, match=words):
        spec_of(frozen, lead, FOLDERS)


def test_a_campaign_that_today_would_be_refused_says_so() -> None:
    frozen = deepcopy(FROZEN)
    frozen["spec"]["scenes"][0]["duration_s"] = 9000.0
    with pytest.raises(NotRenderable, match="duration_s"):
        spec_of(frozen, ADA, FOLDERS)
