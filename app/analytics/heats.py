"""Which seconds were watched, of a campaign and of one video; it reads what is added up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.analytics.scene_times import SceneTime, scene_times
from app.db.tenancy import workspace_of
from app.renders.models import Render, RenderBatch
from app.viewer.visit_models import CampaignHeat, ViewDay, ViewHeat


@dataclass(frozen=True)
class Heat:
    """A count for each second, in a video of this length with these scenes.

    Of a campaign: in how many of its `plays` a second was seen. Of one video: how often it was.
    """

    seconds: Sequence[int]
    scenes: Sequence[SceneTime]
    length_s: float
    plays: int = 0


async def read_campaign_heat(session: AsyncSession, campaign_id: UUID) -> Heat:
    """Over the scenes of the video that was asked for last among those that links show."""
    workspace_id = workspace_of(session)
    seconds = await session.scalar(
        select(CampaignHeat.seconds).where(
            CampaignHeat.workspace_id == workspace_id, CampaignHeat.campaign_id == campaign_id
        )
    )
    plays = await session.scalar(
        select(func.sum(ViewDay.plays)).where(
            ViewDay.workspace_id == workspace_id, ViewDay.campaign_id == campaign_id
        )
    )
    video = await _typical(session, campaign_id)
    if video is None:
        return Heat(seconds or [], [], float(len(seconds or [])), int(plays or 0))
    report, frozen, duration_s = video
    return _heat(seconds or [], scene_times(report, frozen), duration_s, int(plays or 0))


async def read_video_heat(session: AsyncSession, render: Render) -> Heat:
    """Of this very version of a lead's video."""
    seconds = await session.scalar(
        select(ViewHeat.seconds).where(
            ViewHeat.workspace_id == render.workspace_id,
            ViewHeat.public_id == render.public_id,
            ViewHeat.render_id == render.id,
        )
    )
    frozen = await session.scalar(
        select(RenderBatch.campaign).where(
            RenderBatch.workspace_id == render.workspace_id, RenderBatch.id == render.batch_id
        )
    )
    scenes = scene_times(render.report or {}, frozen or {})
    return _heat(seconds or [], scenes, render.duration_s)


async def _typical(
    session: AsyncSession, campaign_id: UUID
) -> tuple[dict[str, object], dict[str, object], float | None] | None:
    # Batches are few, so the last one with a video is found before any report is read.
    row = (
        await session.execute(
            select(Render.report, RenderBatch.campaign, Render.duration_s)
            .join(
                RenderBatch,
                (RenderBatch.workspace_id == Render.workspace_id)
                & (RenderBatch.id == Render.batch_id),
            )
            .where(
                RenderBatch.workspace_id == workspace_of(session),
                RenderBatch.campaign_id == campaign_id,
                Render.is_current,
            )
            .order_by(RenderBatch.created_at.desc())
            .limit(1)
        )
    ).first()
    return (row[0] or {}, row[1], row[2]) if row else None


def _heat(
    seconds: Sequence[int], scenes: Sequence[SceneTime], duration_s: float | None, plays: int = 0
) -> Heat:
    length_s = duration_s or (scenes[-1].to_s if scenes else 0.0)
    if len(seconds) > math.ceil(length_s):
        # An earlier, longer video was watched too.
        length_s = float(len(seconds))
    return Heat(seconds, scenes, length_s, plays)
