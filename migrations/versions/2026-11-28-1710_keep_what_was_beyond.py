"""Keep the most that was beyond a plan in a period, before credits."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = ("overage_periods", "overage_events", "usage_entries")
# Where more was told than is beyond the plan now, a larger plan came since: what was told stays
# due. All else is counted from the ledger at the next look.
KEEP_TOLD = """
    update overage_periods period
    set beyond_videos = told.units + used.credited
    from overage_periods own
    cross join lateral (
        select coalesce(sum(event.units), 0) as units from overage_events event
        where event.workspace_id = own.workspace_id and event.period_start = own.period_start
    ) told
    cross join lateral (
        select
            coalesce(sum(entry.videos), 0) as videos,
            coalesce(sum(entry.seconds), 0) as seconds,
            coalesce(-sum(entry.videos) filter (where entry.kind = 'adjust'), 0) as credited
        from usage_entries entry
        where entry.workspace_id = own.workspace_id and entry.period_start = own.period_start
    ) used
    where own.workspace_id = period.workspace_id and own.period_start = period.period_start
        and told.units > used.videos - own.included_videos
        and told.units > ceil((used.seconds - own.included_seconds) / 60)
        and told.units > 0
"""


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.add_column(
        "overage_periods",
        sa.Column("beyond_videos", sa.Integer(), server_default="0", nullable=False),
    )
    op.add_column(
        "overage_periods",
        sa.Column("beyond_seconds", sa.Float(), server_default="0", nullable=False),
    )
    # The owner sees all rows of a table only while it is not forced.
    for table in TABLES:
        op.execute(f"alter table {table} no force row level security")
    op.execute(KEEP_TOLD)
    for table in TABLES:
        op.execute(f"alter table {table} force row level security")
