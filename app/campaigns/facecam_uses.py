"""Which campaigns need a facecam, and deleting one that none needs; it knows no page."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns.models import Campaign
from app.db.listen import notify
from app.db.session import defer
from app.errors import LoomliteError
from app.facecams.models import Facecam
from app.jobs.catalogue import REMOVE_MEDIA
from app.workspaces.audit import record
from app.workspaces.service import record_activity


class FacecamInUse(LoomliteError):
    """Campaigns need it: `campaigns`, the latest first."""

    def __init__(self, name: str, campaigns: list[Campaign]) -> None:
        self.campaigns = campaigns
        super().__init__(
            f"{name} was not deleted, because campaigns use it. "
            "Choose another facecam there, then delete this one:"
        )


async def list_uses(session: AsyncSession, facecam: Facecam) -> list[Campaign]:
    """The campaigns that use it, archived ones too, the latest first."""
    rows = await session.scalars(
        select(Campaign)
        .where(Campaign.facecam_id == facecam.id, Campaign.deleted_at.is_(None))
        .order_by(Campaign.created_at.desc())
    )
    return list(rows)


async def delete_facecam(session: AsyncSession, person: User, facecam: Facecam) -> int:
    """Row and media are gone; how many campaigns that were deleted themselves have lost it.

    They are drafts now: whoever restores one chooses another facecam. Raises FacecamInUse. The row
    must be locked, or a campaign could take it meanwhile.
    """
    if uses := await list_uses(session, facecam):
        raise FacecamInUse(facecam.name, uses)
    losing = await session.scalars(
        update(Campaign)
        .where(Campaign.facecam_id == facecam.id)
        .values(facecam_id=None, state="draft")
        .returning(Campaign.id)
    )
    lost = len(losing.all())
    await session.delete(facecam)
    await session.flush()
    defer(session, REMOVE_MEDIA, prefix=facecam.media_prefix)
    await notify(session, "facecam", facecam.id)
    await record_activity(session, person, "facecam.deleted", facecam.id, facecam.name)
    await record(session, person, "facecam.deleted", thing=facecam.name)
    return lost
