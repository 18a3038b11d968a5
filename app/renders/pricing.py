"""What a press of Render costs, and the reserves that are made of exactly that.

It turns leads and renders into scenes with their digests; app/billing/metering.py does the rest.
"""

from collections.abc import Sequence
from typing import Any
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.billing.metering import known_scenes, reserve_scenes
from app.billing.scene_prices import Asked, Price, Priced, Scene, price_in_order
from app.campaigns.models import Lead
from app.db.tenancy import workspace_of
from app.renders.freezing import Frozen
from app.renders.frozen_values import NotRenderable
from app.renders.models import Render, RenderBatch
from app.renders.scene_digests import Digests, FrozenScenes

FEW = 16  # renders that are priced beyond the number for which there is room
AT_ONCE = 50  # at most, where only their seconds are limited


async def price_leads(
    session: AsyncSession, campaign_id: UUID, frozen: Frozen, wanted: Select[Any]
) -> list[Priced]:
    """Each video that a press of Render for the leads whose ids `wanted` selects would reserve now,
    in their order. Fallback pages, failed and cancelled videos take some of it back later."""
    scenes = FrozenScenes(frozen.values)
    asked = [
        Asked(lead_id, campaign_id, _scenes(campaign_id, digests, scenes.seconds), again)
        for lead_id, digests, again in await _leads(session, campaign_id, scenes, wanted)
    ]
    return await _priced(session, asked)


async def price_renders(session: AsyncSession, render_ids: list[UUID]) -> list[Priced]:
    """Each of these renders as a retry in this order would reserve it now; they have no reserve."""
    return await _priced(session, await _renders(session, render_ids))


async def _priced(session: AsyncSession, asked: list[Asked]) -> list[Priced]:
    known = await known_scenes(session, (scene for each in asked for scene in each.scenes))
    return price_in_order(asked, known)


async def digests_of_leads(
    session: AsyncSession, campaign_id: UUID, scenes: FrozenScenes, wanted: Select[Any]
) -> dict[UUID, Digests]:
    """Of each scene of the leads whose ids `wanted` selects, for their renders to keep."""
    return {
        lead_id: digests
        for lead_id, digests, _ in await _leads(session, campaign_id, scenes, wanted)
    }


async def reserve_fitting(
    session: AsyncSession,
    render_ids: list[UUID],
    *,
    videos: int | None,
    seconds: float | None,
) -> list[UUID]:
    """The longest beginning of these renders that fits into so many videos and seconds (None: no
    limit) has open reserves; the ids of who is in it.

    `render_ids` are of the session's workspace, in the order of their positions.
    Needs the lock of app/billing/ledger_lock.py.
    """
    fitting: list[UUID] = []
    at_once = look_ahead(videos, seconds) or len(render_ids)
    while part := render_ids[len(fitting) : len(fitting) + at_once]:
        asked = await _renders(session, part)
        taken = await reserve_scenes(session, asked, videos=videos, seconds=seconds)
        fitting += [each.asked.render_id for each in taken]
        if len(taken) < len(part):
            break
        price = sum((each.price for each in taken), Price())
        videos = None if videos is None else videos - price.videos
        seconds = None if seconds is None else seconds - price.seconds
        at_once *= 4
    return fitting


def look_ahead(videos: int | None, seconds: float | None) -> int | None:
    """How many renders are priced together for so much room: where little is left, ten thousand
    others need not be. None is all.

    Even where nothing is left some are: what costs nothing goes on.
    """
    if seconds is not None:
        # Hardly a scene is shorter than a second.
        videos = min(AT_ONCE if videos is None else videos, int(seconds))
    return None if videos is None else FEW + videos


async def _leads(
    session: AsyncSession, campaign_id: UUID, scenes: FrozenScenes, wanted: Select[Any]
) -> list[tuple[UUID, Digests, bool]]:
    """In the order of their rows; and whether each has a finished video."""
    ids = wanted.subquery()
    cells = [Lead.cells[place].as_string() for place in scenes.columns]
    row = func.json_build_array(Lead.id, Lead.public_id.in_(_shown(session, campaign_id)), *cells)
    # As one text: ten thousand rows of a result take longer than all the rest.
    found = await session.scalar(
        select(func.json_agg(aggregate_order_by(row, Lead.row))).where(
            Lead.workspace_id == workspace_of(session),
            Lead.campaign_id == campaign_id,
            Lead.id.in_(select(ids.c[0])).is_(True),
        )
    )
    return [
        (UUID(lead_id), scenes.digests(dict(zip(scenes.columns, texts, strict=True))), again)
        for lead_id, again, *texts in found or ()
    ]


def _shown(session: AsyncSession, campaign_id: UUID) -> Select[Any]:
    """The links of the campaign that show a video."""
    return select(Render.public_id).where(
        Render.workspace_id == workspace_of(session),
        Render.campaign_id == campaign_id,
        Render.is_current,
    )


async def _renders(session: AsyncSession, ids: list[UUID]) -> list[Asked]:
    """In their order."""
    found = await _read_scenes(session, ids)
    if unnoted := [UUID(render_id) for render_id, _, _, digests, _ in found if digests is None]:
        await note_scenes(session, unnoted)
        found = await _read_scenes(session, ids)
    asked = {}
    for render_id, campaign, again, digests, seconds in found:
        campaign_id = UUID(campaign)
        scenes = _scenes(campaign_id, digests, seconds)
        asked[UUID(render_id)] = Asked(UUID(render_id), campaign_id, scenes, again)
    return [asked[render_id] for render_id in ids if render_id in asked]


async def _read_scenes(session: AsyncSession, ids: list[UUID]) -> list[Any]:
    """As one text, as above."""
    row = func.json_build_array(
        *(Render.id, Render.campaign_id, _is_shown()),
        *(Render.scene_digests, Render.scene_seconds),
    )
    found: list[Any] | None = await session.scalar(
        select(func.json_agg(row)).where(*_named(session, ids))
    )
    return found or []


def _is_shown() -> ColumnElement[bool]:
    """Whether the link of the render's lead shows a video."""
    shown = aliased(Render, name="shown")
    return exists().where(
        shown.workspace_id == Render.workspace_id,
        shown.public_id == Render.public_id,
        shown.is_current,
    )


async def note_scenes(session: AsyncSession, ids: list[UUID]) -> None:
    """Renders that were asked for before their scenes were noted have them noted now."""
    rows = await session.execute(
        select(Render.id, Render.cells, Render.batch_id).where(*_named(session, ids))
    )
    campaigns: dict[UUID, FrozenScenes | None] = {}
    noted = []
    for render_id, cells, batch_id in rows.all():
        if batch_id not in campaigns:
            campaigns[batch_id] = await _scenes_of_batch(session, batch_id)
        scenes = campaigns[batch_id]
        digests, seconds = (scenes.digests(cells), scenes.seconds) if scenes else ([], [])
        noted.append({"of": render_id, "scene_digests": digests, "scene_seconds": seconds})
    if noted:
        table = cast_type(Table, Render.__table__)
        await session.execute(update(table).where(table.c.id == bindparam("of")), noted)


async def _scenes_of_batch(session: AsyncSession, batch_id: UUID) -> FrozenScenes | None:
    """None: its videos cannot be made, so they will cost nothing."""
    frozen = await session.scalar(select(RenderBatch.campaign).where(RenderBatch.id == batch_id))
    try:
        return FrozenScenes(frozen or {})
    except NotRenderable:
        return None


def _named(session: AsyncSession, ids: list[UUID]) -> tuple[ColumnElement[bool], ...]:
    each: Any = cast(ids, ARRAY(Uuid))
    return Render.workspace_id == workspace_of(session), Render.id == func.any(each)


def _scenes(
    campaign_id: UUID, digests: Sequence[str | None], seconds: Sequence[float]
) -> list[Scene]:
    return [
        Scene(campaign_id, digest, length)
        for digest, length in zip(digests, seconds, strict=True)
        if digest is not None
    ]
