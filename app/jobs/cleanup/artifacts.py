"""Keeps recordings and segments on this machine's disk within what the settings allow."""

import contextlib
import os
import shutil
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from app.db.session import Database
from app.jobs.cleanup.freed import Freed
from app.pipeline.artifact_cleanup import Keeping, remove_unused
from app.settings import Settings
from app.storage.disk import in_thread
from app.workspaces.models import Workspace

KIND = "artifacts"
GB = 1024**3
DAY_S = 86_400


async def clean_artifacts(database: Database, settings: Settings, *, dry_run: bool) -> Freed:
    """What no video used for long is gone, then the least recently used above the budget.

    Of workspaces that were deleted nothing stays but what was used a moment ago.
    """
    folder = settings.artifacts_folder
    if not folder.exists():
        return Freed(KIND, 0, 0, 0)
    disk_bytes = shutil.disk_usage(folder).total
    keeping = Keeping(
        unused_for_s=settings.cleanup_artifact_days * DAY_S,
        in_use_for_s=settings.cleanup_in_use_minutes * 60,
        budget_bytes=min(
            settings.cleanup_artifacts_gb * GB,
            disk_bytes * settings.cleanup_artifacts_percent // 100,
        ),
        doomed=await _deleted_workspaces(database, folder),
    )
    removed, left_bytes = await in_thread(remove_unused, folder, keeping, dry_run=dry_run)
    return Freed(KIND, len(removed), sum(each.size_bytes for each in removed), left_bytes)


async def _deleted_workspaces(database: Database, folder: Path) -> frozenset[str]:
    """The names of stores whose workspace is no more."""
    found: dict[UUID, str] = {}
    for name in await in_thread(os.listdir, folder):
        with contextlib.suppress(ValueError):
            found[UUID(name)] = name
    async with database.session(every_workspace=True) as session:
        living = set(await session.scalars(select(Workspace.id).where(Workspace.id.in_(found))))
    return frozenset(name for each, name in found.items() if each not in living)
