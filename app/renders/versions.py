"""The videos a lead had and has: which one its link shows, and taking an earlier one back."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from app.db.listen import notify
from app.db.tenancy import workspace_of
from app.renders.models import Render
from app.renders.storage_days import refuse_removed
from app.web.refusals import Conflict, NotFound

VERSIONS_SHOWN = 20
_SHOWN = load_only(
    *(Render.id, Render.campaign_id, Render.created_at, Render.ended_at, Render.state),
    *(Render.duration_s, Render.is_current, Render.is_latest, Render.error_code),
    *(Render.keep_until, Render.removed_at),
)


async def get_render(session: AsyncSession, campaign_id: UUID, render_id: UUID) -> Render:
    """The campaign's render. Raises NotFound."""
    query = select(Render).where(
        Render.workspace_id == workspace_of(session),
        Render.campaign_id == campaign_id,
        Render.id == render_id,
    )
    render = await session.scalar(query)
    if render is None:
        raise NotFound
    return render


async def list_versions(session: AsyncSession, render: Render) -> list[Render]:
    """All renders of the same lead, the newest first; how they stand to each other, no reports."""
    query = (
        select(Render)
        .options(_SHOWN)
        .where(
            Render.workspace_id == render.workspace_id,
            Render.campaign_id == render.campaign_id,
            Render.public_id == render.public_id,
        )
        .order_by(Render.created_at.desc(), Render.id.desc())
        .limit(VERSIONS_SHOWN)
    )
    return list(await session.scalars(query))


async def restore_version(session: AsyncSession, render: Render) -> None:
    """The lead's link shows this video again. Raises Conflict for one that was never completed, or
    is no longer kept."""
    if render.state != "completed":
        raise Conflict("This video was never finished, so it cannot be shown.")
    refuse_removed(render)
    await session.execute(
        update(Render)
        .where(
            Render.workspace_id == render.workspace_id,
            Render.public_id == render.public_id,
            Render.is_current,
        )
        .values(is_current=False)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(Render)
        .where(Render.workspace_id == render.workspace_id, Render.id == render.id)
        .values(is_current=True)
        .execution_options(synchronize_session=False)
    )
    await notify(session, "render", render.id)
    await notify(session, "renders", render.campaign_id)
