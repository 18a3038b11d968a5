"""What a press of Retry would reserve, before it: told in one statement, however many there are."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, String, column, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.billing.models import MeteredScene
from app.billing.scene_prices import Price
from app.db.tenancy import workspace_of
from app.renders.freezing import is_within_plan
from app.renders.models import Render
from app.renders.states import RenderState

RETRIED: tuple[RenderState, ...] = ("failed", "cancelled")


async def may_be_retried(session: AsyncSession) -> ColumnElement[bool]:
    """Of a render that has ended without a video: its lead is there, no later one has replaced it,
    and it is not longer than the plan has videos."""
    return (
        (Render.workspace_id == workspace_of(session))
        & Render.is_latest
        & Render.lead_id.is_not(None)
        & await is_within_plan(session)
    )


@dataclass(frozen=True)
class RetryPrice:
    """How many videos a retry makes, and what they reserve."""

    count: int
    price: Price


async def price_retry(session: AsyncSession, which: ColumnElement[bool]) -> RetryPrice:
    """Of those that meet `which` (on Render) and may be retried: each scene that nobody has paid or
    reserved costs once, in the first of them that has it, as in app/billing/scene_prices.py."""
    shown = aliased(Render, name="shown")
    again = exists().where(
        shown.workspace_id == Render.workspace_id,
        shown.public_id == Render.public_id,
        shown.is_current,
    )
    asked: Any = (
        select(
            *(Render.id, Render.row, Render.campaign_id, Render.scene_digests),
            *(Render.scene_seconds, again.label("again")),
        )
        .where(await may_be_retried(session), Render.state.in_(RETRIED), which)
        .cte("asked")
    )
    scene: Any = (
        func.unnest(asked.c.scene_digests, asked.c.scene_seconds)
        .table_valued(column("digest", String), column("seconds", Float))
        .render_derived("scene")
        .lateral("scene")
    )
    known = exists().where(
        MeteredScene.workspace_id == workspace_of(session),
        MeteredScene.campaign_id == asked.c.campaign_id,
        MeteredScene.digest == scene.c.digest,
    )
    own = (
        select(asked.c.id, scene.c.seconds)
        .select_from(asked)
        .join(scene, scene.c.digest.is_not(None))
        .where(~known)
        .ext(distinct_on(asked.c.campaign_id, scene.c.digest))
        .order_by(asked.c.campaign_id, scene.c.digest, asked.c.row)
        .cte("own")
    )
    pays = exists().where(own.c.id == asked.c.id)
    videos = select(func.count()).select_from(asked).where(~asked.c.again | pays)
    seconds = select(func.coalesce(func.sum(own.c.seconds), 0.0))
    count = select(func.count()).select_from(asked)
    found = await session.execute(
        select(*(each.scalar_subquery() for each in (count, videos, seconds)))
    )
    made, *price = found.one()
    return RetryPrice(made, Price(*price))
