"""The lock under which a workspace's ledger is written; whoever has it has it to the commit."""

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of

# A press of Render for ten thousand leads holds it for seconds; who waits has that much patience.
_PATIENCE = text("set local statement_timeout = '60s'")


async def lock_ledger(session: AsyncSession) -> None:
    """Nobody else reserves, settles or releases in the session's workspace.

    Take it before any row of renders or of their queue: whoever has it changes those. A statement
    of its own: what comes after must see what was written before.
    """
    await session.execute(_PATIENCE)
    key = func.hashtextextended(f"renders of {workspace_of(session)}", 0)
    await session.execute(select(func.pg_advisory_xact_lock(key)))
