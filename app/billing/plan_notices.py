"""What a team was told of its plan, forgotten once there is more of it; it tells nobody."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.notice_models import PlanNotice
from app.db.tenancy import workspace_of


async def forget_used_up(session: AsyncSession) -> None:
    """There is more room in this period than when people were told that there is none: they hear
    of its end again."""
    await _forget(session, ["used_up"])


async def forget_told(session: AsyncSession) -> None:
    """It is another plan than the one whose end people were told of: they hear of this one's."""
    await _forget(session, ["nearly", "used_up"])


async def _forget(session: AsyncSession, kinds: list[str]) -> None:
    await session.execute(
        delete(PlanNotice).where(
            PlanNotice.workspace_id == workspace_of(session), PlanNotice.kind.in_(kinds)
        )
    )
