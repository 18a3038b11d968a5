"""Notices: what the app has to tell one person about a workspace, read or not."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant

TITLE_LENGTH, BODY_LENGTH = 300, 1000


class Notice(Identified, Tenant, Base):
    """One piece of news for one member. Like a membership it is read by the person, too.

    What concerns several has a row for each, so that everybody reads it by themselves.
    """

    __tablename__ = "notices"
    __table_args__ = (
        # Who leaves the team takes the own notices along.
        ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["memberships.workspace_id", "memberships.user_id"],
            name="fk_notices_membership",
            ondelete="CASCADE",
        ),
        CheckConstraint("kind in ('good', 'warn', 'bad')", name="kind"),
        Index("ix_notices_list", "workspace_id", "user_id", "created_at"),
        # Counted on every page.
        Index(
            "ix_notices_unread",
            "workspace_id",
            "user_id",
            postgresql_where=text("read_at is null"),
        ),
        Index("ix_notices_age", "created_at"),
    )

    user_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(4))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    body: Mapped[str] = mapped_column(String(BODY_LENGTH), default="")
    # Where it leads on this workspace's host, and the words on the button; "" where nowhere.
    path: Mapped[str] = mapped_column(String(500), default="")
    step: Mapped[str] = mapped_column(String(60), default="")
    read_at: Mapped[datetime | None]
