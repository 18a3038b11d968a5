"""How far a campaign's videos are as a whole; it lists none of them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.renders.models import RenderJob


async def running_shares(session: AsyncSession, campaign_id: UUID) -> dict[UUID, float]:
    """How far each of the campaign's videos is that are being made at this moment, from 0 to 1."""
    rows = await session.execute(
        select(RenderJob.render_id, RenderJob.progress["share"].as_float()).where(
            RenderJob.workspace_id == workspace_of(session),
            RenderJob.campaign_id == campaign_id,
            RenderJob.lease_until.is_not(None),
        )
    )
    return {render_id: share or 0.0 for render_id, share in rows}
