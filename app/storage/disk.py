"""What every writer here asks of a disk: a thread, room, flushing; knows no key and no upload."""

import asyncio
import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

from app.errors import LoomliteError

P = ParamSpec("P")
T = TypeVar("T")

FULL = (errno.ENOSPC, errno.EDQUOT)
# Left to the database and the log, which fail far worse than an upload when the disk is full.
RESERVE_BYTES = 512 * 1024**2


class StorageFull(LoomliteError):
    """There is no room for a file; nothing of it is left."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            "The server has no room left for this file, so it was not stored. "
            "Tell whoever runs this server, then try again."
        )


@contextlib.contextmanager
def full_disk_named() -> Iterator[None]:
    """Turns the system's "no space" and "over quota" into `StorageFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull from error
        raise


def require_room(folder: Path, size_bytes: int, *, reserve_bytes: int = RESERVE_BYTES) -> None:
    """Raises StorageFull when `size_bytes` more would leave less than `reserve_bytes` free."""
    if shutil.disk_usage(folder).free - reserve_bytes < size_bytes:
        raise StorageFull


def flush_folder(folder: Path) -> None:
    """The names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` returns. A cancelled caller waits for its end first.

    Otherwise the caller would close, unlock or remove a file that the thread still writes.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # looked at, or the loop reports it as never retrieved
        raise
