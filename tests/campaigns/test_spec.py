"""All that would stop a campaign's videos, each with the step that mends it."""

from typing import Any

import pytest

from app.campaign import parse_campaign
from app.campaign_problems import Problem
from app.campaigns.models import Campaign
from app.campaigns.spec import campaign_faults, campaign_values, settle_state
from app.campaigns.spec_words import mistake_of
from app.facecams.models import Facecam

HOME = {"id": "home", "url": "https://example.com/", "duration_s": 15.0}
PROFILE = {"id": "profile", "csv_column": "LinkedIn", "duration_s": 15.0}
FINISHED: dict[str, Any] = {
    "name": "Berlin",
    "state": "draft",
    "fit": "scale",
    "scenes": [HOME, PROFILE],
    "output": {"width": 1280, "height": 720, "fps": 30},
    "bubble": {"shape": "rounded"},
    "lead_columns": {"headers": ["Name", "LinkedIn"]},
    "leads_state": "ready",
    "leads_problem": "",
    "good_leads": 3,
    "bad_leads": 0,
    "skipped_leads": 1,
}


def make(facecam_s: float | None = 30.0, **changes: Any) -> Campaign:
    """A finished campaign but for these changes, with a facecam of that length or without one."""
    campaign = Campaign(**(FINISHED | changes))
    campaign.facecam = None
    if facecam_s is not None:
        clip = {"name": "Intro", "state": "ready", "problem": "", "trim_start_s": 0.0}
        campaign.facecam = Facecam(**clip, duration_s=facecam_s)
    return campaign


def said(campaign: Campaign) -> list[tuple[str, str]]:
    return [(fault.step, fault.sentence) for fault in campaign_faults(campaign)]


def test_a_finished_campaign_has_no_fault_and_can_be_parsed() -> None:
    assert said(make()) == []
    spec = parse_campaign(campaign_values(make()))
    assert (spec.name, spec.output.width, spec.facecam.shape) == ("Berlin", 1280, "rounded")
    assert [scene.id for scene in spec.scenes] == ["home", "profile"]


def test_an_empty_draft_lacks_facecam_leads_and_scenes() -> None:
    empty = make(None, scenes=[], leads_state="none", good_leads=0, lead_columns={})
    assert said(empty) == [
        ("facecam", "No facecam is chosen."),
        ("leads", "There are no leads yet."),
        ("scenes", "There is no scene yet."),
    ]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"leads_state": "importing"}, ("leads", "The list of leads is still being read.")),
        ({"leads_state": "failed", "leads_problem": "It is a PDF."}, ("leads", "It is a PDF.")),
        ({"bad_leads": 12}, ("leads", "12 rows of the list to fix or skip.")),
        ({"good_leads": 0}, ("leads", "No row of the list gives a video.")),
        (
            {"lead_columns": {"headers": ["Name"]}},
            (
                "scenes",
                "Scene “profile”: Your list has no column “LinkedIn”. Choose another.",
            ),
        ),
        (
            {"scenes": [HOME | {"url": ""}]},
            ("scenes", "Scene “home”: Enter the address of the page."),
        ),
        (
            {"scenes": [PROFILE | {"csv_column": ""}]},
            ("scenes", "Scene “profile”: Choose the column that holds each lead’s address."),
        ),
        (
            {"scenes": [HOME | {"duration_s": 0.5}]},
            (
                "scenes",
                "Scene “home”: The duration must be a number of seconds between 1 and 300, "
                "not 0.5.",
            ),
        ),
        (
            {"output": {"width": 641}},
            ("look", "The video’s width must be an even number of pixels, not 641."),
        ),
        ({"bubble": {"width": 3000}}, ("look", "The facecam does not fit in the video")),
        (
            {"fit": "strict", "scenes": [HOME]},
            ("scenes", "Scenes last 15 s, your facecam 30 s. They must be equal"),
        ),
    ],
)
def test_each_fault_names_its_step(changes: dict[str, Any], fault: tuple[str, str]) -> None:
    [(step, sentence)] = said(make(**changes))
    assert (step, sentence[: len(fault[1])]) == fault


def test_a_facecam_must_be_ready_and_short_enough() -> None:
    preparing, refused = make(), make()
    assert preparing.facecam
    assert refused.facecam
    preparing.facecam.state = "preparing"
    assert said(preparing) == [("facecam", "“Intro” is still being prepared.")]
    refused.facecam.state, refused.facecam.problem = "refused", "It has no picture."
    assert said(refused) == [("facecam", "“Intro” cannot be used: It has no picture.")]
    [(step, sentence)] = said(make(400.0))
    assert (step, "A video lasts at most 300 s" in sentence) == ("facecam", True)


def test_faults_of_all_steps_stand_together_scenes_in_their_order() -> None:
    broken = make(
        None,
        scenes=[PROFILE | {"csv_column": "Xing"}, HOME | {"url": "x"}],
        output={"fps": 24},
        bad_leads=1,
    )
    steps = [step for step, _ in said(broken)]
    assert steps == ["facecam", "leads", "scenes", "scenes", "look"]
    assert "“profile”" in said(broken)[2][1]


def test_a_ready_campaign_stays_ready_until_something_stops_it() -> None:
    campaign = make(state="ready")
    settle_state(campaign)
    assert campaign.state == "ready"
    campaign.scenes = []
    settle_state(campaign)
    assert campaign.state == "draft"


def test_a_mistake_the_page_has_no_word_for_still_names_its_field() -> None:
    mistake = mistake_of(Problem("scenes[1].colour", "is not a known key; the keys here are id"))
    assert (mistake.scene, mistake.field) == (1, "colour")
    assert mistake.sentence == "colour is not a known key; the keys here are id."
