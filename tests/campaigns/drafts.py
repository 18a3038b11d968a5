"""Campaigns for tests: a draft of Acme's, and its row read again; it presses no button."""

from typing import Any
from uuid import UUID

from app.campaigns.models import Campaign
from app.db.base import new_id
from tests.cast import Cast, in_workspace


async def make_draft(cast: Cast, name: str = "Berlin agencies", **fields: Any) -> UUID:
    """A draft of Acme's with these fields."""
    campaign_id = new_id()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(Campaign(id=campaign_id, workspace_id=cast.acme.id, name=name, **fields))
    return campaign_id


async def read_campaign(cast: Cast, campaign_id: UUID) -> Campaign:
    """The row as it is now."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        campaign = await session.get(Campaign, campaign_id)
    assert campaign is not None
    return campaign
