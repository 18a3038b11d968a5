"""Workspaces and who belongs to them: found by address and person, made, and written of."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, with_expression

from app.accounts.acting import staff_of
from app.accounts.models import User
from app.db.base import new_id
from app.db.tenancy import enter_workspace, workspace_of
from app.errors import LoomliteError
from app.workspaces.audit import record
from app.workspaces.models import Activity, Membership, Workspace
from app.workspaces.notice_models import Notice
from app.workspaces.slugs import slug_candidates

# Said on every page, so it costs no statement of its own.
_UNREAD = (
    select(func.count(type_=Integer))
    .where(
        Notice.workspace_id == Membership.workspace_id,
        Notice.user_id == Membership.user_id,
        Notice.read_at.is_(None),
    )
    .correlate(Membership)
    .scalar_subquery()
)


class SlugTaken(LoomliteError):
    """Another workspace has this address."""

    def __init__(self) -> None:
        super().__init__("This address is taken. Choose another one.")


async def create_workspace(session: AsyncSession, owner: User, name: str, slug: str) -> Workspace:
    """A workspace with its owner; the session has entered it. Raises SlugTaken."""
    workspace = Workspace(id=new_id(), name=name, slug=slug)
    await enter_workspace(session, workspace.id)
    try:
        async with session.begin_nested():
            session.add(workspace)
    except IntegrityError:
        raise SlugTaken from None
    session.add(Membership(workspace_id=workspace.id, user_id=owner.id, role="owner"))
    await record_activity(session, owner, "workspace.created", workspace.id, name)
    await record(session, owner, "workspace.created", after={"name": name, "slug": slug})
    return workspace


async def create_workspace_somewhere(session: AsyncSession, owner: User, name: str) -> Workspace:
    """The same at an address made from the name: acme, acme-2, acme-3 and so on."""
    for slug in slug_candidates(name):
        with suppress(SlugTaken):
            return await create_workspace(session, owner, name, slug)
    raise SlugTaken


async def find_membership(session: AsyncSession, user_id: UUID, slug: str) -> Membership | None:
    """This person's membership in the workspace of this address, with the workspace loaded and
    the unread notices counted."""
    return await session.scalar(
        select(Membership)
        .join(Membership.workspace)
        .options(
            joinedload(Membership.workspace), with_expression(Membership.unread_notices, _UNREAD)
        )
        .where(Membership.user_id == user_id, Workspace.slug == slug)
    )


async def list_memberships(session: AsyncSession, user_id: UUID) -> list[Membership]:
    """All of this person's memberships with their workspaces, by name."""
    rows = await session.scalars(
        select(Membership)
        .join(Membership.workspace)
        .options(joinedload(Membership.workspace))
        .where(Membership.user_id == user_id)
        .order_by(Workspace.name, Workspace.slug)
    )
    return list(rows)


async def record_activity(
    session: AsyncSession,
    person: User | None,
    verb: str,
    thing_id: UUID | None,
    thing_name: str,
    **details: Any,
) -> None:
    """Writes a line of the workspace's feed; `verb` is noun.past_verb, such as campaign.created.
    What staff do as a member says so."""
    if staff_of(session):
        details["by_staff"] = True
    session.add(
        Activity(
            workspace_id=workspace_of(session),
            user_id=person.id if person else None,
            verb=verb,
            thing_id=thing_id,
            thing_name=thing_name[:200],
            details=details,
        )
    )
    await session.flush()
