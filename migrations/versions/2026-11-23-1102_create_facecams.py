"""Create facecams."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TENANT_TABLES = ("facecams",)
WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_table(
        "facecams",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problem", sa.String(length=1000), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("file_modified_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("fps", sa.Float(), nullable=True),
        sa.Column("has_sound", sa.Boolean(), nullable=True),
        sa.Column("trim_start_s", sa.Float(), nullable=False),
        sa.Column("trim_end_s", sa.Float(), nullable=True),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("work_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state in ('uploading', 'preparing', 'ready', 'refused')",
            name=op.f("ck_facecams_state"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_facecams_created_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_facecams_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facecams")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_facecams_workspace_id_id")),
    )
    op.create_index("ix_facecams_library", "facecams", ["workspace_id", "created_at"])

    # Forced: also the owner of the table is bound. nullif: an ended transaction leaves ''.
    for table in TENANT_TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy tenant on {table} "
            f"using (workspace_id = {WORKSPACE} or {EVERY}) "
            f"with check (workspace_id = {WORKSPACE} or {EVERY})"
        )
