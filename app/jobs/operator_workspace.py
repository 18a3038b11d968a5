"""One team's workspace for those who run the service: how it stands, and what they do to it.

Each act enters that workspace, is recorded in its audit log as staff's, and gives a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.acting import act_as_staff
from app.billing.ledger_lock import lock_ledger
from app.billing.mirror import list_subscriptions
from app.billing.models import UsageEntry
from app.billing.payment_state import PaymentState, payment_state
from app.billing.standing import Standing, standing_of
from app.billing.stripe_models import BillingCustomer
from app.billing.stripe_values import SubscriptionState
from app.billing.usage import Usage, credit, used_now
from app.db.session import Database
from app.renders.leases import wake_dispatchers
from app.renders.plan_wait import let_in
from app.web.refusals import NotFound
from app.workspaces.audit import record
from app.workspaces.audit_log import AuditLine, WantedEntries, list_entries
from app.workspaces.members import list_members
from app.workspaces.models import Membership, Workspace
from app.workspaces.suspension import resume_workspace, suspend_workspace

log = structlog.get_logger()

CREDITS_SHOWN, ENTRIES_SHOWN = 10, 10
MINUTE_S = 60


@dataclass(frozen=True)
class WorkspaceFacts:
    """`subscriptions` are all there ever were, the latest first; `credits` and `entries` the latest
    of them."""

    workspace: Workspace
    standing: Standing
    used: Usage
    payment: PaymentState
    customer: BillingCustomer | None
    subscriptions: Sequence[SubscriptionState]
    members: Sequence[Membership]
    credits: Sequence[UsageEntry]
    entries: Sequence[AuditLine]


async def read_workspace(database: Database, workspace_id: UUID) -> WorkspaceFacts:
    """All of it as of now. Raises NotFound."""
    async with database.session(workspace_id=workspace_id) as session:
        workspace = await _get(session, workspace_id)
        standing = await standing_of(session)
        bought = await list_subscriptions(session)
        given = select(UsageEntry).where(UsageEntry.kind == "adjust")
        given = given.order_by(UsageEntry.created_at.desc()).limit(CREDITS_SHOWN)
        return WorkspaceFacts(
            workspace=workspace,
            standing=standing,
            used=await used_now(session, standing.period.start),
            payment=await payment_state(session, bought),
            customer=await session.get(BillingCustomer, workspace_id),
            subscriptions=sorted(bought, key=lambda each: each.started_at, reverse=True),
            members=await list_members(session),
            credits=list(await session.scalars(given)),
            entries=await list_entries(session, WantedEntries(), at_most=ENTRIES_SHOWN),
        )


async def credit_found(
    database: Database,
    workspace_id: UUID,
    *,
    videos: int,
    minutes: float,
    reason: str,
    staff_id: UUID,
) -> int:
    """The workspace has so much more of its plan in this period; how many videos go on by it.
    Raises NotFound."""
    async with database.session(workspace_id=workspace_id) as session:
        await _get(session, workspace_id)
        act_as_staff(session, staff_id)
        await lock_ledger(session)
        seconds = minutes * MINUTE_S
        await credit(session, videos=videos, seconds=seconds, reason=reason, actor_id=staff_id)
        given = {name: count for name, count in (("videos", videos), ("minutes", minutes)) if count}
        await record(session, None, "billing.credited", after=given, reason=reason)
        gone_on = await let_in(session)
    log.info("workspace.credited", by=str(staff_id), workspace_id=str(workspace_id), **given)
    return gone_on


async def suspend_found(
    database: Database, workspace_id: UUID, *, reason: str, staff_id: UUID | None
) -> None:
    """Its people see the reason and nothing else. Raises NotFound, Conflict."""
    async with database.session(workspace_id=workspace_id) as session:
        await _get(session, workspace_id)
        act_as_staff(session, staff_id)
        await suspend_workspace(session, reason)
    log.info("workspace.suspended", by=str(staff_id), workspace_id=str(workspace_id))


async def resume_found(
    database: Database, workspace_id: UUID, *, reason: str, staff_id: UUID | None
) -> None:
    """It goes on where it was. Raises NotFound, Conflict."""
    async with database.session(workspace_id=workspace_id) as session:
        await _get(session, workspace_id)
        act_as_staff(session, staff_id)
        await resume_workspace(session, reason)
        await wake_dispatchers(session)
    log.info("workspace.resumed", by=str(staff_id), workspace_id=str(workspace_id))


async def _get(session: AsyncSession, workspace_id: UUID) -> Workspace:
    workspace = await session.get(Workspace, workspace_id)
    if workspace is None:
        raise NotFound
    return workspace
