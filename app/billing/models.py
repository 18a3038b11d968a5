"""What a workspace may use and what it used: its limits, and a ledger that only grows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant, now


class PlanLimits(Tenant, Base):
    """The limits of one workspace; without a row those of `billing/plans.py` hold.

    `videos_per_month` None: as many as one likes.
    """

    __tablename__ = "plan_limits"
    __table_args__ = (
        CheckConstraint("concurrent_renders >= 1", name="concurrent_renders"),
        CheckConstraint("videos_per_month >= 0", name="videos_per_month"),
    )

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    concurrent_renders: Mapped[int] = mapped_column(default=4)
    videos_per_month: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class UsageEntry(Identified, Tenant, Base):
    """One line of the ledger. A render has at most one of each kind, so nothing counts twice.

    The sum over all lines is what was used: `reserve` adds what a render may cost at most, `settle`
    corrects it to what it did cost, `release` takes it back.
    """

    __tablename__ = "usage_entries"
    __table_args__ = (
        CheckConstraint("kind in ('reserve', 'settle', 'release', 'adjust')", name="kind"),
        UniqueConstraint("workspace_id", "render_id", "kind"),
        Index("ix_usage_entries_period", "workspace_id", "created_at"),
    )

    # No foreign key: what was used stays in the ledger when its render is gone.
    render_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    videos: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    reason: Mapped[str] = mapped_column(String(200), default="")
