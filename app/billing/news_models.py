"""What owner and admins were told of the plan and its payments: each thing once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Uuid

from app.db.base import Base, Identified, Tenant


class BillingNews(Identified, Tenant, Base):
    """A letter to everybody who looks after the workspace. `key` names what it tells of."""

    __tablename__ = "billing_news"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index("ix_billing_news_unsent", "created_at", postgresql_where=text("done_at is null")),
    )

    key: Mapped[str] = mapped_column(String(200))
    # What letters/billing_news needs.
    context: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # Who has it; the others get it when the job runs again.
    sent_to: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    claimed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
