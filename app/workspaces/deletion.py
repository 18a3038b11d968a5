"""The end of a workspace: what goes with it, and its going.

It stands below campaigns and facecams and may not import them; it counts their tables by name.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import REMOVE_MEDIA, SEND_LETTER
from app.workspaces.members import lock_ownership
from app.workspaces.models import Workspace

# A workspace may hold a million leads; other statements must not take so long.
DELETE_TIMEOUT_MS = 600_000


@dataclass(frozen=True)
class Contents:
    """How much goes with a workspace."""

    campaigns: int
    leads: int
    facecams: int
    members: int


async def count_contents(session: AsyncSession) -> Contents:
    """What the session's workspace holds now."""
    row = await session.execute(
        text(
            "select"
            " (select count(*) from campaigns where workspace_id = :id and deleted_at is null),"
            " (select count(*) from leads where workspace_id = :id),"
            " (select count(*) from facecams where workspace_id = :id),"
            " (select count(*) from memberships where workspace_id = :id)"
        ),
        {"id": workspace_of(session)},
    )
    return Contents(*row.one())


async def delete_workspace(session: AsyncSession, workspace: Workspace, owner: User) -> None:
    """The workspace and every row of it are gone; its media will be, and the owner gets a letter.

    All foreign keys to it cascade, so no table can be forgotten. Raises Conflict when it has
    another owner by now.
    """
    await lock_ownership(session, owner)
    await session.execute(text(f"set local statement_timeout = {DELETE_TIMEOUT_MS}"))
    await session.execute(
        text("delete from workspaces where id = :id"), {"id": workspace_of(session)}
    )
    session.expunge_all()
    defer(session, REMOVE_MEDIA, prefix=f"workspaces/{workspace.id}")
    defer(
        session,
        SEND_LETTER,
        letter="workspace_deleted",
        to=owner.email,
        context={"workspace_name": workspace.name},
    )
