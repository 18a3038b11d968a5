"""What a workspace has used, as tests ask for it."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing import usage
from app.billing.standing import current_period
from app.billing.usage import Usage


async def used_now(session: AsyncSession) -> Usage:
    """Of the session's workspace in its period that is now."""
    return await usage.used_now(session, (await current_period(session)).start)
