"""What a team decides about its landing pages, and what was decided about a single lead's link."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant, now


class LandingPage(Identified, Tenant, Base):
    """How landing pages look and what they offer: all of a workspace (`campaign_id` is None), or
    those of one campaign, which then holds only what differs.

    `choices` is described by app/viewer/page_choices.py.
    """

    __tablename__ = "landing_pages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "campaign_id", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(
            ["workspace_id", "campaign_id"],
            ["campaigns.workspace_id", "campaigns.id"],
            name="fk_landing_pages_campaign",
            ondelete="CASCADE",
        ),
    )

    campaign_id: Mapped[UUID | None]
    choices: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    logo_key: Mapped[str | None] = mapped_column(String(300))
    # argon2; who opens one of its links is asked for it.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class LinkState(Tenant, Base):
    """What differs from “open to whoever has it” for one lead's link; most links have no row."""

    __tablename__ = "link_states"

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    public_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    revoked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    # The lead asked for its data to be deleted; nothing of it is kept but this.
    erased_at: Mapped[datetime | None]
