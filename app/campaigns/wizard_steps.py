"""The steps of making a campaign and how far each one is; it reads the campaign's row alone."""

from dataclasses import dataclass
from typing import Any

from app.campaign import parse_campaign
from app.campaign_problems import CampaignInvalid
from app.campaigns.models import Campaign
from app.campaigns.spec_words import mistake_of
from app.phrases import plural

UNNAMED = "Untitled campaign"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `done` when nothing is left to do there, `problem` a sentence or empty.

    A step that nobody has begun is neither done nor a problem.
    """

    key: str
    label: str
    route: str
    done: bool
    problem: str = ""


def wizard_steps(campaign: Campaign) -> list[Step]:
    """The six steps in their order."""
    return [
        Step("name", "Name", "wizard.name", campaign.name not in {"", UNNAMED}),
        Step("facecam", "Facecam", "wizard.facecam", campaign.facecam_id is not None),
        _leads(campaign),
        _checked("scenes", "Scenes", campaign.scenes, {"scenes": campaign.scenes}),
        _checked(
            "look",
            "Look",
            campaign.output or campaign.bubble,
            {"output": campaign.output, "facecam": campaign.bubble},
        ),
        Step("review", "Review", "wizard.review", campaign.state == "ready"),
    ]


def neighbours(steps: list[Step], key: str) -> tuple[Step | None, Step | None]:
    """The step before and the step after this one; None at the ends."""
    at = [step.key for step in steps].index(key)
    before = steps[at - 1] if at else None
    return before, steps[at + 1] if at + 1 < len(steps) else None


def first_open(steps: list[Step]) -> Step:
    """Where to go on: the first step that is not done, else the last."""
    return next((step for step in steps if not step.done), steps[-1])


def _leads(campaign: Campaign) -> Step:
    problem = ""
    if campaign.leads_state == "failed":
        problem = campaign.leads_problem
    elif campaign.leads_state == "importing":
        problem = "The list is still being read."
    elif campaign.bad_leads:
        problem = f"{plural(campaign.bad_leads, 'row', 'rows')} to fix or skip."
    elif campaign.leads_state == "ready" and not campaign.good_leads:
        problem = "No row of this list gives a video."
    done = campaign.leads_state == "ready" and not problem
    return Step("leads", "Leads", "wizard.leads", done, problem)


def _checked(key: str, label: str, begun: Any, values: dict[str, Any]) -> Step:
    """A step whose part of the campaign is right by the schema; the other parts do not count."""
    problem = ""
    if begun:
        try:
            parse_campaign({"name": "x", "scenes": [{"id": "x", "url": "https://x.org"}]} | values)
        except CampaignInvalid as invalid:
            problem = mistake_of(invalid.problems[0]).sentence
    return Step(key, label, f"wizard.{key}", bool(begun) and not problem, problem)
