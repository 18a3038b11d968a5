"""Keep what may be used beyond a plan, what was told of it, and since when a payment is due."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TENANT_TABLES = ("overage_choices", "overage_periods", "overage_events", "billing_news")
WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _workspace(table: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f(f"fk_{table}_workspace_id"),
            ondelete="CASCADE",
        ),
    )


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.add_column("billing_customers", _moment("past_due_since"))
    op.add_column(
        "billing_subscriptions", sa.Column("overage_item_id", sa.String(64), nullable=True)
    )
    op.create_table(
        "customer_leases",
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        _moment("until", nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_leases")),
    )
    _create_overage()
    op.create_table(
        "billing_news",
        sa.Column("id", sa.Uuid(), nullable=False),
        _moment("created_at", nullable=False),
        *_workspace("billing_news"),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("context", JSONB(), nullable=False),
        sa.Column("sent_to", ARRAY(sa.Uuid()), nullable=False),
        _moment("claimed_at"),
        _moment("done_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_news")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_billing_news_workspace_id_key")),
    )
    op.create_index(
        "ix_billing_news_unsent",
        "billing_news",
        ["created_at"],
        postgresql_where=sa.text("done_at is null"),
    )
    # Forced: also the owner of the table is bound. nullif: an ended transaction leaves ''.
    for table in (*TENANT_TABLES, "customer_leases"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for table in TENANT_TABLES:
        op.execute(
            f"create policy tenant on {table} "
            f"using (workspace_id = {WORKSPACE} or {EVERY}) "
            f"with check (workspace_id = {WORKSPACE} or {EVERY})"
        )
    op.execute(f"create policy jobs on customer_leases using ({EVERY}) with check ({EVERY})")


def _create_overage() -> None:
    op.create_table(
        "overage_choices",
        *_workspace("overage_choices"),
        _number("cap_cents"),
        sa.Column("chosen_by_id", sa.Uuid(), nullable=True),
        _moment("chosen_at", nullable=False),
        sa.CheckConstraint("cap_cents >= 0", name=op.f("ck_overage_choices_cap_cents")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_overage_choices")),
    )
    op.create_table(
        "overage_periods",
        *_workspace("overage_periods"),
        _moment("period_start", nullable=False),
        _moment("period_end", nullable=False),
        *map(_number, ("included_videos", "included_seconds", "cap_units")),
        sa.PrimaryKeyConstraint("workspace_id", "period_start", name=op.f("pk_overage_periods")),
    )
    op.create_table(
        "overage_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        _moment("created_at", nullable=False),
        *_workspace("overage_events"),
        _moment("period_start", nullable=False),
        _number("units"),
        _moment("happened_at", nullable=False),
        _moment("tried_at"),
        _moment("sent_at"),
        _number("failures"),
        sa.Column("given_up", sa.String(300), nullable=False),
        sa.CheckConstraint("units <> 0", name=op.f("ck_overage_events_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overage_events")),
    )
    op.create_index("ix_overage_events_period", "overage_events", ["workspace_id", "period_start"])
    op.create_index(
        "ix_overage_events_unsent",
        "overage_events",
        ["created_at"],
        postgresql_where=sa.text("sent_at is null"),
    )
