"""Copies of files that are kept elsewhere, in a folder of bounded size; it knows no network."""

import asyncio
import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from app.storage.disk import full_disk_named, in_thread, require_room
from app.storage.interface import StoredFile
from app.storage.storage_errors import UploadBroken

# Whoever was given a copy reads it within the hour, as Storage.local_path says.
IN_USE_S: Final = 3600
DRAFTS: Final = ".drafts"


class FileCache:
    """Copies below `folder`, named by their content. Safe between processes of one machine.

    Above `limit_bytes` those go that were asked for least recently; none that was within IN_USE_S.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self.drafts = folder / DRAFTS
        self._locks: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()

    async def fetch(self, file: StoredFile, read: Callable[[], AsyncIterator[bytes]]) -> Path:
        """The copy of `file`, read from `read` unless it is here.

        Raises UploadBroken, StorageFull and what `read` raises; nothing half is left.
        """
        path = self.folder / _name(file)
        lock = self._locks.setdefault(path, asyncio.Lock())
        async with lock:
            if not await in_thread(_is_here, path, file.size_bytes):
                await self._download(file, path, read)
                await in_thread(self._trim)
        return path

    async def _download(
        self, file: StoredFile, path: Path, read: Callable[[], AsyncIterator[bytes]]
    ) -> None:
        draft = await in_thread(self._draft, file.size_bytes)
        digest, size_bytes = hashlib.sha256(), 0
        try:
            with full_disk_named(), draft.open("wb") as writing:
                async for piece in read():
                    await in_thread(writing.write, piece)
                    digest.update(piece)
                    size_bytes += len(piece)
            if size_bytes != file.size_bytes or file.sha256 not in {None, digest.hexdigest()}:
                raise UploadBroken(f"What was fetched of {file.key} is not what is stored.")
            await in_thread(_into_place, draft, path)
        finally:
            draft.unlink(missing_ok=True)

    def _draft(self, size_bytes: int) -> Path:
        self.drafts.mkdir(parents=True, exist_ok=True)
        require_room(self.drafts, size_bytes)
        descriptor, name = tempfile.mkstemp(dir=self.drafts)
        os.close(descriptor)
        return Path(name)

    def _trim(self) -> None:
        free_since = time.time() - IN_USE_S
        kept = sorted(_all(self.folder), key=lambda each: each[1])
        total_bytes = sum(size_bytes for _, _, size_bytes in kept)
        for path, used_at, size_bytes in kept:
            if used_at >= free_since:
                return
            if total_bytes > self.limit_bytes or path.parent == self.drafts:
                path.unlink(missing_ok=True)
                total_bytes -= size_bytes


def _name(file: StoredFile) -> Path:
    """By content where it is known. The ending stays: some readers go by it."""
    told = (
        file.sha256
        or hashlib.sha256(
            f"{file.key}\n{file.size_bytes}\n{file.modified_at.timestamp()}".encode()
        ).hexdigest()
    )
    return Path(told[:2], told + Path(file.key).suffix)


def _is_here(path: Path, size_bytes: int) -> bool:
    """Whether there is a whole copy; it counts as used now."""
    try:
        os.utime(path)
        return path.stat().st_size == size_bytes
    except FileNotFoundError:
        return False


def _into_place(draft: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(path)


def _all(folder: Path) -> list[tuple[Path, float, int]]:
    """Every file with the second of its last use and its size."""
    found = []
    for at, _, names in os.walk(folder):
        for name in names:
            path = Path(at, name)
            with contextlib.suppress(FileNotFoundError):  # another process trims too
                stat = path.stat()
                found.append((path, stat.st_mtime, stat.st_size))
    return found
