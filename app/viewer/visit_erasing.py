"""What was noted of visits to one lead's page goes; sums without names stay."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.viewer.visit_models import LeadView, ViewHeat, ViewNews, Visit


async def erase_visits(session: AsyncSession, public_id: str) -> None:
    """Nothing tells any more when, from where and how far this lead's page was looked at."""
    for table in (Visit, LeadView, ViewHeat, ViewNews):
        await session.execute(
            delete(table)
            .where(table.workspace_id == workspace_of(session), table.public_id == public_id)
            .execution_options(synchronize_session=False)
        )
