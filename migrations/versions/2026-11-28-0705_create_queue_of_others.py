"""Count what other teams' renders wait or run, so that a page can tell when a team's are ready."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    # Two numbers and nobody's rows: how many other workspaces have work, and how many renders that
    # is. The setting holds within the function alone; as a clause of the function, only a superuser
    # could give it, and the owner of the tables need not be one.
    op.execute(
        """
        create function queue_of_others(own uuid) returns int[]
        language plpgsql
        as $$
        declare
          before text := current_setting('app.every_workspace', true);
          found_there int[];
        begin
          perform set_config('app.every_workspace', 'on', true);
          select array[count(distinct workspace_id)::int, count(*)::int] into found_there
          from public.render_jobs where workspace_id <> own;
          perform set_config('app.every_workspace', coalesce(before, ''), true);
          return found_there;
        end
        $$
        """
    )
