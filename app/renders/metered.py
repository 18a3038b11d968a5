"""How renders end in the ledger: what was delivered is paid once, and the rest is given back.

All need the lock of app/billing/ledger_lock.py, taken before any row of renders or of their queue.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, cast, exists, func, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.billing.metering import hand_over, pay_scenes, take_back
from app.billing.reserves import list_reserved
from app.billing.scene_prices import Scene, SceneKey
from app.billing.usage import release, settle
from app.db.tenancy import workspace_of
from app.renders.models import Render, RenderJob
from app.renders.pricing import note_scenes

# Scenes of a lead's own that no other render of the campaign has, by digests that tell nothing.
_FORGET_SCENES = text(
    """
    with own as (
      select distinct render.campaign_id, scene.digest
      from renders render join render_batches batch
        on batch.workspace_id = render.workspace_id and batch.id = render.batch_id
      cross join lateral unnest(render.scene_digests) with ordinality scene (digest, place)
      where render.workspace_id = :workspace_id and render.id = any(:render_ids)
        and batch.campaign -> 'spec' -> 'scenes' -> (scene.place::int - 1) ->> 'url' is null
    )
    update metered_scenes metered set digest = replace(gen_random_uuid()::text, '-', '')
    from own where metered.workspace_id = :workspace_id
      and metered.campaign_id = own.campaign_id and metered.digest = own.digest
      and not exists (
        select from renders other where other.workspace_id = :workspace_id
          and other.campaign_id = own.campaign_id and other.id <> all(:render_ids)
          and own.digest = any(other.scene_digests)
      )
    """
)


async def settle_render(session: AsyncSession, render_id: UUID, report: Mapping[str, Any]) -> None:
    """The finished render is settled by the scenes that its video shows and that no other video
    paid. Those in which a fallback page stands in cost nothing, and stay to be paid."""
    if not await list_reserved(session, [render_id]):
        return  # it was settled before
    scenes, again = await _facts(session, render_id)
    stood_in = {at for at, scene in enumerate(report.get("scenes", ())) if scene["used_fallback"]}
    shown = [scene for at, scene in scenes.items() if at not in stood_in]
    paid_s = await pay_scenes(session, render_id, shown)
    await _give_back(session, [render_id])
    await settle(session, render_id, seconds=paid_s, is_video=paid_s > 0 or not again)


async def release_renders(
    session: AsyncSession, render_ids: Sequence[UUID], *, reason: str
) -> None:
    """These renders, failed, cancelled or gone, used nothing."""
    await _give_back(session, render_ids)
    await release(session, render_ids, reason=reason)


async def forget_scenes(session: AsyncSession, render_ids: Sequence[UUID]) -> None:
    """Nobody can tell any more which pages the lead of these renders had, which are about to go.
    What was paid for them stays paid."""
    own, ids = workspace_of(session), list(render_ids)
    await session.execute(_FORGET_SCENES, {"workspace_id": own, "render_ids": ids})


async def _facts(session: AsyncSession, render_id: UUID) -> tuple[dict[int, Scene], bool]:
    """The render's scenes by their places, without those that had no page from the beginning; and
    whether its lead has another finished video."""
    other = aliased(Render, name="other")
    again = exists().where(
        *(other.workspace_id == Render.workspace_id, other.public_id == Render.public_id),
        *(other.state == "completed", other.id != Render.id),
    )
    query = select(Render.campaign_id, Render.scene_digests, Render.scene_seconds, again).where(
        Render.workspace_id == workspace_of(session), Render.id == render_id
    )
    campaign_id, digests, lengths_s, is_again = (await session.execute(query)).one()
    if digests is None:
        await note_scenes(session, [render_id])
        campaign_id, digests, lengths_s, is_again = (await session.execute(query)).one()
    scenes = {
        at: Scene(campaign_id, digest, seconds)
        for at, (digest, seconds) in enumerate(zip(digests or (), lengths_s or (), strict=True))
        if digest is not None
    }
    return scenes, is_again


async def _give_back(session: AsyncSession, render_ids: Sequence[UUID]) -> None:
    """What they reserved and did not pay is reserved by others under way that show it too."""
    freed = await take_back(session, render_ids)
    if freed:
        await hand_over(session, freed, await _heirs(session, freed, render_ids))


async def _heirs(
    session: AsyncSession, freed: Sequence[Scene], but: Sequence[UUID]
) -> dict[SceneKey, UUID]:
    """For each scene the first render in line that has it; one that is to be cancelled only where
    there is no other."""
    digests = select(func.unnest(cast([scene.digest for scene in freed], ARRAY(Text))))
    campaign_ids: Any = cast(sorted({scene.campaign_id for scene in freed}), ARRAY(Uuid))
    scenes = func.unnest(Render.scene_digests).table_valued("digest").render_derived("scenes")
    digest = scenes.c.digest
    found = await session.execute(
        select(RenderJob.campaign_id, digest, RenderJob.render_id)
        .ext(distinct_on(RenderJob.campaign_id, digest))
        .select_from(RenderJob)
        .join(Render, Render.id == RenderJob.render_id)
        .join(scenes, true())
        .where(
            RenderJob.workspace_id == workspace_of(session),
            RenderJob.campaign_id == func.any(campaign_ids),
            ~RenderJob.waits_for_plan,
            RenderJob.render_id.not_in(but),
            digest.in_(digests).is_(True),
        )
        .order_by(
            *(RenderJob.campaign_id, digest),
            *(RenderJob.cancel_requested, RenderJob.position),
        )
    )
    return {(row.campaign_id, row.digest): row.render_id for row in found}
