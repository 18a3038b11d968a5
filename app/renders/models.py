"""Renders, what waits to be made, each try at it, and the workers that make it.

`renders` is what a team sees: one video of one lead, whatever became of it. `render_jobs` is the
queue's truth and has a row only while a render is under way. Wherever time decides (leases, waits,
who is alive) it is the database's clock: machines' clocks differ and are stepped.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant, now

# Made by the database, so that rows which come by INSERT … SELECT are in their order too.
POSITION = text("nextval('render_job_positions')")
UNDER_WAY = text("state not in ('completed', 'failed', 'cancelled')")


class RenderBatch(Identified, Tenant, Base):
    """One press of Render: who asked, and the campaign frozen as it was then.

    `campaign`: {"spec": app.campaign.Campaign as JSON, "headers": […], "lead_columns": {…},
    "facecam": {"id", "name", "clip_key", "start_s", "end_s", "duration_s"}}.
    """

    __tablename__ = "render_batches"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "campaign_id"],
            ["campaigns.workspace_id", "campaigns.id"],
            name="fk_render_batches_campaign",
            ondelete="CASCADE",
        ),
        Index("ix_render_batches_campaign", "workspace_id", "campaign_id"),
    )

    campaign_id: Mapped[UUID]
    requested_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    campaign: Mapped[dict[str, Any]] = mapped_column(JSONB)
    videos: Mapped[int] = mapped_column(default=0)
    # When people were told that all of it has ended; set once.
    told_at: Mapped[datetime | None]


class Render(Identified, Tenant, Base):
    """One lead's video, with the lead's values frozen when it was asked for."""

    __tablename__ = "renders"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "campaign_id"],
            ["campaigns.workspace_id", "campaigns.id"],
            name="fk_renders_campaign",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "batch_id"],
            ["render_batches.workspace_id", "render_batches.id"],
            name="fk_renders_batch",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "lead_id"],
            ["leads.workspace_id", "leads.id"],
            name="fk_renders_lead",
            ondelete="SET NULL (lead_id)",
        ),
        CheckConstraint(
            "state in ('queued', 'preparing', 'recording', 'composing', 'creating_thumbnail', "
            "'uploading', 'completed', 'failed', 'cancelled')",
            name="state",
        ),
        # One video under way per lead, whatever is pressed twice.
        Index(
            "uq_renders_under_way",
            "workspace_id",
            "public_id",
            unique=True,
            postgresql_where=UNDER_WAY,
        ),
        # The one that the lead's link shows, and the one that lists show.
        Index(
            "uq_renders_current",
            "workspace_id",
            "public_id",
            unique=True,
            postgresql_where=text("is_current"),
        ),
        Index(
            "uq_renders_latest",
            "workspace_id",
            "campaign_id",
            "public_id",
            unique=True,
            postgresql_where=text("is_latest"),
        ),
        Index(
            "ix_renders_list",
            "workspace_id",
            "campaign_id",
            "state",
            "row",
            postgresql_where=text("is_latest"),
        ),
        # How many links of a campaign show a video.
        Index(
            "ix_renders_shown",
            *("workspace_id", "campaign_id"),
            postgresql_where=text("is_current"),
        ),
        Index("ix_renders_lead", "workspace_id", "lead_id"),
        Index("ix_renders_link", "workspace_id", "public_id"),
        Index("ix_renders_batch", "workspace_id", "batch_id"),
        Index("ix_renders_age", "created_at"),
        # What the clean-up of storage looks through: those that go some day.
        Index(
            "ix_renders_keep",
            *("keep_until", "workspace_id"),
            postgresql_where=text("keep_until is not null and removed_at is null"),
        ),
    )

    campaign_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    # None: the lead is no longer in the list.
    lead_id: Mapped[UUID | None]
    # The lead's, so that its link goes on when the list is replaced.
    public_id: Mapped[str] = mapped_column(String(24))
    row: Mapped[int]
    name: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    company: Mapped[str] = mapped_column(String(300), default="")
    cells: Mapped[list[str]] = mapped_column(JSONB, default=list)
    # Differ from those of today when something in the picture changed; see renders/changes.py.
    campaign_digest: Mapped[str] = mapped_column(String(32))
    lead_digest: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(20), default="queued")
    is_latest: Mapped[bool] = mapped_column(default=True)
    is_current: Mapped[bool] = mapped_column(default=False)
    error_code: Mapped[str] = mapped_column(String(60), default="")
    error: Mapped[str] = mapped_column(String(2000), default="")
    # RenderReport as JSON, without paths; and the stored files: {"video.mp4": {"key", "bytes"}, …}.
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    files: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    duration_s: Mapped[float | None] = mapped_column(Float)
    # What the ledger counts, see scene_digests.py: of each scene what is in its picture, or None
    # where the lead has no page for it, and its length. None as a whole: noted when it is reserved.
    scene_digests: Mapped[list[str | None] | None] = mapped_column(ARRAY(String(32)), deferred=True)
    scene_seconds: Mapped[list[float] | None] = mapped_column(ARRAY(Float), deferred=True)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # Until when the plan keeps its files; None: for ever. Its team was told that they go, and told
    # again; once they are gone `files` is empty. See renders/storage_days.py.
    keep_until: Mapped[datetime | None]
    end_told_at: Mapped[datetime | None]
    end_reminded_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    @property
    def media_prefix(self) -> str:
        """Where its files are kept."""
        return f"workspaces/{self.workspace_id}/renders/{self.id}"


class RenderJob(Tenant, Base):
    """A render that is to be made or being made. Waiting: `lease_until` is None.

    `attempts` counts claims and is the fence: whoever works writes only while it is still his.
    """

    __tablename__ = "render_jobs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "render_id"],
            ["renders.workspace_id", "renders.id"],
            name="fk_render_jobs_render",
            ondelete="CASCADE",
        ),
        Index(
            "ix_render_jobs_waiting",
            "workspace_id",
            "position",
            postgresql_where=text("lease_until is null and not waits_for_plan"),
        ),
        # For want of room in the plan; they have no reserve and no worker sees them.
        Index(
            "ix_render_jobs_plan",
            "workspace_id",
            "position",
            postgresql_where=text("waits_for_plan"),
        ),
        Index(
            "ix_render_jobs_running",
            "workspace_id",
            postgresql_where=text("lease_until is not null"),
        ),
        Index("ix_render_jobs_campaign", "workspace_id", "campaign_id"),
    )

    render_id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, server_default=POSITION)
    run_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    # How many of them ended by a fault that was the render's own.
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    # How many ended by what is around it: a worker that died, a full disk, a storage out of reach.
    setbacks: Mapped[int] = mapped_column(default=0, server_default="0")
    lease_until: Mapped[datetime | None]
    worker_id: Mapped[UUID | None]
    waits_for_plan: Mapped[bool] = mapped_column(default=False, server_default="false")
    cancel_requested: Mapped[bool] = mapped_column(default=False, server_default="false")
    # {"share": 0…1, "step": "recording", "scene": 2, "scenes": 3, "left_s": 12}, or {}.
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")


class RenderTurn(Tenant, Base):
    """When a workspace was served last, so that all get their turn; the higher, the later."""

    __tablename__ = "render_turns"

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    turn: Mapped[int] = mapped_column(BigInteger)


class RenderAttempt(Identified, Tenant, Base):
    """One try at a render, for its timeline. `created_at` is when it began.

    `outcome`: completed, failed, retried, cancelled, stopped (by a deploy), lost (the worker died)
    or delayed (by what is around it); empty while it runs. `steps`: [{"step", "scene", "began_s",
    "took_s", "facts"}, …].
    """

    __tablename__ = "render_attempts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "render_id", "number"),
        ForeignKeyConstraint(
            ["workspace_id", "render_id"],
            ["renders.workspace_id", "renders.id"],
            name="fk_render_attempts_render",
            ondelete="CASCADE",
        ),
    )

    render_id: Mapped[UUID]
    number: Mapped[int]
    worker: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(12), default="")
    error_code: Mapped[str] = mapped_column(String(60), default="")
    error: Mapped[str] = mapped_column(String(2000), default="")
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    # The end of what the engine wrote on standard error, at most 64 kB.
    log: Mapped[str] = mapped_column(Text, default="")


class RenderWorker(Base):
    """A process that makes videos. Alive: `seen_at` is less than ALIVE_S ago."""

    __tablename__ = "render_workers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    slots: Mapped[int]
    is_stopping: Mapped[bool] = mapped_column(default=False, server_default="false")
    started_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
