"""What a workspace may use and what it used: its limits, and a ledger that only grows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, text
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
    """One line of the ledger.

    The sum of its lines is what was used: `reserve` adds what a render may cost at most, `settle`
    corrects that to what it did cost, `release` takes it back. A reserve is open until one of them
    closes it. A render has at most one open reserve, so nothing counts twice; when it is tried
    again after it failed, it gets another.
    """

    __tablename__ = "usage_entries"
    __table_args__ = (
        CheckConstraint("kind in ('reserve', 'settle', 'release', 'adjust')", name="kind"),
        Index(
            "uq_usage_entries_open",
            "workspace_id",
            "render_id",
            unique=True,
            postgresql_where=text("counted_at is null"),
        ),
        Index("ix_usage_entries_counted", "workspace_id", "counted_at"),
        Index("ix_usage_entries_render", "workspace_id", "render_id"),
    )

    # No foreign key: what was used stays in the ledger when its render is gone.
    render_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    videos: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    reason: Mapped[str] = mapped_column(String(200), default="")
    # The month it counts in. None: an open reserve, which counts in whichever month it is.
    counted_at: Mapped[datetime | None]
