"""Let every web process know which hosts are served, and hear at once when that changes."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SERVED = "state in ('verified', 'failing')"
# The first of a workspace is the one that its links name.
ORDER = "workspace_id, state desc, verified_at, host"

# As in 0011: the scope is set for the length of the function, and nothing but these values leaves.
FUNCTIONS = (
    (
        "served_hosts()",
        "table (served_host text, served_for uuid)",
        f"return query select host::text, workspace_id from public.custom_domains where {SERVED} order by {ORDER}",
    ),
    (
        "workspace_slugs()",
        "table (served_slug text)",
        "return query select slug::text from public.workspaces",
    ),
)
HOST_OF_WORKSPACE = f"""
    create function host_of_workspace(wanted uuid) returns text
    language plpgsql
    as $$
    declare
      before text := current_setting('app.every_workspace', true);
      found_there text;
    begin
      perform set_config('app.every_workspace', 'on', true);
      select host into found_there from public.custom_domains
        where workspace_id = wanted and {SERVED} order by {ORDER} limit 1;
      perform set_config('app.every_workspace', coalesce(before, ''), true);
      return found_there;
    end
    $$
"""
# Whatever changes a row, the end of its whole workspace among it, every process hears of it.
TELLING = (
    (
        "tell_of_hosts",
        "perform pg_notify('loomlite_hosts', 'hosts')",
        "custom_domains",
        "insert or delete or update of host, state, workspace_id",
    ),
    (
        "tell_of_slugs",
        """
          if tg_op <> 'INSERT' then perform pg_notify('loomlite_hosts', 'slug ' || old.slug); end if;
          if tg_op <> 'DELETE' then perform pg_notify('loomlite_hosts', 'slug ' || new.slug); end if
        """,
        "workspaces",
        "insert or delete or update of slug",
    ),
)


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    for name, gives, query in FUNCTIONS:
        op.execute(
            f"""
            create function {name} returns {gives}
            language plpgsql
            as $$
            declare
              before text := current_setting('app.every_workspace', true);
            begin
              perform set_config('app.every_workspace', 'on', true);
              {query};
              perform set_config('app.every_workspace', coalesce(before, ''), true);
            end
            $$
            """
        )
    op.execute(HOST_OF_WORKSPACE)
    for name, telling, table, events in TELLING:
        op.execute(
            f"""
            create function {name}() returns trigger
            language plpgsql
            as $$
            begin
              {telling};
              return null;
            end
            $$
            """
        )
        op.execute(
            f"create trigger {name} after {events} on {table} "
            f"for each row execute function {name}()"
        )
