"""How much waits for a workspace's plan, and which plan has room for it; it lets nothing in."""

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plan_fits import Offer
from app.billing.scene_prices import Price
from app.campaigns.models import Campaign
from app.db.tenancy import workspace_of
from app.renders.models import RenderJob
from app.renders.plan_room import Room
from app.renders.room_words import offer_of

# Each scene of a campaign once, and none that is paid or reserved: what letting all of them in
# would take. 20 ms for 3,000 renders.
_SECONDS = text(
    """
    select coalesce(sum(seconds), 0) from (
      select distinct on (render.campaign_id, scene.digest) scene.seconds
      from render_jobs job
      join renders render
        on render.workspace_id = job.workspace_id and render.id = job.render_id
      cross join lateral unnest(render.scene_digests, render.scene_seconds)
        as scene (digest, seconds)
      where job.workspace_id = :workspace_id and job.waits_for_plan
        and scene.digest is not null and not exists (
          select from metered_scenes paid where paid.workspace_id = job.workspace_id
            and paid.campaign_id = render.campaign_id and paid.digest = scene.digest
        )
    ) own
    """
)


async def count_waiting(session: AsyncSession) -> int:
    """How many of the workspace's renders wait for its plan, in campaigns that are there."""
    waiting = (
        select(func.count())
        .select_from(RenderJob)
        .join(Campaign, Campaign.id == RenderJob.campaign_id)
        .where(
            RenderJob.workspace_id == workspace_of(session),
            RenderJob.waits_for_plan,
            Campaign.deleted_at.is_(None),
        )
    )
    return await session.scalar(waiting) or 0


async def offer_for_waiting(session: AsyncSession, room: Room, waiting: int) -> Offer | None:
    """What to buy to have room for all that waits; None where there is no larger plan to buy."""
    offer = offer_of(room, videos=waiting)
    if not waiting or offer is None or not offer.fits:
        return offer
    return offer_of(room, videos=waiting, seconds=await _seconds(session))


async def offer_for_press(session: AsyncSession, room: Room, price: Price) -> Offer | None:
    """The same for what waits and a press of Render of this price besides."""
    waiting = await count_waiting(session)
    offer = offer_of(room, videos=price.videos + waiting, seconds=price.seconds)
    if not waiting or offer is None or not offer.fits:
        return offer
    seconds = price.seconds + await _seconds(session)
    return offer_of(room, videos=price.videos + waiting, seconds=seconds)


async def _seconds(session: AsyncSession) -> float:
    found = await session.scalar(_SECONDS, {"workspace_id": workspace_of(session)})
    return float(found or 0.0)
