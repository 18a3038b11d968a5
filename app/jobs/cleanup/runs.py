"""Runs the clean-up: of one machine's disk by each worker, of the storage by one of them."""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from app.jobs.cleanup.artifacts import clean_artifacts
from app.jobs.cleanup.freed import Freed
from app.jobs.cleanup.leftovers import clean_leftovers
from app.jobs.cleanup.orphans import clean_orphans
from app.jobs.cleanup.work_folders import clean_work_folders
from app.jobs.services import Services
from app.settings import Settings
from app.storage.local import LocalStorage

log = structlog.get_logger()


async def clean_disk(services: Services, *, dry_run: bool = False) -> list[Freed]:
    """This machine's working folders and artifacts are within the settings.

    Nothing happens, and the list is empty, while another process cleans the same disk.
    """
    with _alone(services.settings) as is_alone:
        if not is_alone:
            return []
        return [
            await clean_work_folders(services.database, services.settings, dry_run=dry_run),
            await clean_leftovers(services.settings, dry_run=dry_run),
            await clean_artifacts(services.database, services.settings, dry_run=dry_run),
        ]


async def clean_storage(services: Services, *, dry_run: bool = False) -> list[Freed]:
    """Stored files that nothing names are gone; the same for whichever machine does it."""
    storage, settings = services.storage, services.settings
    if isinstance(storage, LocalStorage) and not dry_run:
        await storage.sweep_drafts(timedelta(hours=settings.cleanup_orphan_hours))
    return [await clean_orphans(services.database, storage, settings, dry_run=dry_run)]


async def clean_orphans_by_clock(services: Services) -> None:
    """As the worker's cron does it: once a day in one of all workers."""
    _tell(await clean_storage(services))


@asynccontextmanager
async def run_disk_cleanup(services: Services) -> AsyncIterator[None]:
    """Cleans this machine's disk every so many minutes, as long as the block lasts.

    Not a job of the queue: that would come to one worker, and each machine has a disk of its own.
    """
    task = asyncio.create_task(_clean_again_and_again(services))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _clean_again_and_again(services: Services) -> None:
    while True:
        await asyncio.sleep(services.settings.cleanup_minutes * 60)
        try:
            _tell(await clean_disk(services))
        except Exception:  # the next one may work: the database is away, or the disk was full
            log.exception("cleanup.failed")


def _tell(freed: list[Freed]) -> None:
    for each in freed:
        if each.count:
            log.info("cleanup.freed", kind=each.kind, count=each.count, bytes=each.freed_bytes)


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[bool]:
    """Whether nobody else cleans this disk; nobody else does while the block lasts."""
    settings.var_folder.mkdir(parents=True, exist_ok=True)
    with (settings.var_folder / "cleanup.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
