"""Create the notices of members."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
PERSON = "nullif(current_setting('app.user_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_table(
        "notices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.String(length=1000), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind in ('good', 'warn', 'bad')", name=op.f("ck_notices_kind")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["memberships.workspace_id", "memberships.user_id"],
            name="fk_notices_membership",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_notices_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_list", "notices", ["workspace_id", "user_id", "created_at"])
    op.create_index(
        "ix_notices_unread",
        "notices",
        ["workspace_id", "user_id"],
        postgresql_where=sa.text("read_at is null"),
    )
    op.create_index("ix_notices_age", "notices", ["created_at"])

    # Forced: also the owner of the table is bound. nullif: an ended transaction leaves ''.
    op.execute("alter table notices enable row level security")
    op.execute("alter table notices force row level security")
    # Counted with the membership, before the workspace is entered.
    op.execute(f"create policy seen on notices for select using (user_id = {PERSON})")
    op.execute(
        "create policy tenant on notices "
        f"using (workspace_id = {WORKSPACE} or {EVERY}) "
        f"with check (workspace_id = {WORKSPACE} or {EVERY})"
    )
