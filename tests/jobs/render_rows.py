"""Renders in any state, put into the tables as they are; no campaign is read, no worker runs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.sign_in import get_or_create_user
from app.campaigns.models import Campaign, Lead
from app.db.base import Base, new_id, now
from app.db.session import Database
from app.renders.models import Render, RenderBatch, RenderJob
from app.workspaces.models import Workspace
from app.workspaces.service import create_workspace

ENDED = {"completed", "failed", "cancelled"}


async def make_workspace(database: Database, slug: str) -> Workspace:
    """A workspace of Ann's."""
    async with database.session() as session:
        ann = await get_or_create_user(session, "ann@example.com", name="Ann")
    async with database.session(user_id=ann.id) as session:
        return await create_workspace(session, ann, slug.title(), slug)


async def add_rows(database: Database, workspace_id: UUID, *rows: Base) -> None:
    async with database.session(workspace_id=workspace_id) as session:
        session.add_all(rows)


async def make_campaign(database: Database, workspace: Workspace, name: str = "Spring") -> UUID:
    """A campaign with one press of Render."""
    campaign = Campaign(id=new_id(), workspace_id=workspace.id, name=name)
    batch = RenderBatch(
        id=new_id(), workspace_id=workspace.id, campaign_id=campaign.id, campaign={}, videos=1
    )
    await add_rows(database, workspace.id, campaign)
    await add_rows(database, workspace.id, batch)
    return campaign.id


async def make_render(
    database: Database,
    workspace: Workspace,
    campaign_id: UUID,
    state: str = "queued",
    *,
    ended_ago: timedelta = timedelta(0),
    job: dict[str, Any] | None = None,
    **values: Any,
) -> Render:
    """One video; under way it has its row in the queue, with the values in `job`."""
    async with database.session(workspace_id=workspace.id) as session:
        batch_id = await session.scalar(
            select(RenderBatch.id).where(RenderBatch.campaign_id == campaign_id)
        )
        render = Render(
            **{
                "id": new_id(),
                "workspace_id": workspace.id,
                "campaign_id": campaign_id,
                "batch_id": batch_id,
                "public_id": new_id().hex[-16:],
                "row": 2,
                "name": "Grace Hopper",
                "email": "grace@example.com",
                "campaign_digest": "c",
                "lead_digest": "l",
                # No campaign is frozen, so there is no scene to pay.
                "scene_digests": [],
                "scene_seconds": [],
                "state": state,
                "ended_at": now() - ended_ago if state in ENDED else None,
                **values,
            }
        )
        session.add(render)
        await session.flush()
        if state not in ENDED:
            session.add(
                RenderJob(
                    workspace_id=workspace.id,
                    render_id=render.id,
                    campaign_id=campaign_id,
                    **job or {},
                )
            )
    return render


async def make_lead(database: Database, workspace: Workspace, campaign_id: UUID, name: str) -> UUID:
    """A lead that renders may be of."""
    lead = Lead(
        id=new_id(),
        workspace_id=workspace.id,
        campaign_id=campaign_id,
        row=2,
        name=name,
        state="good",
        cells=[],
    )
    await add_rows(database, workspace.id, lead)
    return lead.id
