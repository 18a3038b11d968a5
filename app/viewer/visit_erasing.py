"""What was noted of visits to one lead's page goes; sums without names stay."""

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.viewer.news_models import ViewNews
from app.viewer.rollups import wait_for_lock
from app.viewer.visit_models import LeadView, ViewHeat, Visit

_INBOX = text(
    "delete from visit_inbox where workspace_id = :own and told->>'public_id' = :public_id"
)


async def erase_visits(session: AsyncSession, public_id: str) -> None:
    """Nothing tells any more when, from where and how far this lead's page was looked at.

    Once LinkState says that the lead is erased, what a page that is still open tells is dropped.
    """
    # What is being added up at this moment would come back.
    await wait_for_lock(session)
    own = workspace_of(session)
    await session.execute(_INBOX, {"own": own, "public_id": public_id})
    for table in (Visit, LeadView, ViewHeat, ViewNews):
        await session.execute(
            delete(table)
            .where(table.workspace_id == own, table.public_id == public_id)
            .execution_options(synchronize_session=False)
        )
