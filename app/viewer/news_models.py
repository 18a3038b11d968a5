"""What people are to be told of visits; see view_news.py."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant
from app.viewer.visit_models import of_campaign


class ViewNews(Identified, Tenant, Base):
    """Something that a person of the team is to be told about a lead; once each."""

    __tablename__ = "view_news"
    __table_args__ = (
        of_campaign("view_news"),
        # Who leaves the team is told nothing more.
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["memberships.workspace_id", "memberships.user_id"],
            name="fk_view_news_membership",
            ondelete="CASCADE",
        ),
        CheckConstraint("kind in ('first_view', 'ended', 'booked')", name="kind"),
        Index("uq_view_news_once", "workspace_id", "public_id", "kind", "user_id", unique=True),
        Index(
            "ix_view_news_notices",
            "workspace_id",
            "user_id",
            postgresql_where=text("noticed_at is null"),
        ),
        # A person's last letter is of any workspace.
        Index(
            "ix_view_news_letters",
            "user_id",
            "lettered_at",
            postgresql_where=text("wants_letter"),
        ),
        Index("ix_view_news_age", "happened_at"),
    )

    campaign_id: Mapped[UUID]
    public_id: Mapped[str] = mapped_column(String(24))
    user_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    happened_at: Mapped[datetime]
    # As it was chosen when it happened.
    wants_letter: Mapped[bool] = mapped_column(default=True, server_default="true")
    noticed_at: Mapped[datetime | None]
    lettered_at: Mapped[datetime | None]
