"""Where staff who act as somebody stop doing so; and what a suspended workspace's people see."""

from litestar import Router, post

from app.accounts.acting import Acting, end_acting
from app.accounts.dependencies import Person, Session
from app.accounts.session_cookie import delete_session_cookie
from app.web.pages import Answer, AnyRequest, page, see_other, settings_of, state_of
from app.web.refusals import NotFound
from app.workspaces.audit import record
from app.workspaces.dependencies import Member
from app.workspaces.suspension import WorkspaceSuspended


@post("/acting/end", name="acting.end")
async def acting_end(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    """The staff's own browser goes back to the staff's page of this workspace."""
    acting: Acting | None = state_of(request)["acting"]
    if acting is None:
        raise NotFound
    await record(session, None, "staff.acting_ended", about=person)
    await end_acting(session, acting.session_id)
    settings = settings_of(request)
    response = see_other(f"{settings.base_url}/staff/workspaces/{member.workspace_id}")
    delete_session_cookie(response, settings)
    return response


def suspended_page(request: AnyRequest, error: WorkspaceSuspended) -> Answer:
    """The answer to whatever a member of it asks for."""
    settings = settings_of(request)
    return page(
        "workspaces/suspended_page.html",
        status=error.status,
        name=error.name,
        reason=error.reason,
        support_email=settings.support_email,
        pays_here=error.is_owner and settings.sells,
        workspaces_url=f"{settings.base_url}/workspaces",
    )


acting_router = Router("/", route_handlers=[acting_end])
