"""A Storage over a place elsewhere: verified, tried again, cached here; it knows no protocol."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, Protocol

import structlog

from app.storage.cache import FileCache
from app.storage.disk import in_thread
from app.storage.interface import (
    FileNotStored,
    StoredFile,
    require_key,
    require_prefix,
    require_type,
)
from app.storage.retrying import Retrying, Tries
from app.storage.signed_urls import MediaLinks
from app.storage.storage_errors import StorageFailed, UploadBroken

log = structlog.get_logger()

# A page that was opened in the morning still plays its videos in the afternoon.
SHOWN_FOR_S: Final = 6 * 3600


class Place(Protocol):
    """One try each, but for `list`. Raises a StorageFailed, and FileNotStored where nothing is."""

    async def send(self, key: str, path: Path, content_type: str, sha256: str) -> None: ...

    async def describe(self, key: str) -> StoredFile: ...

    def stream(self, key: str, start: int, end: int | None) -> AsyncIterator[bytes]: ...

    async def remove(self, key: str) -> None: ...

    async def remove_folder(self, prefix: str) -> None: ...

    def list(self, prefix: str) -> AsyncIterator[StoredFile]:
        """Tries again by itself: what was listed already is not listed again."""

    async def forget(self, key: str) -> None:
        """Whatever keeps copies on the way to browsers gives them up; `key` may end in /*."""

    def address(self, key: str, expires_in_s: int) -> str | None:
        """Where anybody may fetch it for so long; None: the place has none that lasts."""

    async def ask(self) -> None:
        """The place takes our keys."""

    async def close(self) -> None: ...


class RemoteStorage:
    """Files at a `place`. `links` stand in where it has no addresses for browsers."""

    def __init__(
        self, place: Place, cache: FileCache, links: MediaLinks, retrying: Retrying
    ) -> None:
        self.place = place
        self.cache = cache
        self.links = links
        self.retrying = retrying

    async def put_file(
        self, key: str, path: Path, content_type: str, *, move: bool = False
    ) -> None:
        require_type(require_key(key), content_type)
        size_bytes, sha256 = await in_thread(_measure, path)
        earlier = await self._find(key)
        # After a lost answer or a restart the file may be there: it is not sent twice.
        if earlier is None or (earlier.size_bytes, earlier.sha256) != (size_bytes, sha256):

            async def send() -> None:
                await self.place.send(key, path, content_type, sha256)
                await self._verify(key, size_bytes, sha256)

            await self.retrying.run(f"put {key}", send)
            if earlier is not None:
                await self._forget(key)
        if move:
            await in_thread(path.unlink)

    async def describe(self, key: str) -> StoredFile:
        require_key(key)
        return await self.retrying.run(f"describe {key}", lambda: self.place.describe(key))

    async def local_path(self, key: str) -> Path:
        try:
            return await self._fetch(key)
        except UploadBroken as error:
            # Damaged on its way, or replaced in the middle: from the start, once.
            log.warning("storage.fetch_broken", key=key, cause=error.operator)
            return await self._fetch(key)

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        require_key(key)
        position, tries = start, Tries(self.retrying, f"read {key}")
        while end is None or position < end:
            try:
                async for piece in self.place.stream(key, position, end):
                    position += len(piece)
                    tries.went_on()
                    yield piece
            except StorageFailed as error:
                await tries.after(error)
            else:
                return

    async def delete(self, key: str) -> None:
        require_key(key)
        await self.retrying.run(f"delete {key}", lambda: self.place.remove(key))
        await self._forget(key)

    async def delete_prefix(self, prefix: str) -> None:
        folder = require_key(prefix.removesuffix("/"))
        await self.retrying.run(f"delete {folder}/", lambda: self.place.remove_folder(folder))
        await self._forget(f"{folder}/*")

    def list(self, prefix: str) -> AsyncIterator[StoredFile]:
        return self.place.list(require_prefix(prefix))

    def url(self, key: str) -> str | None:
        return self.place.address(require_key(key), SHOWN_FOR_S)

    def signed_url(self, key: str, expires_in_s: int) -> str:
        direct = self.place.address(require_key(key), expires_in_s)
        return direct or self.links.address(key, expires_in_s)

    async def check(self) -> None:
        await self.place.ask()

    async def close(self) -> None:
        await self.place.close()

    async def _find(self, key: str) -> StoredFile | None:
        try:
            return await self.describe(key)
        except FileNotStored:
            return None

    async def _verify(self, key: str, size_bytes: int, sha256: str) -> None:
        try:
            there = await self.place.describe(key)
        except FileNotStored:
            raise UploadBroken(f"{key} was taken, and is not there.") from None
        if there.size_bytes != size_bytes or there.sha256 not in {None, sha256}:
            raise UploadBroken(f"What arrived as {key} is not what was sent.")

    async def _fetch(self, key: str) -> Path:
        described = await self.describe(key)
        return await self.cache.fetch(described, lambda: self.read(key))

    async def _forget(self, key: str) -> None:
        """The file itself is changed or gone already, so a failure is told to the log alone."""
        try:
            await self.retrying.run(f"purge {key}", lambda: self.place.forget(key))
        except StorageFailed as error:
            log.error("storage.purge_failed", key=key, cause=error.operator)


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest
