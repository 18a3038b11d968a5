"""What the pages of campaigns show of videos, which they do not know themselves."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.billing.models import UsageEntry
from app.campaigns.videos_seen import CampaignVideos, LeadVideo
from app.db.tenancy import workspace_of
from app.renders.fault_words import fault_label
from app.renders.models import Render, RenderJob
from app.renders.plan_prompt import PlanPrompt, find_prompt
from app.renders.state_words import ENDED, GROUPS, group_of

_current = aliased(Render, name="current")


class SeenByCampaigns:
    """Provided as `videos`; see app/campaigns/videos_seen.py."""

    async def of_leads(
        self, session: AsyncSession, campaign_id: UUID, public_ids: Sequence[str]
    ) -> Mapping[str, LeadVideo]:
        if not public_ids:
            return {}
        rows = await session.execute(
            select(
                *(Render.public_id, Render.id, Render.state, RenderJob.waits_for_plan),
                _current.id.label("current_id"),
            )
            .outerjoin(RenderJob, RenderJob.render_id == Render.id)
            .outerjoin(
                _current,
                and_(
                    _current.workspace_id == Render.workspace_id,
                    _current.public_id == Render.public_id,
                    _current.is_current,
                    _current.files["poster.jpg"].is_not(None),
                ),
            )
            .where(
                Render.workspace_id == workspace_of(session),
                Render.campaign_id == campaign_id,
                Render.public_id.in_(public_ids),
                Render.is_latest,
            )
        )
        return {row.public_id: _lead_video(row) for row in rows}

    async def of_campaigns(
        self, session: AsyncSession, campaign_ids: Sequence[UUID]
    ) -> Mapping[UUID, CampaignVideos]:
        if not campaign_ids:
            return {}
        of_workspace = (Render.workspace_id == workspace_of(session), Render.is_latest)
        state = Render.state
        counted = (
            select(
                Render.campaign_id,
                func.count().filter(state == "completed").label("ready"),
                func.count().filter(state.not_in(ENDED)).label("under_way"),
                func.count().filter(state == "failed").label("failed"),
            )
            .where(*of_workspace, Render.campaign_id.in_(campaign_ids))
            .group_by(Render.campaign_id)
            .subquery()
        )
        # The last of those that are ready: rows are made in their order.
        picture_id = (
            select(Render.id)
            .where(*of_workspace, Render.campaign_id == counted.c.campaign_id)
            .where(state == "completed", Render.files["poster.jpg"].is_not(None))
            .order_by(Render.row.desc())
            .limit(1)
            .scalar_subquery()
        )
        for_plan = (
            select(func.count())
            .where(
                RenderJob.workspace_id == workspace_of(session),
                RenderJob.campaign_id == counted.c.campaign_id,
                RenderJob.waits_for_plan,
            )
            .scalar_subquery()
        )
        rows = await session.execute(
            select(counted, picture_id.label("picture_id"), for_plan.label("for_plan"))
        )
        return {
            row.campaign_id: CampaignVideos(
                ready=row.ready,
                under_way=row.under_way - row.for_plan,
                failed=row.failed,
                picture_id=row.picture_id,
                for_plan=row.for_plan,
            )
            for row in rows
        }

    async def words_of_leads(
        self, session: AsyncSession, campaign_id: UUID, public_ids: Sequence[str]
    ) -> Mapping[str, str]:
        rows = await session.execute(
            select(*(Render.public_id, Render.state, Render.error_code, RenderJob.waits_for_plan))
            .outerjoin(RenderJob, RenderJob.render_id == Render.id)
            .where(
                Render.workspace_id == workspace_of(session),
                Render.campaign_id == campaign_id,
                Render.public_id == func.any(cast(list(public_ids), ARRAY(String))),
                Render.is_latest,
            )
        )
        return {row.public_id: _words(row) for row in rows}

    async def plan_prompt(self, session: AsyncSession, waiting: int) -> PlanPrompt | None:
        return await find_prompt(session, waiting)

    async def made_this_month(self, session: AsyncSession) -> int:
        made = select(func.count()).where(
            UsageEntry.workspace_id == workspace_of(session),
            UsageEntry.kind == "settle",
            UsageEntry.created_at >= func.date_trunc("month", func.now()),
        )
        return await session.scalar(made) or 0


def _words(row: Any) -> str:
    if row.state == "failed":
        return f"failed: {fault_label(row.error_code)}"
    return GROUPS[group_of(row.state, waits_for_plan=row.waits_for_plan)][1].lower()


def _lead_video(row: Any) -> LeadVideo:
    group = group_of(row.state, waits_for_plan=row.waits_for_plan)
    _states, label, kind, symbol = GROUPS[group]
    return LeadVideo(row.id, kind, label, symbol, row.current_id, row.state not in ENDED)


def provide_videos() -> SeenByCampaigns:
    return SeenByCampaigns()
