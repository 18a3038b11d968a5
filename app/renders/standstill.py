"""A fault that stops all videos is told to those who manage the team, once a day."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import now
from app.db.tenancy import workspace_of
from app.renders.fault_words import STOPS_EVERYTHING, words_of
from app.renders.retries import Fault
from app.workspaces.notice_models import Notice
from app.workspaces.notices import News, tell_managers

TELL_AGAIN_AFTER = timedelta(days=1)


async def tell_of_standstill(session: AsyncSession, campaign_id: UUID, fault: Fault) -> None:
    """Owner and admins have a notice, if the fault is of that kind and they have none of today."""
    if fault.code not in STOPS_EVERYTHING:
        return
    words = words_of(fault.code)
    title = f"Videos cannot be made right now: {words.what[0].lower()}{words.what[1:]}"
    # Renders fail in numbers then, and at once. Whoever comes second leaves it to the first.
    key = func.hashtextextended(f"standstill of {workspace_of(session)}", 0)
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(key))):
        return
    told = await session.scalar(
        select(Notice.id)
        .where(Notice.title == title, Notice.created_at > now() - TELL_AGAIN_AFTER)
        .limit(1)
    )
    if told is None:
        path = f"/campaigns/{campaign_id}/videos"
        await tell_managers(session, News("bad", title, fault.sentence, path, "See the videos"))
