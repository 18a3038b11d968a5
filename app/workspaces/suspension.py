"""A workspace that whoever runs the service has suspended, and one that goes on again.

Its people see why and whom to write to, and nothing else; what waits to be made waits on. Only its
owner still reaches what it pays, to look at that and to end it: who cannot use it need not pay on.

Nothing is deleted, and landing pages stay open: the people who were sent a link have done nothing,
and a dead link would be all they ever see of the team. What must not be shown is revoked link by
link.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import now
from app.db.tenancy import workspace_of
from app.web.refusals import Conflict, WebRefusal
from app.workspaces.audit import record
from app.workspaces.models import Workspace

# By the names of routes: none of them buys anything, or more than there is.
OPEN_TO_OWNERS = frozenset(
    f"billing.{act}"
    for act in ("page", "look", "cancel", "make_cancel", "keep", "portal", "back", "stop_overage")
)


class WorkspaceSuspended(WebRefusal):
    """Every page of a suspended workspace, for its people."""

    status = 403

    def __init__(self, workspace: Workspace, *, is_owner: bool = False) -> None:
        self.name = workspace.name
        self.is_owner = is_owner
        self.reason = workspace.suspended_reason
        super().__init__(f"{workspace.name} is suspended. {workspace.suspended_reason}")


async def suspend_workspace(session: AsyncSession, reason: str) -> Workspace:
    """The session's workspace is suspended, for a reason that its people read. Raises Conflict when
    it is so already."""
    workspace = await _get_locked(session)
    if workspace.suspended_at is not None:
        raise Conflict(f"{workspace.name} is suspended already.")
    workspace.suspended_at, workspace.suspended_reason = now(), reason
    await record(session, None, "workspace.suspended", reason=reason)
    return workspace


async def resume_workspace(session: AsyncSession, reason: str) -> Workspace:
    """The session's workspace goes on; whoever calls it wakes the dispatchers. Raises Conflict when
    it is not suspended."""
    workspace = await _get_locked(session)
    if workspace.suspended_at is None:
        raise Conflict(f"{workspace.name} is not suspended.")
    workspace.suspended_at, workspace.suspended_reason = None, ""
    await record(session, None, "workspace.resumed", reason=reason)
    return workspace


async def _get_locked(session: AsyncSession) -> Workspace:
    found = await session.scalars(
        select(Workspace)
        .where(Workspace.id == workspace_of(session))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one()
