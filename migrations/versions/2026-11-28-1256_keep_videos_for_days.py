"""Keep videos as long as the plan says, and domains for some days after it ends."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    for name in ("keep_until", "end_told_at", "end_reminded_at", "removed_at"):
        op.add_column("renders", _moment(name))
    op.create_index(
        "ix_renders_keep",
        "renders",
        ["keep_until", "workspace_id"],
        postgresql_where=sa.text("keep_until is not null and removed_at is null"),
    )
    op.add_column("custom_domains", _moment("plan_ends_at"))


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)
