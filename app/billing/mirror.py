"""Our copy of what Stripe says of a workspace's customer: overwritten whole, never corrected."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.grace import current_of, due_since, is_grace_over, keep_due_since
from app.billing.invoices import overwrite_invoices
from app.billing.overage_leave import end_leave
from app.billing.plan_notices import forget_told
from app.billing.plans import FREE, Plan, get_plan, set_plan, workspace_plan
from app.billing.stripe_models import BillingCustomer, BillingSubscription
from app.billing.stripe_values import CustomerState, SubscriptionState
from app.db.base import now
from app.db.tenancy import workspace_of
from app.workspaces.audit import record
from app.workspaces.models import Workspace

_COLUMNS = [each.name for each in fields(SubscriptionState)]


async def find_workspace(
    session: AsyncSession, customer_id: str, state: CustomerState | None
) -> UUID | None:
    """Whose customer this is. One that we do not know, but that names a workspace of ours which has
    no other, becomes that one's: the answer to our own request may have been lost."""
    known = await session.scalar(
        select(BillingCustomer.workspace_id).where(BillingCustomer.stripe_id == customer_id)
    )
    if known is not None or state is None or state.is_deleted:
        return known
    try:
        workspace_id = UUID(state.workspace_id)
    except ValueError:
        return None
    if await session.scalar(select(Workspace.id).where(Workspace.id == workspace_id)) is None:
        return None
    return workspace_id if await keep_customer(session, workspace_id, customer_id) else None


async def keep_customer(session: AsyncSession, workspace_id: UUID, customer_id: str) -> bool:
    """The workspace has this customer; False, and nothing changes, if it has another one."""
    kept = await session.scalar(
        insert(BillingCustomer)
        .values(workspace_id=workspace_id, stripe_id=customer_id)
        .on_conflict_do_update(
            index_elements=[BillingCustomer.workspace_id],
            set_={"stripe_id": customer_id, "is_deleted": False, "checked_at": None},
            where=BillingCustomer.is_deleted | (BillingCustomer.stripe_id == customer_id),
        )
        .returning(BillingCustomer.stripe_id)
    )
    return kept == customer_id


async def overwrite(session: AsyncSession, state: CustomerState) -> bool:
    """The session's workspace is as Stripe says; whether that is anything new."""
    before = await list_subscriptions(session)
    workspace_id = workspace_of(session)
    customer = {
        "is_deleted": state.is_deleted,
        "card_brand": state.card_brand,
        "card_last4": state.card_last4,
        "credit_cents": state.credit_cents,
        "checked_at": now(),
    }
    if any(each.trial_end for each in state.subscriptions):
        customer["had_trial"] = True
    await session.execute(
        update(BillingCustomer)
        .where(BillingCustomer.workspace_id == workspace_id)
        .values(**customer)
    )
    await session.execute(
        delete(BillingSubscription).where(
            BillingSubscription.workspace_id == workspace_id,
            BillingSubscription.id.not_in([each.id for each in state.subscriptions]),
        )
    )
    for each in state.subscriptions:
        values = asdict(each)
        await session.execute(
            insert(BillingSubscription)
            .values(workspace_id=workspace_id, **values)
            .on_conflict_do_update(index_elements=[BillingSubscription.id], set_=values)
        )
    await overwrite_invoices(session, state.invoices)
    since = await keep_due_since(session, state.subscriptions)
    if current_of(state.subscriptions) is None:
        # Of another subscription, bought some day, nobody has said that more may be charged.
        await end_leave(session, None, by="stripe")
    plan = plan_of(state.subscriptions, since, now())
    held, limits = await workspace_plan(session)
    if (held, limits) != (plan, plan.limits):
        await set_plan(session, plan)
    if held != plan:
        await forget_told(session)
        was = {"plan": held.name}
        await record(session, None, "plan.told", thing=plan.name, before=was, by="stripe")
    return before != state.subscriptions


async def list_subscriptions(session: AsyncSession) -> tuple[SubscriptionState, ...]:
    """Those of the session's workspace, ended ones too, by their ids."""
    rows = await session.scalars(
        select(BillingSubscription)
        .where(BillingSubscription.workspace_id == workspace_of(session))
        .order_by(BillingSubscription.id)
        .execution_options(populate_existing=True)
    )
    return tuple(sorted((state_of(row) for row in rows), key=lambda each: each.id))


def state_of(row: BillingSubscription) -> SubscriptionState:
    return SubscriptionState(**{name: getattr(row, name) for name in _COLUMNS})


def plan_of(
    subscriptions: Iterable[SubscriptionState], due_since: datetime | None, moment: datetime
) -> Plan:
    """The plan that these give at this moment, where plans are sold. One that has not been paid
    for so long that its grace is over gives none."""
    current = current_of(subscriptions, only_paid=is_grace_over(due_since, moment))
    return FREE if current is None else get_plan(current.plan_key or "")


async def plan_now(session: AsyncSession) -> Plan:
    """The plan of the session's workspace, where plans are sold."""
    return plan_of(await list_subscriptions(session), await due_since(session), now())
