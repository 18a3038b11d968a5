"""What a workspace may use: a row of its own where it has one, else what holds for everybody."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import PlanLimits
from app.db.base import now
from app.db.tenancy import workspace_of


@dataclass(frozen=True)
class Limits:
    """`videos_per_month` None: as many as one likes."""

    concurrent_renders: int
    videos_per_month: int | None
    # Whether landing pages may be without the line that says what they were made with.
    may_hide_made_with: bool = True


# Those of a workspace without a row. Four videos at once keep one team from filling a machine of
# eight slots; who runs the service for one team alone raises it.
DEFAULT_LIMITS = Limits(concurrent_renders=4, videos_per_month=None)


async def limits_of(session: AsyncSession) -> Limits:
    """The limits of the session's workspace."""
    row = await session.scalar(
        select(PlanLimits).where(PlanLimits.workspace_id == workspace_of(session))
    )
    if row is None:
        return DEFAULT_LIMITS
    return Limits(row.concurrent_renders, row.videos_per_month)


async def set_limits(session: AsyncSession, limits: Limits) -> None:
    """These are the limits of the session's workspace. Whoever calls it wakes the dispatchers."""
    values = {
        "concurrent_renders": limits.concurrent_renders,
        "videos_per_month": limits.videos_per_month,
        "changed_at": now(),
    }
    await session.execute(
        insert(PlanLimits)
        .values(workspace_id=workspace_of(session), **values)
        .on_conflict_do_update(index_elements=[PlanLimits.workspace_id], set_=values)
    )
