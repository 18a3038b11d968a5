"""Keeps recordings and segments on this machine's disk within what the settings allow."""

import shutil

from app.jobs.cleanup.freed import Freed
from app.pipeline.artifact_cleanup import Keeping, remove_unused
from app.settings import Settings
from app.storage.disk import in_thread

KIND = "artifacts"
GB = 1024**3
DAY_S = 86_400


async def clean_artifacts(settings: Settings, *, dry_run: bool) -> Freed:
    """What no video used for long is gone, then the least recently used above the budget."""
    folder = settings.var_folder / "artifacts"
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
    )
    removed, left_bytes = await in_thread(remove_unused, folder, keeping, dry_run=dry_run)
    return Freed(KIND, len(removed), sum(each.size_bytes for each in removed), left_bytes)
