"""Create Stripe's customers and subscriptions as we know them, and the inbox of its events."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TENANT_TABLES = ("billing_customers", "billing_subscriptions")
WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    op.create_table(
        "billing_customers",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("stripe_id", sa.String(length=64), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("card_brand", sa.String(length=40), nullable=True),
        sa.Column("card_last4", sa.String(length=4), nullable=True),
        _moment("created_at", nullable=False),
        _moment("checked_at"),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_billing_customers_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_billing_customers")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_billing_customers_stripe_id")),
    )
    op.create_table(
        "billing_subscriptions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("price_id", sa.String(length=64), nullable=False),
        sa.Column("lookup_key", sa.String(length=200), nullable=True),
        sa.Column("plan_key", sa.String(length=20), nullable=True),
        sa.Column("interval", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit_amount", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        _moment("started_at", nullable=False),
        _moment("period_start", nullable=False),
        _moment("period_end", nullable=False),
        _moment("trial_end"),
        _moment("cancel_at"),
        _moment("ended_at"),
        sa.Column("invoice_status", sa.String(length=20), nullable=True),
        sa.Column("invoice_url", sa.String(length=2000), nullable=True),
        _moment("next_payment_at"),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_billing_subscriptions_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_subscriptions")),
    )
    op.create_index(
        "ix_billing_subscriptions_list", "billing_subscriptions", ["workspace_id", "started_at"]
    )
    op.create_table(
        "stripe_events",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        _moment("happened_at", nullable=False),
        _moment("received_at", nullable=False),
        _moment("done_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_events")),
    )
    op.create_index(
        "ix_stripe_events_waiting",
        "stripe_events",
        ["customer_id"],
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_index("ix_stripe_events_age", "stripe_events", ["received_at"])

    # Forced: also the owner of the table is bound. nullif: an ended transaction leaves ''.
    for table in (*TENANT_TABLES, "stripe_events"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for table in TENANT_TABLES:
        op.execute(
            f"create policy tenant on {table} "
            f"using (workspace_id = {WORKSPACE} or {EVERY}) "
            f"with check (workspace_id = {WORKSPACE} or {EVERY})"
        )
    # The web puts events in, before anybody knows whose they are, and sees none of them.
    op.execute("create policy received on stripe_events for insert with check (true)")
    op.execute(f"create policy jobs on stripe_events using ({EVERY}) with check ({EVERY})")
