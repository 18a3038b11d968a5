"""Visits whose time is over, and what people were told of them; sums stay as they are."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.lifecycle import KEPT_AFTER_DELETION
from app.campaigns.models import Campaign
from app.db.base import now
from app.viewer.news_models import ViewNews
from app.viewer.visit_models import Visit

# As notices are (app/workspaces/notices.py).
NEWS_KEPT_FOR = timedelta(days=90)


async def forget_visits(session: AsyncSession, kept_for: timedelta, *, at_most: int) -> int:
    """Visits that began longer ago are gone with their events, in all workspaces that the session
    sees; how many. Less than `at_most`: there are no more."""
    return await _forget(session, Visit.opened_at < now() - kept_for, at_most)


async def forget_visits_of_deleted(session: AsyncSession, *, at_most: int) -> int:
    """The same for visits of campaigns that are to be purged: with all of theirs at once that would
    take longer than a statement may."""
    overdue = select(Campaign.id).where(Campaign.deleted_at < now() - KEPT_AFTER_DELETION)
    return await _forget(session, Visit.campaign_id.in_(overdue), at_most)


async def _forget(session: AsyncSession, which: ColumnElement[bool], at_most: int) -> int:
    old = select(Visit.workspace_id, Visit.id).where(which).limit(at_most).subquery()
    gone = await session.execute(
        delete(Visit)
        .where(tuple_(Visit.workspace_id, Visit.id).in_(select(old.c.workspace_id, old.c.id)))
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


async def forget_news(session: AsyncSession) -> None:
    """What was told long ago is gone."""
    await session.execute(
        delete(ViewNews)
        .where(ViewNews.happened_at < now() - NEWS_KEPT_FOR)
        .execution_options(synchronize_session=False)
    )
