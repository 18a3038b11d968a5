"""A campaign as its renders will use it, whatever is edited later; it queues nothing."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plans import workspace_plan
from app.campaign import Campaign as CampaignSpec
from app.campaign import parse_campaign
from app.campaigns.models import Campaign
from app.campaigns.plan_length import find_too_long
from app.campaigns.spec import campaign_faults, campaign_values
from app.errors import LoomliteError
from app.fit import TOLERANCE_S, fit_scenes
from app.renders.changes import campaign_digest, lead_digest
from app.renders.models import Render, RenderBatch


class NotToBeRendered(LoomliteError):
    """Something in the campaign stops its videos; the text says what."""


@dataclass(frozen=True)
class Frozen:
    """`values` is what RenderBatch.campaign keeps; `video_s` the length of each video."""

    spec: CampaignSpec
    headers: list[str]
    values: dict[str, Any]
    digest: str
    facecam_s: float
    video_s: float

    @property
    def lead_digest(self) -> ColumnElement[str]:
        """For a row of `leads`."""
        return lead_digest(self.headers, self.spec)


async def freeze_within_plan(session: AsyncSession, campaign: Campaign) -> Frozen:
    """As `freeze_campaign`, to render it. Raises NotToBeRendered for videos that are longer than
    the workspace's plan has, too."""
    frozen = freeze_campaign(campaign)
    if too_long := await find_too_long(session, campaign):
        raise NotToBeRendered(too_long.fault.sentence)
    return frozen


async def is_within_plan(session: AsyncSession) -> ColumnElement[bool]:
    """Of a render: as it was frozen, its video is not longer than the workspace's plan has."""
    plan, _ = await workspace_plan(session)
    if plan.video_length_s is None:
        return true()
    clip = RenderBatch.campaign["facecam"]
    end_s = func.coalesce(clip["end_s"].as_float(), clip["duration_s"].as_float())
    return exists().where(
        RenderBatch.workspace_id == Render.workspace_id,
        RenderBatch.id == Render.batch_id,
        end_s - clip["start_s"].as_float() <= plan.video_length_s + TOLERANCE_S,
    )


def freeze_campaign(campaign: Campaign, *, whatever_the_list: bool = False) -> Frozen:
    """The campaign as of now; its facecam must be loaded. `whatever_the_list`: for one lead that
    is good the others do not matter. Raises NotToBeRendered."""
    faults = campaign_faults(campaign)
    if whatever_the_list:
        faults = [fault for fault in faults if fault.step != "leads"]
    if faults:
        raise NotToBeRendered(faults[0].sentence)
    facecam = campaign.facecam
    assert facecam is not None  # noqa: S101 - else there is a fault
    assert facecam.used_duration_s is not None  # noqa: S101
    spec = parse_campaign(campaign_values(campaign))
    headers = [str(each) for each in campaign.lead_columns.get("headers", [])]
    clip = {
        "id": str(facecam.id),
        "name": facecam.name,
        "clip_key": facecam.clip_key,
        "start_s": facecam.trim_start_s,
        "end_s": facecam.trim_end_s,
        "duration_s": facecam.duration_s,
    }
    fps = spec.output.fps
    durations = [scene.duration_s for scene in spec.scenes]
    fit = fit_scenes(durations, facecam.used_duration_s, fps=fps, rule=spec.fit)
    return Frozen(
        spec=spec,
        headers=headers,
        values={
            "spec": spec.model_dump(mode="json"),
            "headers": headers,
            "lead_columns": campaign.lead_columns,
            "facecam": clip,
        },
        digest=campaign_digest(spec, clip),
        facecam_s=facecam.used_duration_s,
        video_s=fit.total_frames / fps,
    )
