"""How many leads of each campaign came how far, kept beside the leads themselves."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Tenant


def _zero() -> Mapped[int]:
    return mapped_column(Integer, default=0, server_default="0")


class CampaignReach(Tenant, Base):
    """Leads of a campaign by how far they came. A trigger on `lead_views` keeps it true whoever
    changes them, so that a page need not count them; see migration 0020."""

    __tablename__ = "campaign_reach"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "campaign_id"],
            ["campaigns.workspace_id", "campaigns.id"],
            name="fk_campaign_reach_campaign",
            ondelete="CASCADE",
        ),
    )

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    opened: Mapped[int] = _zero()
    played: Mapped[int] = _zero()
    half: Mapped[int] = _zero()
    ended: Mapped[int] = _zero()
    clicked: Mapped[int] = _zero()
    booked: Mapped[int] = _zero()
