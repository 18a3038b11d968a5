"""What a workspace may use beyond its plan, and what Stripe was told of what it did use."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant, now


class OverageChoice(Tenant, Base):
    """Whoever owns the workspace allowed videos beyond the plan, for so much money in a period.

    Without a row, or with a cap of nothing, none are made.
    """

    __tablename__ = "overage_choices"
    __table_args__ = (CheckConstraint("cap_cents >= 0", name="cap_cents"),)

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    cap_cents: Mapped[int]
    # No foreign key: the choice holds when the person is gone.
    chosen_by_id: Mapped[UUID | None]
    chosen_at: Mapped[datetime] = mapped_column(default=now)


class OveragePeriod(Tenant, Base):
    """A period in which the workspace allowed it: what was not beyond the plan, and the most that
    may be charged. All only grow, so that no change of a plan makes anything dearer afterwards."""

    __tablename__ = "overage_periods"

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    period_start: Mapped[datetime] = mapped_column(primary_key=True)
    period_end: Mapped[datetime]
    included_videos: Mapped[int]
    included_seconds: Mapped[int]
    cap_units: Mapped[int]
    # The most that was beyond it at a time, credits not taken off. Kept, for a larger plan makes
    # nothing of it included afterwards.
    beyond_videos: Mapped[int] = mapped_column(default=0, server_default="0")
    beyond_seconds: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")


class OverageEvent(Identified, Tenant, Base):
    """What Stripe's meter is to be told, by the id of the row; negative where credits lowered it.

    The sum of a period's rows is what is charged for it.
    """

    __tablename__ = "overage_events"
    __table_args__ = (
        CheckConstraint("units <> 0", name="units"),
        Index("ix_overage_events_period", "workspace_id", "period_start"),
        Index("ix_overage_events_unsent", "created_at", postgresql_where=text("sent_at is null")),
    )

    period_start: Mapped[datetime]
    units: Mapped[int]
    # When Stripe is to believe that it happened: within its own period.
    happened_at: Mapped[datetime]
    # When it was first sent; with no `sent_at` nobody knows whether it arrived.
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    # Why it will never be sent.
    given_up: Mapped[str] = mapped_column(String(300), default="")
