"""Who asks Stripe for a customer: one at a time, by a lease in a row that nobody waits for.

The holder fetches without a transaction, and keeps the answer only while the lease is still its
own: so an older answer never follows a newer one. Sessions must see every workspace.
"""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.stripe_models import CustomerLease
from app.db.base import now

# Longer than the job of it may take: whoever is still at it then has died.
HELD_FOR = timedelta(seconds=150)
# Clocks of machines differ, and who waited for the row had read its own before. A lease that ends
# later than that is of a clock that was ahead.
OFF_BY = timedelta(seconds=10)


async def take_lease(session: AsyncSession, customer_id: str) -> UUID | None:
    """The token of a lease that is ours now; None while somebody else has one."""
    moment, token = now(), uuid4()
    values = {"token": token, "until": moment + HELD_FOR}
    taken: UUID | None = await session.scalar(
        insert(CustomerLease)
        .values(customer_id=customer_id, **values)
        .on_conflict_do_update(
            index_elements=[CustomerLease.customer_id],
            set_=values,
            where=or_(
                CustomerLease.until < moment,
                CustomerLease.until > moment + HELD_FOR + OFF_BY,
            ),
        )
        .returning(CustomerLease.token)
    )
    return taken


async def hold_lease(session: AsyncSession, customer_id: str, token: UUID) -> bool:
    """Whether it is ours still; then nobody takes it before the transaction ends."""
    held = await session.scalar(
        update(CustomerLease)
        .where(CustomerLease.customer_id == customer_id, CustomerLease.token == token)
        .values(until=now() + HELD_FOR)
        .returning(CustomerLease.token)
    )
    return held is not None


async def drop_lease(session: AsyncSession, customer_id: str, token: UUID) -> None:
    """It is not ours any more, if it was."""
    await session.execute(
        delete(CustomerLease).where(
            CustomerLease.customer_id == customer_id, CustomerLease.token == token
        )
    )
