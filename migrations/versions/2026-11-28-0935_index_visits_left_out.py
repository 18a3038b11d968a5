"""Index visits that no figure counts, and leads whose visits are samples."""

from alembic import op
from sqlalchemy import text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_index(
        "ix_visits_left_out",
        "visits",
        ["workspace_id", "campaign_id", "opened_at"],
        postgresql_include=["kind", "reason"],
        postgresql_where=text("kind in ('scanner', 'team')"),
    )
    op.create_index(
        "ix_lead_views_samples",
        "lead_views",
        ["workspace_id", "campaign_id"],
        postgresql_where=text("is_sample"),
    )
