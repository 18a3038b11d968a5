"""At Stripe, after a workspace is handed over: receipts go to who owns it now."""

from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.billing.purchases import find_customer
from app.billing.stripe_purchases import Purchases
from app.jobs.services import Services
from app.workspaces.models import Membership


async def follow_owner(services: Services, *, workspace_id: str, former_id: str) -> None:
    """The customer has the owner's address where it had the former one's. Raises StripeFailed for
    another try."""
    if services.stripe is None:
        return
    workspace = UUID(workspace_id)
    async with services.database.session(workspace_id=workspace) as session:
        customer = await find_customer(session)
        former = await session.get(User, UUID(former_id))
        owner = await session.scalar(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.workspace_id == workspace, Membership.role == "owner")
        )
    if customer is None or customer.is_deleted or former is None or owner is None:
        return
    await Purchases(services.stripe).change_email(customer.stripe_id, former.email, owner.email)
