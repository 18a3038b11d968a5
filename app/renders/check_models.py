"""What is known of a campaign's pages before anything is rendered, and drafts of single leads.

`preflights` says how far the check of a list is, `page_checks` what each page was when it was
opened, `lead_checks` what a lead's video would come to. `work_due_at` is when work may be taken up:
whoever works keeps it ahead of the database's clock; when that process dies, the moment passes.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant


def _campaign_key(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "campaign_id"],
        ["campaigns.workspace_id", "campaigns.id"],
        name=f"fk_{table}_campaign",
        ondelete="CASCADE",
    )


def _lead_key(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", "lead_id"],
        ["leads.workspace_id", "leads.id"],
        name=f"fk_{table}_lead",
        ondelete="CASCADE",
    )


class Preflight(Identified, Tenant, Base):
    """The check of one campaign's list, one row however often it is done.

    `attempts` counts claims and is the fence: whoever works writes only while it is still his.
    """

    __tablename__ = "preflights"
    __table_args__ = (
        UniqueConstraint("workspace_id", "campaign_id"),
        _campaign_key("preflights"),
        CheckConstraint("state in ('running', 'done', 'cancelled', 'failed')", name="state"),
        Index("ix_preflights_due", "work_due_at", postgresql_where=text("state = 'running'")),
    )

    campaign_id: Mapped[UUID]
    requested_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    state: Mapped[str] = mapped_column(String(12), default="running")
    # The list is to be read for pages, also once more while it runs; `is_anew`: all of them again.
    wants_list: Mapped[bool] = mapped_column(default=True)
    is_anew: Mapped[bool] = mapped_column(default=False)
    # Of the scenes and columns the list was read by: with others its verdicts mean nothing.
    made_from: Mapped[str] = mapped_column(String(32), default="")
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(1000), default="")
    started_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    ended_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    # Tries in a row that came to nothing.
    failures: Mapped[int] = mapped_column(default=0)
    work_due_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class PageCheck(Identified, Tenant, Base):
    """One page as it was when it was opened last. Waiting to be opened: `asked_at` is set."""

    __tablename__ = "page_checks"
    __table_args__ = (
        UniqueConstraint("workspace_id", "campaign_id", "digest"),
        _campaign_key("page_checks"),
        CheckConstraint("verdict in ('fails', 'doubtful', 'ready')", name="verdict"),
        Index(
            "ix_page_checks_waiting",
            "workspace_id",
            "campaign_id",
            postgresql_where=text("asked_at is not null"),
        ),
    )

    campaign_id: Mapped[UUID]
    # Of url, depth and viewport; see renders/lead_pages.py.
    digest: Mapped[str] = mapped_column(String(32))
    url: Mapped[str] = mapped_column(String(5000))
    depth: Mapped[str] = mapped_column(String(200))
    width: Mapped[int]
    height: Mapped[int]
    asked_at: Mapped[datetime | None]
    # A person waits for this very page.
    is_urgent: Mapped[bool] = mapped_column(default=False)
    checked_at: Mapped[datetime | None]
    # None: never opened. Doubtful: it opens, and `doubts` says why a person should look at it.
    verdict: Mapped[str | None] = mapped_column(String(8))
    doubts: Mapped[list[str]] = mapped_column(JSONB, default=list)
    final_url: Mapped[str] = mapped_column(String(5000), default="")
    title: Mapped[str] = mapped_column(String(500), default="")
    height_px: Mapped[int | None]
    notices: Mapped[list[str]] = mapped_column(JSONB, default=list)
    error_code: Mapped[str] = mapped_column(String(60), default="")
    message: Mapped[str] = mapped_column(String(6000), default="")
    is_permanent: Mapped[bool] = mapped_column(default=False)
    picture_key: Mapped[str | None] = mapped_column(String(300))
    wall_s: Mapped[float | None] = mapped_column(Float)


class LeadCheck(Tenant, Base):
    """What one lead's own pages would come to in a video; what all leads share is not in it."""

    __tablename__ = "lead_checks"
    __table_args__ = (
        _campaign_key("lead_checks"),
        _lead_key("lead_checks"),
        CheckConstraint(
            "verdict in ('fails', 'waiting', 'doubtful', 'fallback', 'ready')", name="verdict"
        ),
        Index("ix_lead_checks_sheet", "workspace_id", "campaign_id", "verdict", "row"),
    )

    lead_id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID]
    row: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(8), default="waiting")
    # The digest of its page for each scene with a page per lead, in their order; None: it has none.
    own: Mapped[list[str | None]] = mapped_column(ARRAY(String(32)), default=list)
    # Of the row's cells: another one means that the row was edited since.
    cells_md5: Mapped[str] = mapped_column(String(32), default="")


class Preview(Identified, Tenant, Base):
    """A draft of one lead's video, made at once and forgotten after a day; no render is spent.

    `frozen`: {"campaign": as in RenderBatch, "cells": […]}, what it is made from.
    """

    __tablename__ = "previews"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        _campaign_key("previews"),
        _lead_key("previews"),
        CheckConstraint("state in ('waiting', 'running', 'ready', 'failed')", name="state"),
        Index("ix_previews_lead", "workspace_id", "lead_id", "made_from"),
        Index("ix_previews_age", "created_at"),
    )

    campaign_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    requested_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    row: Mapped[int]
    name: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    made_from: Mapped[str] = mapped_column(String(32))
    frozen: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # {"share": 0…1, "step": "recording", "scene": 2, "scenes": 3}, or {}.
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    problem: Mapped[str] = mapped_column(String(2000), default="")
    # [{"id", "url", "used_fallback", "notices"}, …] as the engine reports them.
    scenes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    duration_s: Mapped[float | None] = mapped_column(Float)
    ended_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    work_due_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    @property
    def media_prefix(self) -> str:
        """Where its file is kept."""
        return f"workspaces/{self.workspace_id}/previews/{self.id}"

    @property
    def draft_key(self) -> str:
        return f"{self.media_prefix}/draft.mp4"
