"""What a draft is as a campaign, and all that would stop its videos; it reads no leads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.campaign import Campaign as CampaignSpec
from app.campaign import parse_campaign
from app.campaign_problems import CampaignInvalid
from app.campaigns.models import Campaign
from app.campaigns.scene_timeline import scene_timeline
from app.campaigns.spec_words import Mistake, mistake_of
from app.fit import ScenesDoNotFit, VideoTooLong, fit_scenes
from app.phrases import plural

_STEPS = {"name": "name", "scenes": "scenes", "fit": "scenes", "output": "look", "facecam": "look"}


@dataclass(frozen=True)
class Fault:
    """Something that stops a render. `step` is the wizard's step in which it is mended."""

    step: str
    sentence: str


def campaign_values(campaign: Campaign) -> dict[str, Any]:
    """The row as `parse_campaign` takes it, with whatever is wrong in it."""
    return {
        "name": campaign.name,
        "fit": campaign.fit,
        "scenes": campaign.scenes,
        "output": campaign.output,
        "facecam": campaign.bubble,
    }


def campaign_mistakes(campaign: Campaign) -> list[Mistake]:
    """What the schema finds in the row, in words, and columns that the list does not have."""
    return [*_schema_mistakes(campaign), *_missing_columns(campaign)]


def campaign_faults(campaign: Campaign) -> list[Fault]:
    """All that would stop a render, in the order of the steps; none: it can be rendered.

    The campaign's facecam must be loaded. Needs no query.
    """
    mistakes = list(_mistaken(campaign))
    found = [*_facecam_faults(campaign), *_lead_faults(campaign), *mistakes]
    if not mistakes:
        found += _fit_faults(campaign, parse_campaign(campaign_values(campaign)))
    return found


def settle_state(campaign: Campaign) -> None:
    """Makes a ready campaign a draft again if something would stop it now. Facecam as loaded."""
    if campaign.state == "ready" and campaign_faults(campaign):
        campaign.state = "draft"


def _schema_mistakes(campaign: Campaign) -> Iterator[Mistake]:
    try:
        parse_campaign(campaign_values(campaign))
    except CampaignInvalid as invalid:
        yield from (mistake_of(problem) for problem in invalid.problems)


def _missing_columns(campaign: Campaign) -> Iterator[Mistake]:
    headers = campaign.lead_columns.get("headers")
    for at, scene in enumerate(campaign.scenes):
        column = scene.get("csv_column")
        if headers and column and column not in headers:
            yield Mistake(at, "csv_column", f"Your list has no column “{column}”. Choose another.")


def _mistaken(campaign: Campaign) -> Iterator[Fault]:
    """Every mistake, with the scene it is in named; scenes in their order, then the look."""
    if not campaign.scenes:
        yield Fault("scenes", "There is no scene yet.")
    last = len(campaign.scenes)
    for mistake in sorted(campaign_mistakes(campaign), key=lambda m: _place(m.scene, last)):
        if mistake.scene is not None:
            scene_id = campaign.scenes[mistake.scene].get("id")
            yield Fault("scenes", f"Scene “{scene_id}”: {mistake.sentence}")
        elif campaign.scenes or mistake.field != "scenes":
            yield Fault(_STEPS[mistake.field.split(".")[0]], mistake.sentence)


def _place(scene: int | None, last: int) -> int:
    return last if scene is None else scene


def _facecam_faults(campaign: Campaign) -> Iterator[Fault]:
    facecam = campaign.facecam
    if facecam is None:
        yield Fault("facecam", "No facecam is chosen.")
    elif facecam.state == "refused":
        yield Fault("facecam", f"“{facecam.name}” cannot be used: {facecam.problem}")
    elif facecam.state != "ready" or facecam.used_duration_s is None:
        yield Fault("facecam", f"“{facecam.name}” is still being prepared.")


def _lead_faults(campaign: Campaign) -> Iterator[Fault]:
    if campaign.leads_state == "none":
        yield Fault("leads", "There are no leads yet.")
        return
    if campaign.leads_state == "importing":
        yield Fault("leads", "The list of leads is still being read.")
        return
    if campaign.leads_state == "failed":
        yield Fault("leads", campaign.leads_problem or "The list of leads could not be read.")
    if campaign.bad_leads:
        rows = plural(campaign.bad_leads, "row", "rows")
        yield Fault("leads", f"{rows} of the list to fix or skip.")
    elif not campaign.good_leads and campaign.leads_state == "ready":
        yield Fault("leads", "No row of the list gives a video.")


def _fit_faults(campaign: Campaign, spec: CampaignSpec) -> Iterator[Fault]:
    facecam_s = campaign.facecam.used_duration_s if campaign.facecam else None
    if facecam_s is None:
        return
    scenes = [(scene.id, scene.duration_s) for scene in spec.scenes]
    fps = spec.output.fps
    try:
        fit_scenes([length for _, length in scenes], facecam_s, fps=fps, rule=spec.fit)
    except ScenesDoNotFit as error:
        step = "facecam" if isinstance(error, VideoTooLong) else "scenes"
        yield Fault(step, scene_timeline(scenes, facecam_s, rule=spec.fit, fps=fps).said)
