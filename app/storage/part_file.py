"""A file that arrives in pieces, in a folder; knows neither HTTP nor whose it is."""

import asyncio
import fcntl
import hashlib
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from app.storage.disk import RESERVE_BYTES, full_disk_named, in_thread, require_room
from app.storage.upload_errors import (
    ChunkTooLarge,
    FileEmpty,
    FileTooLarge,
    MoreThanDeclared,
    UploadBusy,
    UploadDamaged,
    UploadGone,
    UploadIncomplete,
    UploadInterrupted,
    WrongOffset,
)

UPLOAD_LIMIT_BYTES = 2 * 1024**3
CHUNK_LIMIT_BYTES = 8 * 1024**2
WRITE_BYTES = 1024**2  # held in memory per upload
# A phone that changes networks leaves a connection that never ends; its next one must not wait.
SILENCE_LIMIT_S = 20.0
SUFFIX = ".part"


class PartFile:
    """What has arrived of one upload of `size_bytes`, safe between processes of one machine.

    All methods but `create` raise UploadGone when there is no such upload.
    """

    def __init__(self, folder: Path, upload_id: UUID, size_bytes: int) -> None:
        self.path = folder / f"{upload_id}{SUFFIX}"
        self.size_bytes = size_bytes

    @classmethod
    async def create(
        cls,
        folder: Path,
        upload_id: UUID,
        size_bytes: int,
        *,
        limit_bytes: int = UPLOAD_LIMIT_BYTES,
        reserve_bytes: int = RESERVE_BYTES,
    ) -> "PartFile":
        """An upload of which nothing has arrived. Raises FileTooLarge, FileEmpty, StorageFull."""
        if size_bytes > limit_bytes:
            raise FileTooLarge(size_bytes, limit_bytes)
        if size_bytes <= 0:
            raise FileEmpty
        part = cls(folder, upload_id, size_bytes)
        await in_thread(part._make, reserve_bytes)
        return part

    @property
    def received_bytes(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            raise UploadGone from None

    @property
    def is_complete(self) -> bool:
        return self.received_bytes == self.size_bytes

    async def append(
        self,
        offset: int,
        stream: AsyncIterator[bytes],
        *,
        max_bytes: int = CHUNK_LIMIT_BYTES,
        silence_limit_s: float = SILENCE_LIMIT_S,
    ) -> int:
        """How many bytes are there after `stream` was put at `offset`, all of them on the disk.

        When `stream` fails or falls silent for `silence_limit_s`, what it gave is kept; a silent
        one raises UploadInterrupted. Raises WrongOffset, UploadBusy, StorageFull; ChunkTooLarge
        and MoreThanDeclared, which keep nothing of `stream`.
        """
        with self._locked() as descriptor, full_disk_named():
            if offset != os.fstat(descriptor).st_size:
                raise WrongOffset(os.fstat(descriptor).st_size)
            try:
                await self._write(descriptor, offset, stream, max_bytes, silence_limit_s)
            except (ChunkTooLarge, MoreThanDeclared):
                os.ftruncate(descriptor, offset)
                raise
            finally:
                await in_thread(os.fsync, descriptor)
            return os.fstat(descriptor).st_size

    async def _write(
        self,
        descriptor: int,
        offset: int,
        stream: AsyncIterator[bytes],
        max_bytes: int,
        silence_limit_s: float,
    ) -> None:
        waiting, taken = bytearray(), 0
        try:
            async for piece in _until_silent(stream, silence_limit_s):
                taken += len(piece)
                if taken > max_bytes:
                    raise ChunkTooLarge(max_bytes)
                if offset + taken > self.size_bytes:
                    raise MoreThanDeclared
                waiting += piece
                if len(waiting) >= WRITE_BYTES:
                    # Taken out first: what a full disk cut short must not be written twice.
                    full, waiting = bytes(waiting), bytearray()
                    await in_thread(_write_all, descriptor, full)
        finally:
            await in_thread(_write_all, descriptor, bytes(waiting))

    async def finish(self, *, sha256: str | None = None) -> Path:
        """The whole file, still in its folder: move it from there.

        Raises UploadIncomplete, UploadBusy; UploadDamaged when its SHA-256 is not `sha256` (hex),
        and then the upload is discarded.
        """
        with self._locked() as descriptor:
            missing_bytes = self.size_bytes - os.fstat(descriptor).st_size
            if missing_bytes:
                raise UploadIncomplete(missing_bytes)
            if sha256 is not None and await in_thread(_sha256, self.path) != sha256.lower():
                self.path.unlink()
                raise UploadDamaged
        return self.path

    async def discard(self) -> None:
        """Nothing of the upload is left; nothing happens when that was so before."""
        await in_thread(self.path.unlink, missing_ok=True)

    def _make(self, reserve_bytes: int) -> None:
        with full_disk_named():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            require_room(self.path.parent, self.size_bytes, reserve_bytes=reserve_bytes)
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        except FileNotFoundError:
            raise UploadGone from None
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UploadBusy from None
            yield descriptor
        finally:
            os.close(descriptor)


async def sweep(folder: Path, older_than: timedelta) -> list[UUID]:
    """The uploads in `folder` that nobody has added to for `older_than`; they are discarded."""
    return await in_thread(_sweep, folder, time.time() - older_than.total_seconds())


async def _until_silent(stream: AsyncIterator[bytes], limit_s: float) -> AsyncIterator[bytes]:
    while True:
        try:
            yield await asyncio.wait_for(anext(stream), limit_s)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise UploadInterrupted from None


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sweep(folder: Path, before: float) -> list[UUID]:
    swept = []
    for path in folder.glob(f"*{SUFFIX}"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            swept.append(UUID(path.name.removesuffix(SUFFIX)))
    return swept
