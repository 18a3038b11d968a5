"""The hosts of teams' own that show their landing pages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant

# In `found` while somebody looks, as long as the claim holds.
LOOKING = "looking"
SERVED = text("state in ('verified', 'failing')")


class CustomDomain(Identified, Tenant, Base):
    """A host such as `videos.acmecorp.com`. States: pending until its records are right, then
    verified; failing once they are not, and withdrawn when that lasted.

    Many may ask for a host, one has it: whose records are there.
    """

    __tablename__ = "custom_domains"
    __table_args__ = (
        UniqueConstraint("workspace_id", "host"),
        CheckConstraint("state in ('pending', 'verified', 'failing', 'withdrawn')", name="state"),
        Index("uq_custom_domains_served", "host", unique=True, postgresql_where=SERVED),
        Index("ix_custom_domains_due", "check_due_at"),
    )

    # Small letters, ASCII (IDNA), no dot at the end, no port.
    host: Mapped[str] = mapped_column(String(253))
    token: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), default="pending")
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    verified_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    check_due_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    # What the last check found, record by record; and why it was not enough, as a sentence.
    found: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    problem: Mapped[str] = mapped_column(String(1000), default="")
    # When the team was told that the records are gone; set once per failing.
    told_at: Mapped[datetime | None]
    # Until when it is served, or was, though the plan has no domain; it waits for one that has.
    plan_ends_at: Mapped[datetime | None]

    def is_looked_at(self, now: datetime) -> bool:
        """Whether somebody looks at its records; a worker that died does so no longer."""
        return LOOKING in self.found and self.check_due_at > now
