"""What pages hear of renders that changed together, and how those are named; it changes none."""

from uuid import UUID

from sqlalchemy import ARRAY, Uuid, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.usage import RenderIds
from app.db.listen import CHANNEL
from app.db.tenancy import workspace_of

# Beyond so many, pages hear of the campaign and not of each render.
TOLD_APART = 100


def each_of(ids: list[UUID]) -> RenderIds:
    """One parameter, however many there are."""
    return select(func.unnest(cast(ids, ARRAY(Uuid))))


_TELL = text(
    """
    select pg_notify(:channel, concat(:own, ' ', kind, '-', id)) from (
      select distinct 'renders' as kind, campaign_id as id from renders
      where workspace_id = cast(:own as uuid) and id = any(cast(:ids as uuid[]))
      union all
      select 'render', unnest(cast(:apart as uuid[]))
    ) told
    """
)


async def tell_pages(session: AsyncSession, ids: list[UUID]) -> None:
    """Pages that show these renders of the session's workspace, or their campaigns, look anew."""
    apart = ids if len(ids) <= TOLD_APART else []
    own = str(workspace_of(session))
    await session.execute(_TELL, {"channel": CHANNEL, "own": own, "ids": ids, "apart": apart})
