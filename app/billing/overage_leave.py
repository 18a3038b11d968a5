"""The end of the leave to use more than the plan has: with the plan, and with who owned the
workspace when it was given."""

from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.billing.overage_models import OverageChoice
from app.billing.plan_words import dollars
from app.db.base import now
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import TELL_OVERAGE
from app.workspaces.audit import record


async def end_leave(
    session: AsyncSession, person: User | None, *, by: Literal["service", "stripe"] = "service"
) -> None:
    """Nothing more may be used beyond the plan until an owner allows it anew; what was used stays
    due. `person` did what ended it, None where `by` says who."""
    mine = OverageChoice.workspace_id == workspace_of(session)
    cap = await session.scalar(select(OverageChoice.cap_cents).where(mine).with_for_update())
    if not cap:
        return
    await session.execute(update(OverageChoice).where(mine).values(cap_cents=0, chosen_at=now()))
    caps = {"cap": dollars(cap)}, {"cap": "nothing"}
    await record(session, person, "billing.overage_changed", before=caps[0], after=caps[1], by=by)
    defer(session, TELL_OVERAGE, workspace_id=str(workspace_of(session)))
