"""Find the renders of a link without reading all of a workspace's: whoever guesses a link asks."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_index("ix_renders_link", "renders", ["workspace_id", "public_id"])
