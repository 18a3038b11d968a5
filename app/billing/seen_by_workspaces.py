"""What a workspace's own pages know of its plan, which they do not know themselves."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.billing.end_of_workspace import why_kept
from app.billing.mirror import list_subscriptions
from app.billing.overage_leave import end_leave
from app.billing.plan_fits import Need, Offer, offer_for
from app.billing.plans import Plan, workspace_plan
from app.billing.purchases import find_customer
from app.db.session import defer
from app.jobs.catalogue import CLOSE_CUSTOMER, FOLLOW_OWNER


@dataclass(frozen=True)
class PlanOfWorkspace:
    """See app/workspaces/plan_seen.py."""

    plan: Plan

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def seats(self) -> int | None:
        return self.plan.seats

    @property
    def has_api(self) -> bool:
        return self.plan.api

    def offer(self, *, seats: int = 0, api: bool = False) -> Offer | None:
        return offer_for(self.plan, Need(seats=seats, api=api))


class SeenByWorkspaces:
    """Provided as `plans`."""

    async def read(self, session: AsyncSession) -> PlanOfWorkspace:
        plan, _ = await workspace_plan(session)
        return PlanOfWorkspace(plan)

    async def why_kept(self, session: AsyncSession) -> str:
        return why_kept(await list_subscriptions(session))

    async def close(self, session: AsyncSession) -> None:
        customer = await find_customer(session)
        if customer is not None and not customer.is_deleted:
            defer(session, CLOSE_CUSTOMER, customer_id=customer.stripe_id)

    async def change_owner(self, session: AsyncSession, person: User) -> None:
        await end_leave(session, person)
        customer = await find_customer(session)
        if customer is not None and not customer.is_deleted:
            workspace_id = str(customer.workspace_id)
            defer(session, FOLLOW_OWNER, workspace_id=workspace_id, former_email=person.email)


def provide_plans() -> SeenByWorkspaces:
    return SeenByWorkspaces()
