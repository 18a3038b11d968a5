"""How many processes there are to do work beside the videos; it counts them and no more."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.renders.models import RenderWorker

SEEN_WITHIN = timedelta(seconds=20)


async def count_workers(session: AsyncSession) -> int:
    """At least one: whoever asks is one."""
    query = select(func.count()).where(
        RenderWorker.seen_at > func.now() - SEEN_WITHIN, ~RenderWorker.is_stopping
    )
    return max(1, await session.scalar(query) or 0)
