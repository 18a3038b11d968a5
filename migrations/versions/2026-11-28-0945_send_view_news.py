"""Keep of each piece of news whether it is wanted as a letter, and find those to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.add_column(
        "view_news",
        sa.Column("wants_letter", sa.Boolean(), server_default="true", nullable=False),
    )
    op.drop_index("ix_view_news_untold", "view_news")
    op.create_index(
        "ix_view_news_notices",
        "view_news",
        ["workspace_id", "user_id"],
        postgresql_where=sa.text("noticed_at is null"),
    )
    # A person's last letter is of any workspace.
    op.create_index(
        "ix_view_news_letters",
        "view_news",
        ["user_id", "lettered_at"],
        postgresql_where=sa.text("wants_letter"),
    )
    op.create_index("ix_view_news_age", "view_news", ["happened_at"])
