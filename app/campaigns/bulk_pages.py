"""Actions on one or several campaigns, each with its way back in a toast."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from litestar import Router, post
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Person, Session
from app.accounts.models import User
from app.campaigns.bulk import NothingChosen, TooManyChosen, named, read_choice, written_choice
from app.campaigns.duplicate import duplicate_campaigns
from app.campaigns.lifecycle import (
    archive_campaigns,
    delete_campaigns,
    restore_campaigns,
    unarchive_campaigns,
)
from app.templating import with_query
from app.web.pages import Answer, AnyRequest, flash, path_for, safe_next_path, see_other
from app.workspaces.dependencies import Member

Act = Callable[[AsyncSession, User, list[UUID]], Awaitable[list[str]]]


@post("/campaigns/archive", name="campaigns.archive")
async def campaigns_archive(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    undo = "campaigns.unarchive"
    return await _act(request, session, person, archive_campaigns, "Archived {}.", undo)


@post("/campaigns/unarchive", name="campaigns.unarchive")
async def campaigns_unarchive(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    said, undo = "Took {} out of the archive.", "campaigns.archive"
    return await _act(request, session, person, unarchive_campaigns, said, undo)


@post("/campaigns/delete", name="campaigns.delete")
async def campaigns_delete(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    """Deleted ones can be taken back for a week."""
    undo = "campaigns.restore"
    return await _act(request, session, person, delete_campaigns, "Deleted {}.", undo)


@post("/campaigns/restore", name="campaigns.restore")
async def campaigns_restore(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    return await _act(request, session, person, restore_campaigns, "Restored {}.")


@post("/campaigns/duplicate", name="campaigns.duplicate_chosen")
async def campaigns_duplicate(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    said, undo = "Duplicated {}, without leads.", None
    return await _act(request, session, person, duplicate_campaigns, said, undo)


async def _act(
    request: AnyRequest,
    session: AsyncSession,
    person: User,
    act: Act,
    said: str,
    undo_route: str | None = None,
) -> Answer:
    """Acts on the campaigns that query or form name in `ids`; then on to `next`."""
    form = await request.form()
    texts = [*request.query_params.getall("ids", []), *form.getall("ids", [])]
    asked = form.get("next") or request.query_params.get("next")
    back = safe_next_path(asked) if asked else path_for(request, "campaigns.list")
    try:
        chosen = read_choice(text for text in texts if isinstance(text, str))
    except (NothingChosen, TooManyChosen) as refusal:
        return flash(see_other(back), "warn", str(refusal))
    names = await act(session, person, chosen)
    undo_path = None
    if undo_route is not None:
        undo_path = with_query(path_for(request, undo_route), ids=written_choice(chosen), next=back)
    return flash(see_other(back), "good", said.format(named(names)), undo_path=undo_path)


bulk_router = Router(
    "/",
    route_handlers=[
        campaigns_archive,
        campaigns_unarchive,
        campaigns_delete,
        campaigns_restore,
        campaigns_duplicate,
    ],
)
