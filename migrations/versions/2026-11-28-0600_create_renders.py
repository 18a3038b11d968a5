"""Create renders, their queue, the workers that make them, plan limits and the usage ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "plan_limits",
    "usage_entries",
    "render_batches",
    "renders",
    "render_jobs",
    "render_turns",
    "render_attempts",
)
WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.execute("create sequence render_job_positions")
    op.create_table(
        "render_workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("is_stopping", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_render_workers")),
    )
    op.create_table(
        "plan_limits",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("concurrent_renders", sa.Integer(), nullable=False),
        sa.Column("videos_per_month", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "concurrent_renders >= 1", name=op.f("ck_plan_limits_concurrent_renders")
        ),
        sa.CheckConstraint("videos_per_month >= 0", name=op.f("ck_plan_limits_videos_per_month")),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_plan_limits_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_plan_limits")),
    )
    op.create_table(
        "usage_entries",
        sa.Column("render_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("videos", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind in ('reserve', 'settle', 'release', 'adjust')", name=op.f("ck_usage_entries_kind")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_usage_entries_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_entries")),
    )
    op.execute(
        """create unique index uq_usage_entries_open on usage_entries (workspace_id, render_id) where counted_at is null"""
    )
    op.create_index(
        "ix_usage_entries_counted", "usage_entries", ["workspace_id", "counted_at"], unique=False
    )
    op.create_index(
        "ix_usage_entries_render", "usage_entries", ["workspace_id", "render_id"], unique=False
    )
    op.create_table(
        "render_turns",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_render_turns_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_render_turns")),
    )
    op.create_table(
        "render_batches",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        sa.Column("campaign", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("videos", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["requested_by_id"],
            ["users.id"],
            name=op.f("fk_render_batches_requested_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "campaign_id"],
            ["campaigns.workspace_id", "campaigns.id"],
            name="fk_render_batches_campaign",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_render_batches_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_render_batches")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_render_batches_workspace_id_id")),
    )
    op.create_index(
        "ix_render_batches_campaign",
        "render_batches",
        ["workspace_id", "campaign_id"],
        unique=False,
    )
    op.create_table(
        "renders",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("company", sa.String(length=300), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("campaign_digest", sa.String(length=32), nullable=False),
        sa.Column("lead_digest", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("error_code", sa.String(length=60), nullable=False),
        sa.Column("error", sa.String(length=2000), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state in ('queued', 'preparing', 'recording', 'composing', 'creating_thumbnail', 'uploading', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_renders_state"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "batch_id"],
            ["render_batches.workspace_id", "render_batches.id"],
            name="fk_renders_batch",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "campaign_id"],
            ["campaigns.workspace_id", "campaigns.id"],
            name="fk_renders_campaign",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "lead_id"],
            ["leads.workspace_id", "leads.id"],
            name="fk_renders_lead",
            ondelete="SET NULL (lead_id)",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_renders_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renders")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_renders_workspace_id_id")),
    )
    op.create_index("ix_renders_batch", "renders", ["workspace_id", "batch_id"], unique=False)
    op.create_index("ix_renders_lead", "renders", ["workspace_id", "lead_id"], unique=False)
    op.execute(
        """create index ix_renders_list on renders (workspace_id, campaign_id, state, "row") where is_latest"""
    )
    op.execute(
        """create unique index uq_renders_current on renders (workspace_id, public_id) where is_current"""
    )
    op.execute(
        """create unique index uq_renders_latest on renders (workspace_id, campaign_id, public_id) where is_latest"""
    )
    op.execute(
        """create unique index uq_renders_under_way on renders (workspace_id, public_id) where state not in ('completed', 'failed', 'cancelled')"""
    )
    op.create_table(
        "render_attempts",
        sa.Column("render_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("error_code", sa.String(length=60), nullable=False),
        sa.Column("error", sa.String(length=2000), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "render_id"],
            ["renders.workspace_id", "renders.id"],
            name="fk_render_attempts_render",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_render_attempts_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_render_attempts")),
        sa.UniqueConstraint(
            "workspace_id",
            "render_id",
            "number",
            name=op.f("uq_render_attempts_workspace_id_render_id_number"),
        ),
    )
    op.create_table(
        "render_jobs",
        sa.Column("render_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column(
            "position",
            sa.BigInteger(),
            server_default=sa.text("nextval('render_job_positions')"),
            nullable=False,
        ),
        sa.Column(
            "run_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("setbacks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "progress", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "render_id"],
            ["renders.workspace_id", "renders.id"],
            name="fk_render_jobs_render",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_render_jobs_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("render_id", name=op.f("pk_render_jobs")),
    )
    op.create_index(
        "ix_render_jobs_campaign", "render_jobs", ["workspace_id", "campaign_id"], unique=False
    )
    op.execute(
        """create index ix_render_jobs_running on render_jobs (workspace_id) where lease_until is not null"""
    )
    op.execute(
        """create index ix_render_jobs_waiting on render_jobs (workspace_id, position) where lease_until is null"""
    )

    # Forced: also the owner of the table is bound. nullif: an ended transaction leaves ''.
    for table in TENANT_TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy tenant on {table} "
            f"using (workspace_id = {WORKSPACE} or {EVERY}) "
            f"with check (workspace_id = {WORKSPACE} or {EVERY})"
        )
