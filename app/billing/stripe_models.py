"""What we know of Stripe's customers and subscriptions, and which events have told us of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Tenant, now


class BillingCustomer(Tenant, Base):
    """Who pays for a workspace, as of `checked_at`. Once deleted at Stripe it is never charged."""

    __tablename__ = "billing_customers"
    __table_args__ = (UniqueConstraint("stripe_id"),)

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    stripe_id: Mapped[str] = mapped_column(String(64))
    is_deleted: Mapped[bool] = mapped_column(default=False)
    card_brand: Mapped[str | None] = mapped_column(String(40))
    card_last4: Mapped[str | None] = mapped_column(String(4))
    # What Stripe takes off the next invoices.
    credit_cents: Mapped[int] = mapped_column(default=0)
    # Ever, with a customer before this one too: there is one trial for a workspace.
    had_trial: Mapped[bool] = mapped_column(default=False)
    # How many pages to pay on were made: each has its own idempotency key.
    checkouts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    # When Stripe last said so; None before it did.
    checked_at: Mapped[datetime | None]
    # Since when we know that a payment failed: by our clock, from which grace is counted.
    past_due_since: Mapped[datetime | None]


class CustomerLease(Base):
    """Whoever holds it is the one that asks Stripe for this customer and keeps the answer.

    A row and no lock, so that nobody holds a connection while Stripe takes its time.
    """

    __tablename__ = "customer_leases"

    customer_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[UUID]
    # From then on another may take it: the holder must have died.
    until: Mapped[datetime]


class BillingSubscription(Tenant, Base):
    """A subscription, running or ended: what Stripe said last, and nothing of our own.

    The columns are those of `SubscriptionState` in stripe_values.py.
    """

    __tablename__ = "billing_subscriptions"
    __table_args__ = (Index("ix_billing_subscriptions_list", "workspace_id", "started_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    status: Mapped[str] = mapped_column(String(30))
    price_id: Mapped[str] = mapped_column(String(64))
    lookup_key: Mapped[str | None] = mapped_column(String(200))
    # None: it sells no plan of ours, and `problem` says why.
    plan_key: Mapped[str | None] = mapped_column(String(20))
    interval: Mapped[str] = mapped_column(String(10))
    currency: Mapped[str] = mapped_column(String(3))
    unit_amount: Mapped[int]
    quantity: Mapped[int]
    started_at: Mapped[datetime]
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    trial_end: Mapped[datetime | None]
    cancel_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    invoice_status: Mapped[str | None] = mapped_column(String(20))
    invoice_url: Mapped[str | None] = mapped_column(String(2000))
    next_payment_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(500), default="")
    # Of the price by use for videos beyond the plan; None where the subscription has it not.
    overage_item_id: Mapped[str | None] = mapped_column(String(64))
    # What is planned for the end of the period, and what plans it.
    schedule_id: Mapped[str | None] = mapped_column(String(64))
    next_plan_key: Mapped[str | None] = mapped_column(String(20))
    next_interval: Mapped[str | None] = mapped_column(String(10))
    changes_at: Mapped[datetime | None]
    has_discount: Mapped[bool] = mapped_column(default=False)


class ReceivedEvent(Base):
    """An event that came by webhook. Of its content only whose it was is kept.

    It is no workspace's before its customer is looked up. The web adds rows and sees none.
    """

    __tablename__ = "stripe_events"
    __table_args__ = (
        Index("ix_stripe_events_waiting", "customer_id", postgresql_where=text("done_at is null")),
        Index("ix_stripe_events_age", "received_at"),
    )

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    type: Mapped[str] = mapped_column(String(100))
    customer_id: Mapped[str | None] = mapped_column(String(64))
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(default=now)
    # When what it tells of was fetched; None while that is still to be done.
    done_at: Mapped[datetime | None]
