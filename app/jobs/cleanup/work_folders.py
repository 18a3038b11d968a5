"""Removes the working folders of videos that have ended, on this machine's disk.

Whether one has ended, and for how long, is the database's word and the database's clock.
"""

import asyncio
import contextlib
import fcntl
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import Database
from app.disk_sizes import size_on_disk
from app.jobs.cleanup.freed import Freed
from app.renders.models import Render
from app.settings import Settings
from app.storage.disk import in_thread

KIND = "working folders"
# Out of the way by one rename first: nobody meets a folder that is half gone.
GRAVE = ".removed-"
AT_ONCE = 200


async def clean_work_folders(database: Database, settings: Settings, *, dry_run: bool) -> Freed:
    """Folders of ended videos that are old enough are gone; those of videos under way stay."""
    folder = work_folder(settings)
    kept_for = {
        "completed": timedelta(hours=settings.cleanup_done_hours),
        "cancelled": timedelta(hours=settings.cleanup_done_hours),
        "failed": timedelta(days=settings.cleanup_failed_days),
    }
    graves = list(folder.glob(f"{GRAVE}*")) if folder.exists() else []
    for found in _by_portions(folder):
        async with database.session(every_workspace=True) as session:
            outlived = await _list_outlived(session, found, kept_for)
            free = [path for path in outlived if not _is_worked_in(path)]
            graves += free if dry_run else [_out_of_the_way(path) for path in free]
    sizes = await asyncio.gather(*(in_thread(size_on_disk, grave) for grave in graves))
    if not dry_run:
        for grave in graves:
            await in_thread(shutil.rmtree, grave, ignore_errors=True)
    return Freed(KIND, len(graves), sum(sizes))


def work_folder(settings: Settings) -> Path:
    """Where each video under way has a folder, named by its id."""
    return settings.work_folder / "renders"


def _by_portions(folder: Path) -> Iterator[dict[UUID, Path]]:
    found: dict[UUID, Path] = {}
    for path in sorted(folder.iterdir()) if folder.exists() else []:
        with contextlib.suppress(ValueError):  # a grave, or something of the operator's
            found[UUID(path.name)] = path
        if len(found) == AT_ONCE:
            yield found
            found = {}
    if found:
        yield found


async def _list_outlived(
    session: AsyncSession, found: dict[UUID, Path], kept_for: dict[str, timedelta]
) -> list[Path]:
    """Those whose video ended long enough ago, or is no more.

    Their rows are locked until the transaction ends: none begins anew while its folder goes.
    """
    rows = await session.execute(
        select(Render.id, Render.state, Render.ended_at, func.now())
        .where(Render.id.in_(found))
        .with_for_update(skip_locked=True)
    )
    known = set(await session.scalars(select(Render.id).where(Render.id.in_(found))))
    outlived = [
        found[render_id]
        for render_id, state, ended_at, now in rows
        if state in kept_for and _is_past(ended_at, now, kept_for[state])
    ]
    # Its workspace or campaign was deleted: only the disk still knows when it was worked on.
    oldest = time.time() - kept_for["completed"].total_seconds()
    return outlived + [
        path
        for render_id, path in found.items()
        if render_id not in known and path.stat().st_mtime < oldest
    ]


def _is_past(ended_at: datetime | None, now: datetime, kept_for: timedelta) -> bool:
    return ended_at is not None and now - ended_at >= kept_for


def _is_worked_in(path: Path) -> bool:
    """Whether a worker that was cut off from the database has not let go yet; see render_run.py."""
    with contextlib.suppress(FileNotFoundError), (path / "lock").open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _out_of_the_way(path: Path) -> Path:
    return path.rename(path.with_name(f"{GRAVE}{path.name}"))
