"""Campaigns put away and taken back: archived, deleted, and gone for good after a week."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns.models import Campaign
from app.db.base import now
from app.web.refusals import NotFound
from app.workspaces.audit import record
from app.workspaces.service import record_activity

KEPT_AFTER_DELETION = timedelta(days=7)
PURGED_AT_ONCE = 50  # each takes its leads with it, so a transaction stays short


async def archive_campaigns(
    session: AsyncSession, person: User, campaign_ids: Sequence[UUID]
) -> list[str]:
    """Names of those that are archived now. Raises NotFound when none of them is there."""
    there = Campaign.deleted_at.is_(None)
    return await _change(
        session, person, campaign_ids, "campaign.archived", there, archived_at=now()
    )


async def unarchive_campaigns(
    session: AsyncSession, person: User, campaign_ids: Sequence[UUID]
) -> list[str]:
    """Names of those that are back on the board. Raises NotFound when none of them is there."""
    there = Campaign.deleted_at.is_(None)
    return await _change(
        session, person, campaign_ids, "campaign.restored", there, archived_at=None
    )


async def delete_campaigns(
    session: AsyncSession, person: User, campaign_ids: Sequence[UUID]
) -> list[str]:
    """Names of those that nobody finds any more; for a week they can be restored.

    Raises NotFound when none of them is there.
    """
    there = Campaign.deleted_at.is_(None)
    return await _change(session, person, campaign_ids, "campaign.deleted", there, deleted_at=now())


async def restore_campaigns(
    session: AsyncSession, person: User, campaign_ids: Sequence[UUID]
) -> list[str]:
    """Names of those that were deleted and are back. Raises NotFound after the week is over."""
    gone = Campaign.deleted_at.is_not(None)
    return await _change(session, person, campaign_ids, "campaign.restored", gone, deleted_at=None)


async def list_overdue(session: AsyncSession) -> list[tuple[UUID, UUID]]:
    """(workspace, campaign) of those that were deleted a week ago, the oldest first, 50 at most.

    The session must see every workspace.
    """
    overdue = await session.execute(
        select(Campaign.workspace_id, Campaign.id)
        .where(Campaign.deleted_at < now() - KEPT_AFTER_DELETION)
        .order_by(Campaign.deleted_at)
        .limit(PURGED_AT_ONCE)
    )
    return [(workspace_id, campaign_id) for workspace_id, campaign_id in overdue]


async def purge_campaign(session: AsyncSession, campaign_id: UUID) -> bool:
    """The campaign, deleted a week ago, is gone with its leads; False if it was restored since."""
    gone = await session.scalars(
        delete(Campaign)
        .where(Campaign.id == campaign_id, Campaign.deleted_at < now() - KEPT_AFTER_DELETION)
        .returning(Campaign.id)
        .execution_options(synchronize_session=False)
    )
    return gone.one_or_none() is not None


async def _change(
    session: AsyncSession,
    person: User,
    campaign_ids: Sequence[UUID],
    verb: str,
    condition: ColumnElement[bool],
    **values: Any,
) -> list[str]:
    # Putting a campaign away is no change of it: the order by change stays.
    changed = await session.execute(
        update(Campaign)
        .where(Campaign.id.in_(campaign_ids), condition)
        .values(updated_at=Campaign.updated_at, **values)
        .returning(Campaign.id, Campaign.name)
    )
    found = changed.all()
    if not found:
        raise NotFound
    for campaign_id, name in found:
        await record_activity(session, person, verb, campaign_id, name)
        await record(session, person, verb, thing=name)
    return [name for _, name in found]
