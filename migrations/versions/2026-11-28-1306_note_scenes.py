"""Note with a render what its scenes are to the ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.add_column(
        "renders", sa.Column("scene_digests", postgresql.ARRAY(sa.String(32)), nullable=True)
    )
    op.add_column(
        "renders", sa.Column("scene_seconds", postgresql.ARRAY(sa.Float()), nullable=True)
    )
