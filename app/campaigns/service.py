"""Campaigns of a workspace: found, made, changed; it knows no page and renders nothing."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.campaigns.models import Campaign
from app.db.base import new_id
from app.db.tenancy import workspace_of
from app.web.refusals import NotFound
from app.workspaces.service import record_activity


async def get_campaign(
    session: AsyncSession, campaign_id: UUID, *, for_update: bool = False
) -> Campaign:
    """The workspace's campaign with its facecam. Raises NotFound, also for a deleted one."""
    query = (
        select(Campaign)
        .options(joinedload(Campaign.facecam))
        .where(Campaign.id == campaign_id, Campaign.deleted_at.is_(None))
    )
    if for_update:
        query = query.with_for_update(of=Campaign)
    campaign = await session.scalar(query)
    if campaign is None:
        raise NotFound
    return campaign


async def create_campaign(session: AsyncSession, person: User, name: str) -> Campaign:
    """A new draft with nothing in it but its name."""
    campaign = Campaign(
        id=new_id(), workspace_id=workspace_of(session), name=name, created_by_id=person.id
    )
    session.add(campaign)
    await record_activity(session, person, "campaign.created", campaign.id, name)
    return campaign


async def find_creator(session: AsyncSession, campaign: Campaign) -> User | None:
    """Who made the campaign; None when that person is gone."""
    if campaign.created_by_id is None:
        return None
    return await session.get(User, campaign.created_by_id)
