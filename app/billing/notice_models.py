"""Of what a team was told about its plan, so that nobody is told it twice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Tenant, now


class PlanNotice(Tenant, Base):
    """That most of a period's plan is used, or that there is no room left in it: told once each."""

    __tablename__ = "plan_notices"
    __table_args__ = (CheckConstraint("kind in ('nearly', 'used_up')", name="kind"),)

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    period_start: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(default=now)
