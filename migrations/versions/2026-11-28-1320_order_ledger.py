"""Keep the ledger's entries in the order in which they are read."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_index("ix_usage_entries_order", "usage_entries", ["workspace_id", "created_at", "id"])
    op.drop_index("ix_usage_entries_counted", "usage_entries")


def downgrade() -> None:
    op.create_index("ix_usage_entries_counted", "usage_entries", ["workspace_id", "counted_at"])
    op.drop_index("ix_usage_entries_order", "usage_entries")
