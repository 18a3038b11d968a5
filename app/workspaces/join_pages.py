"""Joining a workspace by invitation, on the app's own host; a stranger sees what the letter said.

The link's token shows the invitation to whoever holds the letter. Signing in on the way needs none:
after that the person's own proved address finds the invitation, so the token is neither in the
sign-in's way back nor in a queue.
"""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.dependencies import Person, Session
from app.accounts.own_host import own_host_only
from app.templating import with_query
from app.web.pages import Answer, AnyRequest, page, path_for, see_other, settings_of, state_of
from app.workspaces.dependencies import Plans
from app.workspaces.invitations import (
    InvitationNoLongerWorks,
    OpenInvitation,
    accept_invitation,
    read_invitation,
    read_invitation_for,
)
from app.workspaces.service import list_memberships


@get("/join/{workspace_id:uuid}/{token:str}", name="join.letter")
async def join_letter_page(
    request: AnyRequest, session: Session, workspace_id: FromPath[UUID], token: FromPath[str]
) -> Answer:
    """Who invites whom to what; scanners open the links of letters, so nothing happens yet."""
    try:
        invitation = await read_invitation(session, workspace_id, token)
    except InvitationNoLongerWorks as refusal:
        return await _over(request, session, workspace_id, refusal)
    return _join_page(request, invitation)


@get("/join/{workspace_id:uuid}", name="join.page")
async def join_page(
    request: AnyRequest, session: Session, person: Person, workspace_id: FromPath[UUID]
) -> Answer:
    """The same for a person who has signed in with the invited address."""
    if not person.name:
        here = path_for(request, "join.page", workspace_id=workspace_id)
        return see_other(with_query(path_for(request, "welcome.page"), next=here))
    try:
        invitation = await read_invitation_for(session, workspace_id, person)
    except InvitationNoLongerWorks as refusal:
        return await _over(request, session, workspace_id, refusal)
    return _join_page(request, invitation)


@post("/join/{workspace_id:uuid}", name="join.accept")
async def join_accept(
    request: AnyRequest,
    session: Session,
    person: Person,
    plans: Plans,
    workspace_id: FromPath[UUID],
) -> Answer:
    workspace = await accept_invitation(session, plans, workspace_id, person)
    return see_other(settings_of(request).workspace_url(workspace.slug) + "/enter")


def _join_page(request: AnyRequest, invitation: OpenInvitation) -> Template:
    person = state_of(request)["person"]
    here = path_for(request, "join.page", workspace_id=invitation.workspace.id)
    return page(
        "workspaces/join_page.html",
        invitation=invitation,
        accept_path=here,
        sign_in_path=with_query(path_for(request, "sign_in.page"), next=here),
        is_invited=person is not None and person.email == invitation.email,
    )


async def _over(
    request: AnyRequest, session: Session, workspace_id: UUID, refusal: InvitationNoLongerWorks
) -> Answer:
    """A used link leads a member to the workspace; anybody else is told."""
    person = state_of(request)["person"]
    for each in await list_memberships(session, person.id) if person else ():
        if each.workspace_id == workspace_id:
            return see_other(settings_of(request).workspace_url(each.workspace.slug) + "/enter")
    return page("workspaces/join_over_page.html", status=404, text=str(refusal))


join_router = Router(
    "/", before_request=own_host_only, route_handlers=[join_letter_page, join_page, join_accept]
)
