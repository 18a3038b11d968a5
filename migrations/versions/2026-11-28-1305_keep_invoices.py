"""Keep invoices, what a customer has to their credit, and what is planned for a subscription."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WORKSPACE = "nullif(current_setting('app.workspace_id', true), '')::uuid"
# Jobs that look after all workspaces say so, and nothing else does.
EVERY = "current_setting('app.every_workspace', true) = 'on'"


def upgrade() -> None:
    op.execute("set lock_timeout = '5s'")
    for name, kind, default in (
        ("credit_cents", sa.Integer(), "0"),
        ("had_trial", sa.Boolean(), "false"),
        ("checkouts", sa.Integer(), "0"),
    ):
        op.add_column(
            "billing_customers", sa.Column(name, kind, server_default=default, nullable=False)
        )
        op.alter_column("billing_customers", name, server_default=None)
    for name, kind in (
        ("schedule_id", sa.String(64)),
        ("next_plan_key", sa.String(20)),
        ("next_interval", sa.String(10)),
        ("changes_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("billing_subscriptions", sa.Column(name, kind, nullable=True))
    op.add_column(
        "billing_subscriptions",
        sa.Column("has_discount", sa.Boolean(), server_default="false", nullable=False),
    )
    op.alter_column("billing_subscriptions", "has_discount", server_default=None)
    op.create_table(
        "billing_invoices",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(64), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hosted_url", sa.String(2000), nullable=True),
        sa.Column("pdf_url", sa.String(2000), nullable=True),
        sa.Column("next_payment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("needs_confirmation", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_billing_invoices_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_invoices")),
    )
    op.create_index("ix_billing_invoices_list", "billing_invoices", ["workspace_id", "issued_at"])
    op.execute("alter table billing_invoices enable row level security")
    op.execute("alter table billing_invoices force row level security")
    op.execute(
        f"create policy tenant on billing_invoices using (workspace_id = {WORKSPACE} or {EVERY}) "
        f"with check (workspace_id = {WORKSPACE} or {EVERY})"
    )
