"""Removes stored files that no row names: of crashed uploads, and of rows that are gone.

A file is stored before its row names it, so only one that is older than a day or so is judged.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database
from app.jobs.cleanup.freed import Freed
from app.jobs.cleanup.stored_names import ENDED, Place, find_unnamed
from app.renders.models import Render
from app.settings import Settings
from app.storage.interface import Storage, StoredFile

KIND = "files that nothing names"
ROOTS = ("workspaces", "people")
AT_ONCE = 500


async def clean_orphans(
    database: Database, storage: Storage, settings: Settings, *, dry_run: bool
) -> Freed:
    """Stored files that nothing names are gone when they are old enough."""
    before = datetime.now(UTC) - timedelta(hours=settings.cleanup_orphan_hours)
    count = freed_bytes = 0
    async for portion in _portions(storage, before):
        async with database.session(every_workspace=True) as session:
            unnamed = await _hold_unnamed(session, await find_unnamed(session, portion))
            for place in unnamed:
                if not dry_run:
                    await storage.delete(place.key)
                count += 1
                freed_bytes += portion[place.key].size_bytes
    return Freed(KIND, count, freed_bytes)


async def _portions(storage: Storage, before: datetime) -> AsyncIterator[dict[str, StoredFile]]:
    """The files that are old enough to be judged, by their keys, some at a time."""
    portion: dict[str, StoredFile] = {}
    for root in ROOTS:
        async for file in storage.list(root):
            if file.modified_at < before:
                portion[file.key] = file
            if len(portion) == AT_ONCE:
                yield portion
                portion = {}
    if portion:
        yield portion


async def _hold_unnamed(session: AsyncSession, unnamed: list[Place]) -> list[Place]:
    """Without those of videos that have begun again since.

    The others' rows are locked until the transaction ends: a video that is tried again may find its
    file stored already, and must not name it while it goes.
    """
    of_renders = {each.thing_id for each in unnamed if each.kind == "renders"} - {None}
    known: set[UUID] = set(
        await session.scalars(select(Render.id).where(Render.id.in_(of_renders)))
    )
    held: set[UUID] = set(
        await session.scalars(
            select(Render.id)
            .where(Render.id.in_(of_renders), Render.state.in_(ENDED))
            .with_for_update(skip_locked=True)
        )
    )
    return [each for each in unnamed if each.kind != "renders" or each.thing_id not in known - held]
