"""The audit log: who changed what in a workspace; rows are added, and never changed or removed.

The database has no policy by which the application's role could change one. A row goes with its
workspace; a person's name, which is read from the account, goes with the account.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Identified, Tenant

THING_LENGTH, REASON_LENGTH = 200, 500


class AuditEntry(Identified, Tenant, Base):
    """One change. No address is kept: it would say where somebody was, and proves nothing here.

    `person_id` did it, or somebody of staff as them; `staff_id` is who of staff did it. `about_id`
    is the member it was done to, whose name is read from the account. `before` and `after` hold
    plain values by the names of their fields.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("actor in ('person', 'staff', 'service', 'stripe')", name="actor"),
        # Ids are in the order of time, and the list is read by them.
        Index("ix_audit_entries_list", "workspace_id", "id"),
        Index("ix_audit_entries_person", "workspace_id", "person_id", "id"),
    )

    actor: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    thing: Mapped[str] = mapped_column(String(THING_LENGTH), default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
