"""Workspaces, who belongs to them, whom they invited and what happened in them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.accounts.models import User
from app.db.base import Base, Identified, Tenant, now

Role = Literal["owner", "admin", "member"]


class Workspace(Identified, Base):
    """A team's own space; `slug` is its subdomain."""

    __tablename__ = "workspaces"

    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    logo_key: Mapped[str | None] = mapped_column(String(300))
    accent: Mapped[str] = mapped_column(String(7), default="#5b3fd6")
    background: Mapped[str] = mapped_column(String(7), default="#ffffff")
    # By whoever runs the service: its people see why, and nothing new is made. None: it is not.
    suspended_at: Mapped[datetime | None]
    suspended_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")


class Membership(Base):
    """A person in a workspace. Read either by the workspace's members or by the person."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("role in ('owner', 'admin', 'member')", name="role"),
        # One owner: whatever two people press at once.
        Index(
            "uq_memberships_owner",
            "workspace_id",
            unique=True,
            postgresql_where=text("role = 'owner'"),
        ),
    )

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(default=now)
    checklist_dismissed_at: Mapped[datetime | None]
    workspace: Mapped[Workspace] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")
    # Filled by find_membership, which each page begins with; None from elsewhere.
    unread_notices: Mapped[int | None] = query_expression()

    @property
    def can_manage(self) -> bool:
        """Owners and admins change the workspace, its members and its branding."""
        return self.role in {"owner", "admin"}

    @property
    def is_owner(self) -> bool:
        return self.role == "owner"


class Invitation(Identified, Tenant, Base):
    """An open invitation by e-mail; single use."""

    __tablename__ = "invitations"
    # Inviting again renews the invitation that is there. Nobody is invited to own.
    __table_args__ = (
        UniqueConstraint("workspace_id", "email"),
        CheckConstraint("role in ('admin', 'member')", name="role"),
    )

    email: Mapped[str] = mapped_column(String(320))
    role: Mapped[str] = mapped_column(String(10))
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


class Activity(Identified, Tenant, Base):
    """Something a member did, for the feed: `verb` such as campaign.created and the thing."""

    __tablename__ = "activities"
    __table_args__ = (Index("ix_activities_feed", "workspace_id", "created_at"),)

    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    verb: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[UUID | None]
    thing_name: Mapped[str] = mapped_column(String(200), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    user: Mapped[User | None] = relationship(lazy="raise")
