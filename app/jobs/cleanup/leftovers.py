"""Removes what a killed check of pages or a killed preview left on this machine's disk."""

import shutil
import time
from pathlib import Path

from app.disk_sizes import size_on_disk
from app.jobs.cleanup.freed import Freed
from app.settings import Settings
from app.storage.disk import in_thread

KIND = "leftovers of checks and previews"
OF = ("checks", "previews")


async def clean_leftovers(settings: Settings, *, dry_run: bool) -> Freed:
    """Folders in which nothing changed for long are gone; those who work remove their own."""
    before = time.time() - settings.cleanup_orphan_hours * 3600
    return await in_thread(_clean, settings.work_folder, before, dry_run=dry_run)


def _clean(folder: Path, before: float, *, dry_run: bool) -> Freed:
    old = [
        path
        for name in OF
        for path in sorted((folder / name).glob("*"))
        if path.is_dir() and _changed_at(path) < before
    ]
    freed_bytes = sum(size_on_disk(path) for path in old)
    for path in old if not dry_run else ():
        shutil.rmtree(path, ignore_errors=True)
    return Freed(KIND, len(old), freed_bytes)


def _changed_at(folder: Path) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
