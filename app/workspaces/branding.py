"""How a workspace is called, where it is and what it looks like; it reads no uploaded bytes."""

import tempfile
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.db.base import new_id
from app.db.session import defer
from app.jobs.catalogue import REMOVE_MEDIA
from app.storage.disk import in_thread
from app.storage.interface import Storage
from app.workspaces.audit import record
from app.workspaces.models import Workspace
from app.workspaces.service import SlugTaken, record_activity

LOGO_PX = 512  # drawn at 160 px at most, sharp on a screen of three pixels per point


async def rename_workspace(
    session: AsyncSession, workspace: Workspace, person: User, name: str
) -> None:
    """The workspace has this name; the feed says so."""
    if workspace.name != name:
        before, workspace.name = {"name": workspace.name}, name
        await record_activity(session, person, "workspace.renamed", workspace.id, name)
        await record(session, person, "workspace.renamed", before=before, after={"name": name})


async def move_workspace(
    session: AsyncSession, workspace: Workspace, person: User, slug: str
) -> None:
    """The workspace is at this address, its former one is free. Raises SlugTaken."""
    if workspace.slug == slug:
        return
    former = workspace.slug
    try:
        async with session.begin_nested():
            workspace.slug = slug
    except IntegrityError:
        # The rollback forgot what was read of it, and the page shows it again.
        await session.refresh(workspace)
        raise SlugTaken from None
    await record_activity(session, person, "workspace.moved", workspace.id, slug, former=former)
    was, is_now = {"slug": former}, {"slug": slug}
    await record(session, person, "workspace.moved", before=was, after=is_now)


async def set_colours(
    session: AsyncSession, workspace: Workspace, person: User, accent: str, background: str
) -> None:
    """The workspace has these colours, and its landing pages where they have none of their own."""
    before = {"accent": workspace.accent, "background": workspace.background}
    after = {"accent": accent, "background": background}
    if before != after:
        workspace.accent, workspace.background = accent, background
        await record(session, person, "workspace.colours_set", before=before, after=after)


async def set_logo(
    session: AsyncSession, storage: Storage, workspace: Workspace, webp: bytes
) -> None:
    """The picture is the workspace's logo; the earlier one will be removed.

    Raises StorageFull.
    """
    # A folder of its own: the key is also the picture's version, and is removed as a whole.
    key = f"workspaces/{workspace.id}/logos/{new_id()}/logo.webp"
    draft = await in_thread(_draft_of, webp)
    try:
        await storage.put_file(key, draft, "image/webp")
    finally:
        await in_thread(draft.unlink)
    remove_logo(session, workspace)
    workspace.logo_key = key
    await session.flush()


def remove_logo(session: AsyncSession, workspace: Workspace) -> None:
    """The workspace has no logo; its file will be removed."""
    if workspace.logo_key is not None:
        defer(session, REMOVE_MEDIA, prefix=workspace.logo_key.rpartition("/")[0])
        workspace.logo_key = None


def _draft_of(data: bytes) -> Path:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(data)
    return Path(file.name)
