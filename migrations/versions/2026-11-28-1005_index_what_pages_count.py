"""Count how many leads came how far, and how many links show a video, from indexes alone."""

from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.drop_index("ix_lead_views_campaign", "lead_views")
    op.create_index(
        "ix_lead_views_campaign",
        "lead_views",
        ["workspace_id", "campaign_id", "watched_share"],
        postgresql_include=[
            *("first_opened_at", "played_at", "half_at"),
            *("ended_at", "clicked_at", "booked_at"),
        ],
    )
    op.create_index(
        "ix_renders_shown",
        "renders",
        ["workspace_id", "campaign_id"],
        postgresql_where=text("is_current"),
    )
