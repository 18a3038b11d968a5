"""A campaign once more: scenes, look, facecam and columns, its leads when wanted; no video."""

from collections.abc import Sequence
from copy import deepcopy
from uuid import UUID

from sqlalchemy import func, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns.lead_import import AT_ONCE_ROWS, copy_list, row_count
from app.campaigns.models import Campaign, Lead
from app.db.base import new_id
from app.web.refusals import NotFound
from app.workspaces.service import record_activity

NAME_LENGTH = 200
_SETTINGS = ("facecam_id", "fit", "scenes", "output", "bubble", "lead_columns")
_LIST = (
    "leads_file_name",
    "leads_state",
    "leads_problem",
    "good_leads",
    "bad_leads",
    "skipped_leads",
)
_LEAD = ("workspace_id", "row", "state", "name", "email", "company", "cells", "problems", "digest")

# Whoever shows landing pages stands above, so their table is known by its name alone. A logo's file
# belongs to one campaign; the copy begins with the workspace's.
_LANDING_PAGE = text(
    """
    insert into landing_pages
      (id, workspace_id, created_at, updated_at, campaign_id, choices, password_hash, logo_key)
    select gen_random_uuid(), workspace_id, now(), now(), :copy_id, choices, password_hash,
      case when logo_key = '' then '' end
    from landing_pages where workspace_id = :workspace_id and campaign_id = :campaign_id
    """
)


def name_of_copy(name: str) -> str:
    """The name with “copy” behind it, cut to what a name may be."""
    return f"{name[: NAME_LENGTH - 5]} copy"


async def duplicate_campaign(
    session: AsyncSession, person: User, campaign: Campaign, name: str, *, with_leads: bool
) -> Campaign:
    """A draft like this campaign, with its landing pages. Its leads get links of their own; the old
    ones stay theirs.

    Where they are many, a job copies them and `leads_state` is importing till then. A list that is
    still being read is not copied.
    """
    with_leads = with_leads and campaign.leads_state == "ready"
    at_once = with_leads and row_count(campaign) <= AT_ONCE_ROWS
    copied = _SETTINGS + (_LIST if at_once else ())
    copy = Campaign(
        id=new_id(),
        workspace_id=campaign.workspace_id,
        name=name,
        created_by_id=person.id,
        **{field: deepcopy(getattr(campaign, field)) for field in copied},
    )
    session.add(copy)
    await session.flush()
    await session.execute(
        _LANDING_PAGE,
        {"copy_id": copy.id, "workspace_id": copy.workspace_id, "campaign_id": campaign.id},
    )
    if at_once:
        await _copy_leads(session, campaign, copy)
    elif with_leads:
        await copy_list(session, campaign, copy)
    await record_activity(session, person, "campaign.duplicated", copy.id, name, of=campaign.name)
    return copy


async def duplicate_campaigns(
    session: AsyncSession, person: User, campaign_ids: Sequence[UUID]
) -> list[str]:
    """Names of those that have a copy now, without leads: nobody is written to twice by mistake.

    Raises NotFound when none of them is there.
    """
    found = await session.scalars(
        select(Campaign)
        .where(Campaign.id.in_(campaign_ids), Campaign.deleted_at.is_(None))
        .order_by(Campaign.created_at)
    )
    campaigns = found.all()
    if not campaigns:
        raise NotFound
    for campaign in campaigns:
        name = name_of_copy(campaign.name)
        await duplicate_campaign(session, person, campaign, name, with_leads=False)
    return [campaign.name for campaign in campaigns]


async def _copy_leads(session: AsyncSession, source: Campaign, copy: Campaign) -> None:
    # In the database: the rows need not come here and go back.
    columns = [getattr(Lead, name) for name in _LEAD]
    await session.execute(
        insert(Lead).from_select(
            ["id", "created_at", "campaign_id", *_LEAD],
            select(func.gen_random_uuid(), func.now(), literal(copy.id), *columns).where(
                Lead.campaign_id == source.id
            ),
            include_defaults=False,
        )
    )
