"""Campaigns of Acme's that can be rendered, and renders in any state; it starts no worker."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from app.campaigns.models import Campaign, Lead
from app.campaigns.service import get_campaign
from app.db.base import new_id, now
from app.facecams.models import Facecam
from app.renders.changes import Which
from app.renders.models import Render, RenderJob
from app.renders.requests import Requested, request_renders
from tests.campaigns.boards import put_leads
from tests.campaigns.drafts import make_draft
from tests.cast import Cast, in_workspace

FACECAM_S = 20.0
SCENES = [
    {"id": "home", "url": "https://example.com/", "duration_s": 10.0},
    {"id": "site", "csv_column": "Website", "duration_s": 10.0},
]
HEADERS = ["Name", "E-mail", "Website", "Note"]


async def make_film(cast: Cast, leads: int = 3, **fields: Any) -> UUID:
    """A ready campaign of Acme's with so many good leads in the rows 2, 3, …."""
    facecam_id = await make_facecam(cast)
    given: dict[str, Any] = {"state": "ready", "facecam_id": facecam_id, "scenes": SCENES}
    campaign_id = await make_draft(cast, **given | fields)
    await put_leads(cast, campaign_id, leads)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        campaign = await session.get_one(Campaign, campaign_id)
        campaign.lead_columns = {"headers": HEADERS, "name": ["Name"], "email": "E-mail"}
        for lead in await session.scalars(select(Lead).where(Lead.campaign_id == campaign_id)):
            lead.cells = [lead.name, lead.email, f"https://lead{lead.row}.example.com/", "a note"]
    return campaign_id


async def make_facecam(cast: Cast) -> UUID:
    facecam = Facecam(
        id=new_id(),
        workspace_id=cast.acme.id,
        name="Hello",
        state="ready",
        file_name="hello.mp4",
        size_bytes=1,
        duration_s=FACECAM_S,
    )
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(facecam)
    return facecam.id


async def press_render(
    cast: Cast, campaign_id: UUID, lead_ids: list[UUID] | None = None, which: Which = "all"
) -> Requested:
    """As the page's button does it, by Bob."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        campaign = await get_campaign(session, campaign_id)
        return await request_renders(
            session, cast.acme, cast.users["bob"], campaign, lead_ids, which=which
        )


async def renders_of(cast: Cast, campaign_id: UUID) -> list[Render]:
    """All of them, by row and then in the order in which they were asked for."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        query = select(Render).where(Render.campaign_id == campaign_id)
        return list(await session.scalars(query.order_by(Render.row, Render.created_at)))


async def set_render(cast: Cast, render_id: UUID, state: str, **values: Any) -> None:
    """The render is in this state, as if a worker had brought it there."""
    ended = state in {"completed", "failed", "cancelled"}
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        if ended:
            values = {"ended_at": now()} | values
            await session.execute(delete(RenderJob).where(RenderJob.render_id == render_id))
        if state == "completed":
            values = {"is_current": True, "duration_s": FACECAM_S} | values
            public_id = select(Render.public_id).where(Render.id == render_id).scalar_subquery()
            earlier = update(Render).where(Render.public_id == public_id)
            await session.execute(
                earlier.values(is_current=False).execution_options(synchronize_session=False)
            )
        await session.execute(
            update(Render).where(Render.id == render_id).values(state=state, **values)
        )


async def complete_all(cast: Cast, campaign_id: UUID) -> None:
    """Every render that is under way is done."""
    for render in await renders_of(cast, campaign_id):
        if render.state not in {"completed", "failed", "cancelled"}:
            await set_render(cast, render.id, "completed")


async def set_campaign(cast: Cast, campaign_id: UUID, **values: Any) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(update(Campaign).where(Campaign.id == campaign_id).values(**values))


async def set_lead(cast: Cast, campaign_id: UUID, row: int, **values: Any) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        found = (Lead.campaign_id == campaign_id, Lead.row == row)
        await session.execute(update(Lead).where(*found).values(**values))
