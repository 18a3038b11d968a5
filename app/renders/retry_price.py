"""What a press of Retry would reserve, before it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.scene_prices import Price
from app.db.tenancy import workspace_of
from app.renders.freezing import is_within_plan
from app.renders.models import Render
from app.renders.pricing import price_renders
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
    """Of those that meet `which` (on Render) and may be retried, in the order of their rows."""
    asked = select(Render.id).where(await may_be_retried(session), Render.state.in_(RETRIED), which)
    render_ids = await session.scalars(asked.order_by(Render.row))
    priced = await price_renders(session, list(render_ids))
    return RetryPrice(len(priced), sum((each.price for each in priced), Price()))
