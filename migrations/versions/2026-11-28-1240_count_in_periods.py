"""Keep which plan a workspace has, count what is used in its periods, and pay a scene once."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"
# Both columns at once: each update writes a ledger of millions of rows anew. Until now every
# workspace's periods were the calendar's months.
COUNT_IN_PERIODS = """
    update usage_entries entry
    set campaign_id = render.campaign_id,
        period_start = date_trunc('month', entry.counted_at, 'UTC')
    from usage_entries own left join renders render on render.id = own.render_id
    where own.id = entry.id and (own.counted_at is not null or render.id is not null)
"""


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_table(
        "service_plan",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("plan_key", sa.String(length=20), nullable=False),
        sa.Column("concurrent_renders", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_service_plan_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_plan")),
    )
    op.execute("insert into service_plan values (1, 'unlimited', 4)")
    op.add_column(
        "plan_limits",
        sa.Column("plan_key", sa.String(length=20), server_default="unlimited", nullable=False),
    )
    op.alter_column("plan_limits", "plan_key", server_default=None)
    op.add_column("plan_limits", sa.Column("minutes_per_month", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_plan_limits_minutes_per_month"), "plan_limits", "minutes_per_month >= 0"
    )
    _count_in_periods()
    _meter_scenes()
    op.add_column(
        "render_jobs",
        sa.Column("waits_for_plan", sa.Boolean(), server_default="false", nullable=False),
    )
    op.drop_index("ix_render_jobs_waiting", "render_jobs")
    op.create_index(
        "ix_render_jobs_waiting",
        "render_jobs",
        ["workspace_id", "position"],
        postgresql_where=sa.text("lease_until is null and not waits_for_plan"),
    )
    op.create_index(
        "ix_render_jobs_plan",
        "render_jobs",
        ["workspace_id", "position"],
        postgresql_where=sa.text("waits_for_plan"),
    )


def _count_in_periods() -> None:
    op.alter_column("usage_entries", "render_id", nullable=True)
    op.add_column("usage_entries", sa.Column("campaign_id", sa.Uuid(), nullable=True))
    op.add_column("usage_entries", sa.Column("actor_id", sa.Uuid(), nullable=True))
    op.add_column("usage_entries", _moment("period_start"))
    # The owner sees all rows of a table only while it is not forced.
    for table in ("usage_entries", "renders"):
        op.execute(f"alter table {table} no force row level security")
    op.execute(COUNT_IN_PERIODS)
    for table in ("usage_entries", "renders"):
        op.execute(f"alter table {table} force row level security")
    op.create_index(
        "ix_usage_entries_period",
        "usage_entries",
        ["workspace_id", "period_start"],
        postgresql_include=["videos", "seconds"],
        postgresql_where=sa.text("period_start is not null"),
    )


def _meter_scenes() -> None:
    op.create_table(
        "metered_scenes",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("render_id", sa.Uuid(), nullable=False),
        _moment("settled_at"),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_metered_scenes_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            *("workspace_id", "campaign_id", "digest"), name=op.f("pk_metered_scenes")
        ),
    )
    op.create_index(
        "ix_metered_scenes_render",
        "metered_scenes",
        ["workspace_id", "render_id"],
        postgresql_where=sa.text("settled_at is null"),
    )
    op.execute("alter table metered_scenes enable row level security")
    op.execute("alter table metered_scenes force row level security")
    op.execute(
        f"create policy tenant on metered_scenes using (workspace_id = {WORKSPACE} or {EVERY}) "
        f"with check (workspace_id = {WORKSPACE} or {EVERY})"
    )
