"""Remember what teams were told of their plans, and count no render that waits for a plan as one
that is ahead of others."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
EVERY = "current_setting('app.every_workspace', true) = 'on'"


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_table(
        "plan_notices",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('nearly', 'used_up')", name=op.f("ck_plan_notices_kind")),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_plan_notices_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            *("workspace_id", "period_start", "kind"), name=op.f("pk_plan_notices")
        ),
    )
    op.execute("alter table plan_notices enable row level security")
    op.execute("alter table plan_notices force row level security")
    op.execute(
        f"create policy tenant on plan_notices using (workspace_id = {WORKSPACE} or {EVERY}) "
        f"with check (workspace_id = {WORKSPACE} or {EVERY})"
    )
    # As it was, but for those that wait for a plan: they take nobody's turn.
    op.execute(
        """
        create or replace function queue_of_others(own uuid) returns int[]
        language plpgsql
        as $$
        declare
          before text := current_setting('app.every_workspace', true);
          found_there int[];
        begin
          perform set_config('app.every_workspace', 'on', true);
          select array[count(distinct workspace_id)::int, count(*)::int] into found_there
          from public.render_jobs where workspace_id <> own and not waits_for_plan;
          perform set_config('app.every_workspace', coalesce(before, ''), true);
          return found_there;
        end
        $$
        """
    )
