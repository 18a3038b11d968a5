"""Our copy of a workspace's invoices: overwritten with its customer, and listed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, String, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.billing.invoice_values import InvoiceState
from app.billing.plan_words import money
from app.db.base import Base, Tenant
from app.db.tenancy import workspace_of

SHOWN = 24


class BillingInvoice(Tenant, Base):
    """An invoice as Stripe said last; the columns are those of `InvoiceState`."""

    __tablename__ = "billing_invoices"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], ondelete="CASCADE"),
        Index("ix_billing_invoices_list", "workspace_id", "issued_at"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int]
    due: Mapped[int]
    issued_at: Mapped[datetime]
    hosted_url: Mapped[str | None] = mapped_column(String(2000))
    pdf_url: Mapped[str | None] = mapped_column(String(2000))
    next_payment_at: Mapped[datetime | None]
    needs_confirmation: Mapped[bool] = mapped_column(default=False)

    @property
    def amount(self) -> str:
        """Of all of it, in the currency that it was written in."""
        return money(self.total, self.currency)


async def overwrite_invoices(session: AsyncSession, invoices: Sequence[InvoiceState]) -> None:
    """The workspace's invoices are these and, Stripe having told of the newest alone, older ones
    as they were."""
    workspace_id = workspace_of(session)
    gone = delete(BillingInvoice).where(
        BillingInvoice.workspace_id == workspace_id,
        BillingInvoice.id.not_in([each.id for each in invoices]),
    )
    if invoices:
        gone = gone.where(BillingInvoice.issued_at >= min(each.issued_at for each in invoices))
    await session.execute(gone)
    if not invoices:
        return
    statement = insert(BillingInvoice)
    values = [{"workspace_id": workspace_id, **asdict(each)} for each in invoices]
    changed = {name: statement.excluded[name] for name in values[0]}
    await session.execute(
        statement.values(values).on_conflict_do_update(
            index_elements=[BillingInvoice.id], set_=changed
        )
    )


async def list_invoices(session: AsyncSession) -> Sequence[BillingInvoice]:
    """The newest of the session's workspace; drafts are nobody's business yet."""
    found = await session.scalars(
        select(BillingInvoice)
        .where(
            BillingInvoice.workspace_id == workspace_of(session),
            BillingInvoice.status != "draft",
        )
        .order_by(BillingInvoice.issued_at.desc(), BillingInvoice.id.desc())
        .limit(SHOWN)
        .execution_options(populate_existing=True)
    )
    return found.all()
