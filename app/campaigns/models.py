"""Campaigns with their scenes and look, and the leads of their lists."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Identified, Tenant, now
from app.facecams.models import Facecam

# 138 random bits as 24 letters and digits (134 once two signs have become letters): nobody guesses
# one. Made by the database, so that rows which come by COPY have one too.
PUBLIC_ID = text(
    "translate(left(encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), "
    "'base64'), 24), '+/', 'aZ')"
)


class Campaign(Identified, Tenant, Base):
    """A campaign, finished or a draft. `scenes`, `output` and `bubble` hold what was typed, right
    or wrong; `app.campaign.parse_campaign` says whether they can be rendered."""

    __tablename__ = "campaigns"
    __table_args__ = (
        Unique("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "facecam_id"],
            ["facecams.workspace_id", "facecams.id"],
            name="fk_campaigns_facecam",
        ),
        CheckConstraint("state in ('draft', 'ready')", name="state"),
        Index("ix_campaigns_board", "workspace_id", "created_at"),
    )

    name: Mapped[str] = mapped_column(String(200), default="Untitled campaign")
    state: Mapped[str] = mapped_column(String(12), default="draft")
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    archived_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    facecam_id: Mapped[UUID | None]
    fit: Mapped[str] = mapped_column(String(10), default="scale")
    scenes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    # The scene removed last, for an undo: {"at": its place, counted from 0, "scene": …}.
    removed_scene: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    output: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    bubble: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # The list: {"headers": […], "name": […], "email": "…", "company": "…"} and its file's name.
    lead_columns: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    leads_file_name: Mapped[str] = mapped_column(String(300), default="")
    leads_state: Mapped[str] = mapped_column(
        String(12), default="none"
    )  # none importing ready failed
    leads_problem: Mapped[str] = mapped_column(String(1000), default="")
    # While a list is read: {"id", "total", "done", …}, see lead_import.py; else empty.
    leads_import: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    good_leads: Mapped[int] = mapped_column(default=0)
    bad_leads: Mapped[int] = mapped_column(default=0)
    skipped_leads: Mapped[int] = mapped_column(default=0)
    facecam: Mapped[Facecam | None] = relationship(lazy="raise", viewonly=True)


class Lead(Identified, Tenant, Base):
    """One row of a list. `cells` are its texts in the order of the headers, as written."""

    __tablename__ = "leads"
    __table_args__ = (
        Unique("workspace_id", "id"),
        Unique("workspace_id", "public_id"),
        ForeignKeyConstraint(
            ["workspace_id", "campaign_id"],
            ["campaigns.workspace_id", "campaigns.id"],
            name="fk_leads_campaign",
            ondelete="CASCADE",
        ),
        CheckConstraint("state in ('good', 'bad', 'skipped')", name="state"),
        Index("ix_leads_list", "workspace_id", "campaign_id", "row"),
        Index("ix_leads_state", "workspace_id", "campaign_id", "state", "row"),
    )

    campaign_id: Mapped[UUID]
    # In the link to the lead's landing page; it never changes, for the link has been sent.
    public_id: Mapped[str] = mapped_column(String(24), server_default=PUBLIC_ID)
    row: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    company: Mapped[str] = mapped_column(String(300), default="")
    cells: Mapped[list[str]] = mapped_column(JSONB)
    # [{"column": "…", "sentence": "…", "fatal": true}]
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    digest: Mapped[bytes | None]
