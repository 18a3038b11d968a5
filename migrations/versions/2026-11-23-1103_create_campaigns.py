"""Create campaigns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TENANT_TABLES = ("campaigns", "leads")
WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"
# 90 random bits as letters and digits.
PUBLIC_ID = sa.text(
    "translate(left(encode(uuid_send(gen_random_uuid()), 'base64'), 16), '+/', 'aZ')"
)


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_table(
        "campaigns",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facecam_id", sa.Uuid(), nullable=True),
        sa.Column("fit", sa.String(length=10), nullable=False),
        sa.Column("scenes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("removed_scene", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("output", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bubble", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lead_columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("leads_file_name", sa.String(length=300), nullable=False),
        sa.Column("leads_state", sa.String(length=12), nullable=False),
        sa.Column("leads_problem", sa.String(length=1000), nullable=False),
        sa.Column("leads_import", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("good_leads", sa.Integer(), nullable=False),
        sa.Column("bad_leads", sa.Integer(), nullable=False),
        sa.Column("skipped_leads", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state in ('draft', 'ready')", name=op.f("ck_campaigns_state")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_campaigns_created_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "facecam_id"],
            ["facecams.workspace_id", "facecams.id"],
            name="fk_campaigns_facecam",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_campaigns_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_campaigns_workspace_id_id")),
    )
    op.create_index("ix_campaigns_board", "campaigns", ["workspace_id", "created_at"], unique=False)
    op.create_table(
        "leads",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.String(length=16), server_default=PUBLIC_ID, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("company", sa.String(length=300), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("problems", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state in ('good', 'bad', 'skipped')", name=op.f("ck_leads_state")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "campaign_id"],
            ["campaigns.workspace_id", "campaigns.id"],
            name="fk_leads_campaign",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_leads_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_leads_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id", "public_id", name=op.f("uq_leads_workspace_id_public_id")
        ),
    )
    op.create_index("ix_leads_list", "leads", ["workspace_id", "campaign_id", "row"], unique=False)
    op.create_index(
        "ix_leads_state", "leads", ["workspace_id", "campaign_id", "state", "row"], unique=False
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
