"""What accounts leave behind and nobody needs any longer; for the sweep, in a scope of no one."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.auth_sessions import forget_ended_sessions
from app.accounts.email_links import forget_old_links
from app.accounts.oauth_attempts import forget_old_attempts
from app.accounts.rate_limits import forget_old_counts
from app.db.base import now

COUNTS_FOR = timedelta(days=1)  # longer than every window in rate_limits.py


async def forget_what_ended(session: AsyncSession) -> None:
    """Used and old links, attempts at providers, ended sessions and old counts are gone."""
    await forget_old_links(session)
    await forget_old_attempts(session)
    await forget_ended_sessions(session)
    await forget_old_counts(session, now() - COUNTS_FOR)
