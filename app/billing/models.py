"""What a workspace may use and what it used: its limits, and a ledger that only grows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant, now


class ServicePlan(Base):
    """One row: the plan of every workspace that bought none. Each start of the service writes it
    from the settings, and statements of the database itself can read it."""

    __tablename__ = "service_plan"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    plan_key: Mapped[str] = mapped_column(String(20), default="unlimited")
    concurrent_renders: Mapped[int] = mapped_column(default=4)


class PlanLimits(Tenant, Base):
    """The plan of one workspace and its limits; without a row those of the service's plan hold.

    `videos_per_month`, `minutes_per_month` None: as many as one likes.
    """

    __tablename__ = "plan_limits"
    __table_args__ = (
        CheckConstraint("concurrent_renders >= 1", name="concurrent_renders"),
        CheckConstraint("videos_per_month >= 0", name="videos_per_month"),
        CheckConstraint("minutes_per_month >= 0", name="minutes_per_month"),
    )

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    plan_key: Mapped[str] = mapped_column(String(20), default="unlimited")
    concurrent_renders: Mapped[int] = mapped_column(default=4)
    videos_per_month: Mapped[int | None]
    minutes_per_month: Mapped[int | None]
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
        # The order in which they are read, page by page.
        Index("ix_usage_entries_order", "workspace_id", "created_at", "id"),
        # What a period comes to is read from the index alone.
        Index(
            "ix_usage_entries_period",
            *("workspace_id", "period_start"),
            postgresql_include=("videos", "seconds"),
            postgresql_where=text("period_start is not null"),
        ),
        Index("ix_usage_entries_render", "workspace_id", "render_id"),
    )

    # No foreign keys: what was used stays in the ledger when its render is gone. None: an
    # adjustment, which is for no render.
    render_id: Mapped[UUID | None]
    campaign_id: Mapped[UUID | None]
    # Who adjusted it.
    actor_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(10))
    videos: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    reason: Mapped[str] = mapped_column(String(200), default="")
    # When it began to count. None: an open reserve, which counts in whichever period it is.
    counted_at: Mapped[datetime | None]
    # The period it counts in, by its beginning: not by a comparison of times, for Stripe's clock
    # and ours differ. None as above.
    period_start: Mapped[datetime | None]


class MeteredScene(Tenant, Base):
    """A piece of video of a campaign that is paid once, whoever's video it is in.

    `digest` is of all that is in its picture. Reserved by the open reserve of `render_id`;
    `settled_at` is when a finished video had it first, and from then on it costs nothing.
    """

    __tablename__ = "metered_scenes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name="fk_metered_scenes_workspace_id",
            ondelete="CASCADE",
        ),
        Index(
            "ix_metered_scenes_render",
            *("workspace_id", "render_id"),
            postgresql_where=text("settled_at is null"),
        ),
    )

    # No foreign keys to the campaign and the render: they are of a feature above this one.
    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    seconds: Mapped[float] = mapped_column(Float)
    render_id: Mapped[UUID]
    settled_at: Mapped[datetime | None]
