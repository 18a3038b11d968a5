"""Create visits of landing pages, what happened in each, and what waits to be added up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TENANT_TABLES = ("visit_inbox", "visits", "visit_events")
WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"
MINE = f"workspace_id = {WORKSPACE} or {EVERY}"


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.execute("create sequence visit_inbox_positions")
    op.create_table(
        "visit_inbox",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column(
            "id",
            sa.BigInteger(),
            server_default=sa.text("nextval('visit_inbox_positions')"),
            nullable=False,
        ),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_visit_inbox")),
    )
    op.create_table(
        "visit_salts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_visit_salts")),
        # In no archive of the log: it is to be forgotten.
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "visits",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("render_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=20), server_default="", nullable=False),
        sa.Column("sign", sa.String(length=20), server_default="", nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_private", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("device", sa.String(length=12), server_default="", nullable=False),
        sa.Column("browser", sa.String(length=20), server_default="", nullable=False),
        sa.Column("referrer_host", sa.String(length=253), server_default="", nullable=False),
        sa.Column("source", sa.String(length=5), server_default="page", nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("played_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unmuted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("half_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clicked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "watched",
            postgresql.INT4MULTIRANGE(),
            server_default=sa.text("'{}'::int4multirange"),
            nullable=False,
        ),
        sa.Column("watched_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("played_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "seconds",
            postgresql.ARRAY(sa.SmallInteger()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("position_s", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "kind in ('unverified', 'person', 'scanner', 'team')", name=op.f("ck_visits_kind")
        ),
        sa.CheckConstraint("source in ('page', 'embed')", name=op.f("ck_visits_source")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "campaign_id"],
            ["campaigns.workspace_id", "campaigns.id"],
            name="fk_visits_campaign",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_visits")),
    )
    op.create_index(
        "ix_visits_address",
        "visits",
        ["workspace_id", "address_hash", "opened_at"],
        unique=False,
        postgresql_where=sa.text("address_hash is not null"),
    )
    op.create_index("ix_visits_age", "visits", ["opened_at"], unique=False, postgresql_using="brin")
    op.create_index(
        "ix_visits_campaign", "visits", ["workspace_id", "campaign_id", "opened_at"], unique=False
    )
    op.create_index(
        "ix_visits_lead", "visits", ["workspace_id", "public_id", "opened_at"], unique=False
    )
    op.create_table(
        "visit_events",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("at_ms", sa.Integer(), nullable=False),
        sa.Column("from_s", sa.REAL(), nullable=True),
        sa.Column("to_s", sa.REAL(), nullable=True),
        sa.Column("detail", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "visit_id"],
            ["visits.workspace_id", "visits.id"],
            name="fk_visit_events_visit",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "visit_id", "number", "opened_at", name=op.f("pk_visit_events")
        ),
        postgresql_partition_by="range (opened_at)",
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
    # Everything that is on a table of ours is on its partitions too: they can be named by themselves.
    # The application's role owns no table, so it makes and drops months by these functions alone.
    op.execute(
        f"""
        create function make_visit_partitions(since date, until date) returns int
        language plpgsql security definer set search_path = pg_catalog, public, pg_temp
        as $$
        declare
          month date := date_trunc('month', since);
          name text;
          made int := 0;
        begin
          if until - since > 4000 then
            raise exception 'that is more than ten years';
          end if;
          perform pg_advisory_xact_lock(7309424520);
          while month <= until loop
            name := 'visit_events_' || to_char(month, 'YYYY_MM');
            if to_regclass('public.' || name) is null then
              perform set_config('lock_timeout', '5s', true);
              execute format(
                'create table public.%I partition of public.visit_events '
                'for values from (%L) to (%L)', name,
                to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
                to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
              execute format('alter table public.%I enable row level security', name);
              execute format('alter table public.%I force row level security', name);
              execute format(
                'create policy tenant on public.%I using (%s) with check (%s)', name,
                $policy${MINE}$policy$, $policy${MINE}$policy$);
              made := made + 1;
            end if;
            month := month + interval '1 month';
          end loop;
          return made;
        end
        $$
        """
    )
    op.execute(
        """
        create function drop_visit_partitions(before date) returns int
        language plpgsql security definer set search_path = pg_catalog, public, pg_temp
        as $$
        declare
          name text;
          dropped int := 0;
        begin
          perform pg_advisory_xact_lock(7309424520);
          for name in
            select relname from pg_inherits join pg_class on pg_class.oid = inhrelid
            where inhparent = 'public.visit_events'::regclass
              and to_date(right(relname, 7), 'YYYY_MM') + interval '1 month' <= before
          loop
            perform set_config('lock_timeout', '5s', true);
            execute format('drop table public.%I', name);
            dropped := dropped + 1;
          end loop;
          return dropped;
        end
        $$
        """
    )
    op.execute(
        "select make_visit_partitions(current_date, (current_date + interval '2 months')::date)"
    )
    # Visitors are in no workspace: this one takes what they told, of many workspaces at once, and
    # gives nothing back. The setting holds within the function alone; see migration 0011.
    op.execute(
        """
        create function take_visits(told jsonb) returns void
        language plpgsql
        as $$
        declare
          before text := current_setting('app.every_workspace', true);
        begin
          perform set_config('app.every_workspace', 'on', true);
          insert into public.visit_inbox (workspace_id, told)
          select (each->>'w')::uuid, each->'t' from jsonb_array_elements(told) each;
          perform set_config('app.every_workspace', coalesce(before, ''), true);
        end
        $$
        """
    )
