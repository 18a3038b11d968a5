"""Find the renders of the last days without reading all: for the staff's page and the figures."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_index("ix_renders_age", "renders", ["created_at"])
