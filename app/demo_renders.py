"""The demo's campaign begins to render by itself at the first start, and never again."""

import asyncio
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

import structlog
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.errors import LoomliteError
from app.jobs.services import Services
from app.models import Campaign, RenderBatch, User, Workspace
from app.renders.requests import request_renders
from app.settings import Settings

log = structlog.get_logger()

LOOK_EVERY_S = 0.3
# The jobs that prepare a clip and read a list; after that they are a fault of their own.
PREPARED_WITHIN_S = 600.0


def demo_settings(settings: Settings, addresses: Iterable[str], calendar: str) -> Settings:
    """With the sample sites to be recorded, the calendar of this origin to be booked in, and an end
    that waits for no video: the next start goes on with what exists of it."""
    grace_s = settings.render_grace_s if "RENDER_GRACE_S" in os.environ else 0
    allowed = (*settings.allow_addresses, *addresses)
    return replace(
        settings,
        allow_addresses=allowed,
        calendar_origins=(*settings.calendar_origins, calendar),
        render_grace_s=grace_s,
    )


async def render_demo(
    services: Services,
    workspace: Workspace,
    person: User,
    name: str,
    *,
    say_waiting: Callable[[], None],
) -> str:
    """The path to look at: the videos of the campaign of this name, which are asked for once its
    clip and list are ready; of a team that has asked for any already, nothing is asked.

    "/" where the team has no such campaign any more.
    """
    campaign_id = await find_campaign(services, workspace, name)
    if campaign_id is None:
        return "/"
    try:
        if not await _ask(services, workspace, person, campaign_id):
            say_waiting()
        async with asyncio.timeout(PREPARED_WITHIN_S):
            while not await _ask(services, workspace, person, campaign_id):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_EVERY_S)
    except (LoomliteError, TimeoutError) as error:
        # What the team made of its demo is the team's: its pages say what is missing.
        log.warning("demo.not_rendered", reason=str(error) or "not prepared in time")
    return f"/campaigns/{campaign_id}/videos"


async def find_campaign(services: Services, workspace: Workspace, name: str) -> UUID | None:
    """The workspace's oldest campaign of this name."""
    async with services.database.session(workspace_id=workspace.id) as session:
        return await session.scalar(
            select(Campaign.id)
            .where(Campaign.name == name, Campaign.deleted_at.is_(None))
            .order_by(Campaign.created_at)
            .limit(1)
        )


async def _ask(services: Services, workspace: Workspace, person: User, campaign_id: UUID) -> bool:
    """False while it is too early."""
    async with services.database.session(workspace_id=workspace.id) as session:
        if await _has_asked(session):
            return True
        campaign = await session.scalar(
            select(Campaign)
            .where(Campaign.id == campaign_id)
            .options(joinedload(Campaign.facecam))
            .with_for_update(of=Campaign)
        )
        if campaign is None or _is_being_prepared(campaign):
            return campaign is None
        campaign.state = "ready"
        requested = await request_renders(session, workspace, person, campaign)
        log.info("demo.rendering", videos=requested.videos)
        return True


async def _has_asked(session: AsyncSession) -> bool:
    return bool(await session.scalar(select(exists().select_from(RenderBatch))))


def _is_being_prepared(campaign: Campaign) -> bool:
    facecam = campaign.facecam
    return campaign.leads_state == "importing" or (
        facecam is not None and facecam.state == "preparing"
    )
