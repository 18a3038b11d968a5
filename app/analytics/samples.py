"""Sample visits: whether any are shown. They are made up for who looks around."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.viewer.visit_models import LeadView


async def has_samples(session: AsyncSession, campaign_id: UUID | None = None) -> bool:
    """Whether figures of this campaign, or of any, hold visits that were made up."""
    found = select(LeadView.public_id).where(
        LeadView.workspace_id == workspace_of(session), LeadView.is_sample
    )
    if campaign_id is not None:
        found = found.where(LeadView.campaign_id == campaign_id)
    return bool(await session.scalar(select(exists(found))))
