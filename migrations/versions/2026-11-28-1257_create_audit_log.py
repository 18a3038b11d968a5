"""Keep who changed what, which workspaces are suspended, and who of staff acts as somebody."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    _create_entries()
    op.add_column("workspaces", sa.Column("suspended_at", sa.DateTime(timezone=True)))
    op.add_column(
        "workspaces",
        sa.Column("suspended_reason", sa.String(length=500), server_default="", nullable=False),
    )
    op.add_column("auth_sessions", sa.Column("staff_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_auth_sessions_staff_id"),
        "auth_sessions",
        "users",
        ["staff_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(op.f("ix_auth_sessions_staff_id"), "auth_sessions", ["staff_id"])


def _create_entries() -> None:
    people = ("person_id", "staff_id", "about_id")
    op.create_table(
        "audit_entries",
        sa.Column("actor", sa.String(length=10), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in people),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("thing", sa.String(length=200), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "actor in ('person', 'staff', 'service', 'stripe')", name=op.f("ck_audit_entries_actor")
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], ["users.id"], name=op.f(f"fk_audit_entries_{name}"), ondelete="SET NULL"
            )
            for name in people
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_audit_entries_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_list", "audit_entries", ["workspace_id", "id"])
    op.create_index("ix_audit_entries_person", "audit_entries", ["workspace_id", "person_id", "id"])
    op.execute("alter table audit_entries enable row level security")
    op.execute("alter table audit_entries force row level security")
    # No policy to update or to delete: what is written stays as it is. Foreign keys are followed by
    # the owner of the table, whom that does not bind: rows go with the workspace, names with the
    # account.
    op.execute(
        "create policy seen on audit_entries for select "
        f"using (workspace_id = {WORKSPACE} or {EVERY})"
    )
    op.execute(
        "create policy written on audit_entries for insert "
        f"with check (workspace_id = {WORKSPACE} or {EVERY})"
    )
