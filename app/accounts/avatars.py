"""A person's picture: kept in the storage under one key, shown to whom a handler allows."""

import tempfile
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.storage.disk import in_thread
from app.storage.interface import Storage

AVATAR_PX = 256


async def set_avatar(session: AsyncSession, storage: Storage, user: User, webp: bytes) -> None:
    """This is the person's picture from now on. `webp` comes from `app.web.images`."""
    # One key for all of a person's pictures: the earlier one is replaced, never left behind.
    key = f"people/{user.id}/avatar.webp"
    draft = await in_thread(_write_draft, webp)
    try:
        await storage.put_file(key, draft, "image/webp", move=True)
    finally:
        await in_thread(draft.unlink, missing_ok=True)
    user.avatar_key = key
    await session.flush()


async def remove_avatar(session: AsyncSession, storage: Storage, user: User) -> None:
    """The person is shown by their initials again."""
    key, user.avatar_key = user.avatar_key, None
    await session.flush()
    if key is not None:
        await storage.delete(key)


def _write_draft(content: bytes) -> Path:
    with tempfile.NamedTemporaryFile(suffix=".webp", delete=False) as draft:
        draft.write(content)
    return Path(draft.name)
