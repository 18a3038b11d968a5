"""Create teams' own hosts, and say whose a host is to who knows nothing but its name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"
SERVED = "state in ('verified', 'failing')"


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_table(
        "custom_domains",
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "check_due_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("found", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("problem", sa.String(length=1000), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state in ('pending', 'verified', 'failing', 'withdrawn')",
            name=op.f("ck_custom_domains_state"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["users.id"],
            name=op.f("fk_custom_domains_added_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_custom_domains_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_domains")),
        sa.UniqueConstraint(
            "workspace_id", "host", name=op.f("uq_custom_domains_workspace_id_host")
        ),
    )
    op.create_index(
        "uq_custom_domains_served",
        "custom_domains",
        ["host"],
        unique=True,
        postgresql_where=sa.text(SERVED),
    )
    op.create_index("ix_custom_domains_due", "custom_domains", ["check_due_at"], unique=False)

    # Forced: also the owner of the table is bound. nullif: an ended transaction leaves ''.
    op.execute("alter table custom_domains enable row level security")
    op.execute("alter table custom_domains force row level security")
    op.execute(
        "create policy tenant on custom_domains "
        f"using (workspace_id = {WORKSPACE} or {EVERY}) "
        f"with check (workspace_id = {WORKSPACE} or {EVERY})"
    )
    # A prospect is in no workspace; these two say which one is asked for, and nothing else of it.
    # The setting holds within the function alone; as a clause of the function, only a superuser
    # could give it, and the owner of the tables need not be one.
    for name, wanted in (
        (
            "workspace_of_host",
            f"select workspace_id from public.custom_domains where host = wanted and {SERVED}",
        ),
        ("workspace_of_slug", "select id from public.workspaces where slug = wanted"),
    ):
        op.execute(
            f"""
            create function {name}(wanted text) returns uuid
            language plpgsql
            as $$
            declare
              before text := current_setting('app.every_workspace', true);
              found_there uuid;
            begin
              perform set_config('app.every_workspace', 'on', true);
              {wanted} into found_there;
              perform set_config('app.every_workspace', coalesce(before, ''), true);
              return found_there;
            end
            $$
            """
        )
