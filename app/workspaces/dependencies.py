"""What handlers of a workspace ask for by name: the member who asks; strangers find nothing."""

from litestar.di import NamedDependency

from app.accounts.dependencies import Person, Session, ended_on_refusal
from app.db.tenancy import enter_workspace
from app.web.pages import AnyRequest, state_of
from app.web.refusals import NotAllowed, NotFound
from app.workspaces.models import Membership
from app.workspaces.plan_seen import PlansSeen
from app.workspaces.service import find_membership
from app.workspaces.suspension import OPEN_TO_OWNERS, WorkspaceSuspended

Member = NamedDependency[Membership]
Plans = NamedDependency[PlansSeen]


async def provide_member(request: AnyRequest, session: Session, person: Person) -> Membership:
    """The signed-in person's membership in the workspace of this host; the session enters it.

    Raises NotFound (404, never 403) for a stranger and for an address that no workspace has,
    WorkspaceSuspended for a member unless it is staff who act as them, or its owner who looks at
    what it pays or ends that.
    """
    slug = state_of(request)["workspace_slug"]
    async with ended_on_refusal(session):
        member = await find_membership(session, person.id, slug) if slug else None
        if member is None:
            raise NotFound
        if member.workspace.suspended_at and not _is_open(request, member):
            raise WorkspaceSuspended(member.workspace, is_owner=member.is_owner)
        await enter_workspace(session, member.workspace_id)
    state_of(request)["member"] = member
    return member


def _is_open(request: AnyRequest, member: Membership) -> bool:
    """Whether what is asked for of a suspended workspace is there all the same."""
    if state_of(request)["acting"]:
        return True
    return member.is_owner and str(request.route_handler.name) in OPEN_TO_OWNERS


def require_manager(member: Membership) -> None:
    """Raises NotAllowed unless the member is an owner or an admin."""
    if not member.can_manage:
        raise NotAllowed("Only owners and admins of this workspace can do this.")


def require_owner(member: Membership) -> None:
    """Raises NotAllowed unless the member owns the workspace."""
    if not member.is_owner:
        raise NotAllowed("Only the owner of this workspace can do this.")
