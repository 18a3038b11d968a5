"""Count what other teams' renders wait or run, so that a page can tell when a team's are ready."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    # Two numbers and nobody's rows: how many other workspaces have work, and how many renders that
    # is. The setting holds within the function alone.
    op.execute(
        """
        create function queue_of_others(own uuid) returns int[]
        language sql stable set "app.every_workspace" = 'on'
        as 'select array[count(distinct workspace_id)::int, count(*)::int]
            from public.render_jobs where workspace_id <> own'
        """
    )
