"""What RenderBatch.campaign holds, read again: the campaign and the exact lengths of its scenes."""

from collections.abc import Mapping
from typing import Any

from app.campaign import Campaign, parse_campaign
from app.campaign_problems import CampaignInvalid
from app.errors import LoomliteError
from app.fit import Fit, ScenesDoNotFit, fit_scenes, trimmed_s


class NotRenderable(LoomliteError):
    """The frozen values give no video; the text says why. Another try would not help."""


def campaign_of(frozen: Mapping[str, Any]) -> Campaign:
    """The campaign in RenderBatch.campaign. Raises NotRenderable."""
    try:
        return parse_campaign(frozen["spec"])
    except CampaignInvalid as error:
        # It was valid when it was frozen; a later release may ask for more.
        raise NotRenderable(str(error)) from error


def fit_of(frozen: Mapping[str, Any], campaign: Campaign) -> Fit:
    """The exact length of each of its scenes. Raises NotRenderable."""
    facecam = frozen["facecam"]
    used_s = trimmed_s(facecam["duration_s"], facecam["start_s"] or 0.0, facecam["end_s"])
    durations_s = [scene.duration_s for scene in campaign.scenes]
    try:
        return fit_scenes(durations_s, used_s, fps=campaign.output.fps, rule=campaign.fit)
    except ScenesDoNotFit as error:
        raise NotRenderable(str(error)) from error
