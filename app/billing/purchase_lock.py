"""One purchase, change or end at a time in a workspace, however many tabs are open."""

import asyncio
import time

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.stripe_api import StripeFailed
from app.db.tenancy import workspace_of

# A person waits for it: as long as Stripe takes for the other one, usually.
WAIT_S, LOOK_EVERY_S = 5.0, 0.05

_TRY = text("select pg_try_advisory_xact_lock(hashtextextended('purchase ' || :workspace, 0))")


async def one_purchase_at_a_time(session: AsyncSession) -> None:
    """Nobody else buys, changes or ends here before the transaction ends. Raises StripeFailed."""
    deadline = time.monotonic() + WAIT_S
    while not await session.scalar(_TRY, {"workspace": str(workspace_of(session))}):
        if time.monotonic() > deadline:
            raise StripeFailed(
                "Somebody of this workspace is buying or changing the plan right now. Look at "
                "Billing in a minute.",
                permanent=False,
            )
        await asyncio.sleep(LOOK_EVERY_S)
