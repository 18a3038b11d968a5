"""Workspaces of all teams, for those who run the service: found, with plan, payment and use.

It changes nothing. A page of them takes three statements, however many there are on it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Uuid,
    cast,
    column,
    exists,
    func,
    or_,
    select,
    values,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import DateTime

from app.accounts.models import User
from app.billing.grace import current_of
from app.billing.mirror import state_of
from app.billing.models import PlanLimits, UsageEntry
from app.billing.payment_state import PaymentState, state_of_payments
from app.billing.plans import Limits, Plan, get_plan, service_plan
from app.billing.standing import Period, period_of
from app.billing.stripe_models import BillingCustomer, BillingSubscription
from app.billing.stripe_values import SubscriptionState
from app.billing.usage import Usage
from app.db.base import now
from app.db.like import like_pattern
from app.db.session import Database
from app.web.refusals import NotFound
from app.workspaces.models import Membership, Workspace

NOTHING_BOUGHT = PaymentState("none", "Nothing was bought yet.")


@dataclass(frozen=True)
class WantedWorkspaces:
    """`words` are of its name, its address or a member's e-mail address; `plan` is a key; `how` is
    "suspended", "due" (a payment is) or "" for all."""

    words: str = ""
    plan: str = ""
    how: str = ""


@dataclass(frozen=True)
class FoundWorkspace:
    """A workspace as staff see it in a list; `used` is of its period, with what is reserved."""

    workspace_id: UUID
    slug: str
    name: str
    owner_email: str
    members: int
    made_at: datetime
    suspended_at: datetime | None
    plan: Plan
    limits: Limits
    payment: PaymentState
    period: Period
    used: Usage


async def list_workspaces(
    database: Database, wanted: WantedWorkspaces, *, at_most: int, before: UUID | None = None
) -> list[FoundWorkspace]:
    """The newest first; with `before` those made before that one."""
    async with database.session(every_workspace=True) as session:
        default = await service_plan(session)
        conditions = _conditions(wanted, default)
        if before is not None:
            conditions.append(Workspace.id < before)
        rows = (await session.execute(_query(conditions, at_most))).all()
        bought = await _bought(session, [row[0].id for row in rows])
        periods = {
            row[0].id: period_of(current_of(bought.get(row[0].id, ())), now()) for row in rows
        }
        used = await _used(session, periods)
    return [_found(row, default, bought, periods, used) for row in rows]


async def get_workspace_id(database: Database, slug: str) -> UUID:
    """Of the workspace at this address. Raises NotFound."""
    async with database.session(every_workspace=True) as session:
        found = await session.scalar(select(Workspace.id).where(Workspace.slug == slug.lower()))
    if found is None:
        raise NotFound(f"There is no workspace {slug}.")
    return found


def _query(conditions: Sequence[ColumnElement[bool]], at_most: int) -> Select[*tuple[Any, ...]]:
    members = select(func.count()).where(Membership.workspace_id == Workspace.id).scalar_subquery()
    owner = (
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.workspace_id == Workspace.id, Membership.role == "owner")
        .scalar_subquery()
    )
    return (
        select(Workspace, owner, members, PlanLimits, BillingCustomer.past_due_since)
        .outerjoin(PlanLimits, PlanLimits.workspace_id == Workspace.id)
        .outerjoin(BillingCustomer, BillingCustomer.workspace_id == Workspace.id)
        .where(*conditions)
        .order_by(Workspace.id.desc())
        .limit(at_most)
    )


def _conditions(wanted: WantedWorkspaces, default: Plan) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        pattern = like_pattern(wanted.words)
        belongs = exists().where(
            Membership.workspace_id == Workspace.id,
            Membership.user_id == User.id,
            User.email.ilike(pattern, escape="\\"),
        )
        names = (each.ilike(pattern, escape="\\") for each in (Workspace.slug, Workspace.name))
        conditions.append(or_(*names, belongs))
    if wanted.plan:
        conditions.append(func.coalesce(PlanLimits.plan_key, default.key) == wanted.plan)
    if wanted.how == "suspended":
        conditions.append(Workspace.suspended_at.is_not(None))
    if wanted.how == "due":
        conditions.append(BillingCustomer.past_due_since.is_not(None))
    return conditions


async def _bought(
    session: AsyncSession, workspace_ids: Sequence[UUID]
) -> Mapping[UUID, list[SubscriptionState]]:
    found: defaultdict[UUID, list[SubscriptionState]] = defaultdict(list)
    rows = select(BillingSubscription).where(BillingSubscription.workspace_id.in_(workspace_ids))
    for row in await session.scalars(rows):
        found[row.workspace_id].append(state_of(row))
    return found


async def _used(session: AsyncSession, periods: Mapping[UUID, Period]) -> Mapping[UUID, Usage]:
    """Of each its own period; whoever used nothing is left out."""
    if not periods:
        return {}
    begun = values(
        column("workspace_id", Uuid), column("start", DateTime(timezone=True)), name="begun"
    ).data([(workspace_id, period.start) for workspace_id, period in periods.items()])
    begins = cast(begun.c.start, DateTime(timezone=True))
    rows = await session.execute(
        select(UsageEntry.workspace_id, func.sum(UsageEntry.videos), func.sum(UsageEntry.seconds))
        .join(begun, cast(begun.c.workspace_id, Uuid) == UsageEntry.workspace_id)
        .where(or_(UsageEntry.counted_at.is_(None), UsageEntry.period_start == begins))
        .group_by(UsageEntry.workspace_id)
    )
    return {
        workspace_id: Usage(int(videos), float(seconds)) for workspace_id, videos, seconds in rows
    }


def _found(
    row: Row[Workspace, str | None, int, PlanLimits | None, datetime | None],
    default: Plan,
    bought: Mapping[UUID, list[SubscriptionState]],
    periods: Mapping[UUID, Period],
    used: Mapping[UUID, Usage],
) -> FoundWorkspace:
    workspace, owner_email, members, own, due_since = row
    subscriptions = bought.get(workspace.id, [])
    return FoundWorkspace(
        workspace_id=workspace.id,
        slug=workspace.slug,
        name=workspace.name,
        owner_email=owner_email or "",
        members=members,
        made_at=workspace.created_at,
        suspended_at=workspace.suspended_at,
        plan=get_plan(own.plan_key) if own else default,
        limits=_limits_of(own, default),
        payment=state_of_payments(subscriptions, due_since, now())
        if subscriptions
        else NOTHING_BOUGHT,
        period=periods[workspace.id],
        used=used.get(workspace.id, Usage(0, 0.0)),
    )


def _limits_of(own: PlanLimits | None, default: Plan) -> Limits:
    if own is None:
        return default.limits
    return Limits(own.concurrent_renders, own.videos_per_month, own.minutes_per_month)
