"""At Stripe, after a workspace is handed over or its owner has another address: receipts follow."""

from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.billing.purchases import find_customer
from app.billing.stripe_purchases import Purchases
from app.jobs.services import Services
from app.workspaces.models import Membership
from app.workspaces.service import list_memberships


async def follow_owner(services: Services, *, workspace_id: str, former_email: str) -> None:
    """The customer has the owner's address where it had the former one. Raises StripeFailed for
    another try."""
    if services.stripe is None:
        return
    workspace = UUID(workspace_id)
    async with services.database.session(workspace_id=workspace) as session:
        customer = await find_customer(session)
        owner = await session.scalar(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.workspace_id == workspace, Membership.role == "owner")
        )
    if customer is None or customer.is_deleted or owner is None:
        return
    await Purchases(services.stripe).change_email(customer.stripe_id, former_email, owner.email)


async def follow_address(services: Services, *, user_id: str, former_email: str) -> None:
    """The same for each workspace of an owner whose address is another one now."""
    person_id = UUID(user_id)
    async with services.database.session(user_id=person_id) as session:
        owned = [
            each.workspace_id
            for each in await list_memberships(session, person_id)
            if each.role == "owner"
        ]
    for workspace_id in owned:
        await follow_owner(services, workspace_id=str(workspace_id), former_email=former_email)
