"""The presenter's clips: from the first uploaded byte to a clip that a campaign can use."""

from datetime import datetime
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
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant


class Facecam(Identified, Tenant, Base):
    """A clip. States: uploading → preparing → ready, or refused with the reason in `problem`."""

    __tablename__ = "facecams"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        CheckConstraint("state in ('uploading', 'preparing', 'ready', 'refused')", name="state"),
        Index("ix_facecams_library", "workspace_id", "created_at"),
    )

    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(12), default="uploading")
    problem: Mapped[str] = mapped_column(String(1000), default="")
    file_name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    # With name and size, what tells that a file chosen again is the one under way.
    file_modified_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    duration_s: Mapped[float | None] = mapped_column(Float)
    width: Mapped[int | None]
    height: Mapped[int | None]
    fps: Mapped[float | None] = mapped_column(Float)
    has_sound: Mapped[bool | None]
    trim_start_s: Mapped[float] = mapped_column(Float, default=0.0)
    trim_end_s: Mapped[float | None] = mapped_column(Float)
    # Sentences about what is unusual in a clip, but no fault.
    notes: Mapped[list[str]] = mapped_column(JSONB, default=list)
    # Preparing: how far (0 … 1), how many tries came to nothing by no fault of the clip, and when
    # it may be taken up; a process at work on it keeps that moment ahead.
    share: Mapped[float] = mapped_column(Float, default=0.0)
    attempts: Mapped[int] = mapped_column(default=0)
    work_due_at: Mapped[datetime | None]

    @property
    def media_prefix(self) -> str:
        """Where its files are kept: clip, proxy.mp4, hover.mp4, poster.webp, filmstrip.webp."""
        return f"workspaces/{self.workspace_id}/facecams/{self.id}"

    @property
    def clip_key(self) -> str:
        """Where the file is kept as it was uploaded."""
        return f"{self.media_prefix}/clip"

    @property
    def used_duration_s(self) -> float | None:
        """Its length after trimming; None until it is known."""
        if self.duration_s is None:
            return None
        return (self.trim_end_s or self.duration_s) - self.trim_start_s


class Caption(Identified, Tenant, Base):
    """What is said in a clip, in one language, as WebVTT on the clip's own time from its start."""

    __tablename__ = "captions"
    __table_args__ = (
        UniqueConstraint("workspace_id", "facecam_id", "language"),
        ForeignKeyConstraint(
            ["workspace_id", "facecam_id"],
            ["facecams.workspace_id", "facecams.id"],
            name="fk_captions_facecam",
            ondelete="CASCADE",
        ),
    )

    facecam_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(String(20))  # BCP 47
    file_name: Mapped[str] = mapped_column(String(300), default="")
    vtt: Mapped[str] = mapped_column(Text)
