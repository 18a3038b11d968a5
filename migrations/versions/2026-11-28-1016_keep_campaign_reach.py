"""Keep how many leads of each campaign came how far, and find the first and last of them by index."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
EVERY = "current_setting('app.every_workspace', true) = 'on'"
COUNTS = {
    "opened": "first_opened_at",
    "played": "played_at",
    "half": "half_at",
    "ended": "ended_at",
    "clicked": "clicked_at",
    "booked": "booked_at",
}
NAMES = ", ".join(COUNTS)


def counted(rows: str, sign: str) -> str:
    """For each campaign of these rows of lead_views what they add, or with "-" take away."""
    counts = ", ".join(f"{sign}count({at})::int {name}" for name, at in COUNTS.items())
    return f"select workspace_id, campaign_id, {counts} from {rows} group by 1, 2"


ADDED = ", ".join(f"{name} = r.{name} + excluded.{name}" for name in COUNTS)
TAKEN = ", ".join(f"{name} = r.{name} + gone.{name}" for name in COUNTS)
SUMS = ", ".join(f"sum({name})::int" for name in COUNTS)


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_table(
        "campaign_reach",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(
            ["workspace_id", "campaign_id"],
            ["campaigns.workspace_id", "campaigns.id"],
            name="fk_campaign_reach_campaign",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "campaign_id", name=op.f("pk_campaign_reach")),
    )
    # Nothing is committed between the counting and the triggers, which would count it for ever.
    op.execute("lock table lead_views in share row exclusive mode")
    op.execute(
        f"insert into campaign_reach (workspace_id, campaign_id, {NAMES}) "
        + counted("lead_views", "")
    )
    # Forced: also the owner of the table is bound. nullif: an ended transaction leaves ''.
    op.execute("alter table campaign_reach enable row level security")
    op.execute("alter table campaign_reach force row level security")
    op.execute(
        f"create policy tenant on campaign_reach using (workspace_id = {WORKSPACE} or {EVERY}) "
        f"with check (workspace_id = {WORKSPACE} or {EVERY})"
    )
    # Once for each statement, however many leads it changes. The rows of a campaign that is being
    # deleted are only taken away: a row for it would have nothing to refer to.
    op.execute(
        f"""
        create function keep_campaign_reach() returns trigger
        language plpgsql
        as $$
        begin
          if tg_op = 'DELETE' then
            update public.campaign_reach r set {TAKEN} from ({counted("before", "-")}) gone
            where r.workspace_id = gone.workspace_id and r.campaign_id = gone.campaign_id;
          elsif tg_op = 'INSERT' then
            insert into public.campaign_reach as r (workspace_id, campaign_id, {NAMES})
            {counted("after", "")} order by 1, 2
            on conflict (workspace_id, campaign_id) do update set {ADDED};
          else
            insert into public.campaign_reach as r (workspace_id, campaign_id, {NAMES})
            select workspace_id, campaign_id, {SUMS} from (
              {counted("after", "")} union all {counted("before", "-")}
            ) changed group by 1, 2 order by 1, 2
            on conflict (workspace_id, campaign_id) do update set {ADDED};
          end if;
          return null;
        end
        $$
        """
    )
    for act, tables in (
        ("insert", "new table as after"),
        ("update", "old table as before new table as after"),
        ("delete", "old table as before"),
    ):
        op.execute(
            f"create trigger keep_campaign_reach_{act} after {act} on lead_views "
            f"referencing {tables} for each statement execute function keep_campaign_reach()"
        )
    op.drop_index("ix_lead_views_campaign", "lead_views")
    op.create_index(
        "ix_lead_views_campaign",
        "lead_views",
        ["workspace_id", "campaign_id", "watched_share", "opens"],
    )
    op.create_index(
        "ix_lead_views_booked",
        "lead_views",
        ["workspace_id", "campaign_id", "booked_at"],
        postgresql_where=sa.text("booked_at is not null"),
    )
