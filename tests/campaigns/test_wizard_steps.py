"""How far a draft is, told from its row alone."""

from typing import Any

import pytest

from app.campaigns.models import Campaign
from app.campaigns.wizard_steps import Step, first_open, neighbours, wizard_steps
from app.db.base import new_id

SCENE = {"id": "home", "url": "https://example.com"}


def _steps(**fields: Any) -> dict[str, Step]:
    empty: dict[str, Any] = {
        "name": "Berlin",
        "state": "draft",
        "facecam_id": None,
        "scenes": [],
        "output": {},
    }
    empty |= {"bubble": {}, "leads_state": "none", "leads_problem": ""}
    empty |= {"good_leads": 0, "bad_leads": 0, "skipped_leads": 0}
    steps = wizard_steps(Campaign(**(empty | fields)))
    return {step.key: step for step in steps}


def test_the_steps_stand_in_their_order() -> None:
    assert list(_steps()) == ["name", "facecam", "leads", "scenes", "look", "review"]


def test_a_new_draft_has_only_its_name_and_no_problem() -> None:
    steps = _steps()
    assert [step.key for step in steps.values() if step.done] == ["name"]
    assert not any(step.problem for step in steps.values())


def test_the_name_nobody_chose_is_not_done() -> None:
    assert not _steps(name="Untitled campaign")["name"].done


def test_a_finished_draft_is_done_everywhere() -> None:
    steps = _steps(
        facecam_id=new_id(),
        leads_state="ready",
        good_leads=3,
        skipped_leads=2,
        scenes=[SCENE],
        output={"fps": 30},
        state="ready",
    )
    assert all(step.done and not step.problem for step in steps.values())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"leads_state": "ready", "good_leads": 3, "bad_leads": 1}, "1 row to fix or skip."),
        ({"leads_state": "ready", "bad_leads": 12}, "12 rows to fix or skip."),
        ({"leads_state": "ready", "skipped_leads": 1}, "No row of this list gives a video."),
        ({"leads_state": "importing"}, "The list is still being read."),
        ({"leads_state": "failed", "leads_problem": "It is a PDF."}, "It is a PDF."),
    ],
)
def test_what_is_wrong_with_the_leads_is_said(fields: dict[str, Any], said: str) -> None:
    leads = _steps(**fields)["leads"]
    assert (leads.done, leads.problem) == (False, said)


def test_a_scene_without_a_page_and_a_bubble_too_large_are_problems() -> None:
    steps = _steps(scenes=[{"id": "home"}], output={"width": 640}, bubble={"width": 3000})
    assert "Give the address of a page" in steps["scenes"].problem
    assert "does not fit in the video" in steps["look"].problem
    assert not steps["scenes"].done
    assert not steps["look"].done


def test_going_on_leads_to_the_first_open_step_and_at_last_to_the_review() -> None:
    steps = list(_steps(name="Untitled campaign").values())
    assert first_open(steps).key == "name"
    assert first_open([step for step in steps if step.key == "review"]).key == "review"


def test_neighbours_end_at_the_ends() -> None:
    steps = list(_steps().values())
    assert [step and step.key for step in neighbours(steps, "name")] == [None, "facecam"]
    assert [step and step.key for step in neighbours(steps, "review")] == ["look", None]
