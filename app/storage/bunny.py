"""A storage zone of Bunny, over HTTP; it knows neither retries' limits nor caches.

https://docs.bunny.net/storage/http. An upload is one request and cannot be resumed: one that broke
off is sent anew. Nothing of it is seen before it is whole.
"""

import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx2

from app.storage.disk import in_thread
from app.storage.interface import FileNotStored, StoredFile
from app.storage.pull_zone import PullZone, wish_of
from app.storage.retrying import Retrying
from app.storage.storage_errors import StorageRefused, StorageUnreachable, UploadBroken

PIECE_BYTES: Final = 1024**2
# No single read or write waits longer. After the last byte of a large file Bunny compares the
# checksum before it answers, and a folder of thousands of files is removed in one request.
SILENCE_S: Final = 60.0
# What asks about one file is answered at once, and somebody may be waiting for the page.
ANSWER_S: Final = 10.0
# Nobody stores under this name; asking for it says whether the key is right.
ASKED_FOR: Final = "loomlite.check"


@dataclass(frozen=True)
class BunnyZone:
    """A storage zone and what stands before it, as in app/storage_settings.py."""

    name: str
    key: str = field(repr=False)
    host: str = "https://storage.bunnycdn.com"
    pull_zone: PullZone | None = None


class BunnyPlace:
    """A Place (app/storage/remote.py)."""

    def __init__(
        self, zone: BunnyZone, retrying: Retrying, *, silence_s: float = SILENCE_S
    ) -> None:
        self.zone = zone
        self.retrying = retrying
        self.small = httpx2.Timeout(min(ANSWER_S, silence_s))
        self.client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(silence_s, connect=min(ANSWER_S, silence_s)),
            headers={"AccessKey": zone.key, "Accept-Encoding": "identity"},
        )

    async def send(self, key: str, path: Path, content_type: str, sha256: str) -> None:
        headers = {
            "Content-Length": str((await in_thread(path.stat)).st_size),
            "Content-Type": "application/octet-stream",
            "Override-Content-Type": content_type,
            "Checksum": sha256.upper(),
        }
        answer = await self._ask("PUT", key, content=_pieces(path), headers=headers)
        if answer.status_code == 400:
            raise UploadBroken(f"Bunny refused {key}: {_words(answer)}")
        self._judge(answer)

    async def describe(self, key: str) -> StoredFile:
        headers = {"Accept": "application/json"}
        answer = await self._ask("DESCRIBE", key, headers=headers, timeout=self.small)
        self._judge(answer)
        with self._understood():
            told = answer.json()
            if told["IsDirectory"]:
                raise FileNotStored
            return _stored(key, told)

    async def stream(self, key: str, start: int, end: int | None) -> AsyncIterator[bytes]:
        if end is not None and end <= start:
            return
        headers = {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
        try:
            async with self.client.stream("GET", self._url(key), headers=headers) as answer:
                if answer.status_code == 416:
                    return
                self._judge(answer)
                # A server may send the whole all the same: RFC 9110 §14.2.
                at = start if answer.status_code == 206 else 0
                async for piece in answer.aiter_raw(PIECE_BYTES):
                    wanted = piece[max(0, start - at) : None if end is None else max(0, end - at)]
                    at += len(piece)
                    if wanted:
                        yield wanted
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error

    async def remove(self, key: str) -> None:
        with contextlib.suppress(FileNotStored):
            self._judge(await self._ask("DELETE", key))

    async def remove_folder(self, prefix: str) -> None:
        await self.remove(f"{prefix}/")

    async def list(self, prefix: str) -> AsyncIterator[StoredFile]:
        folders = [f"{prefix}/" if prefix else ""]
        while folders:
            folder = folders.pop()
            for told in await self.retrying.run(f"list {folder}", partial(self._in, folder)):
                with self._understood():
                    key = folder + told["ObjectName"]
                    if told["IsDirectory"]:
                        folders.append(f"{key}/")
                        continue
                    file = _stored(key, told)
                yield file

    async def forget(self, key: str) -> None:
        if self.zone.pull_zone is not None:
            await self.zone.pull_zone.forget(self.client, key)

    def address(self, key: str, expires_in_s: int) -> str | None:
        zone = self.zone.pull_zone
        return zone.address(key, expires_in_s) if zone is not None else None

    async def ask(self) -> None:
        with contextlib.suppress(FileNotStored):
            self._judge(await self._ask("DESCRIBE", ASKED_FOR, timeout=self.small))

    async def close(self) -> None:
        await self.client.aclose()

    def _url(self, key: str) -> str:
        return f"{self.zone.host}/{self.zone.name}/{key}"

    async def _in(self, folder: str) -> Sequence[dict[str, Any]]:
        try:
            answer = await self._ask("GET", folder, headers={"Accept": "application/json"})
            self._judge(answer)
        except FileNotStored:
            return ()
        with self._understood():
            return tuple(dict(each) for each in answer.json())

    async def _ask(self, method: str, key: str, **options: Any) -> httpx2.Response:
        try:
            return await self.client.request(method, self._url(key), **options)
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error

    def _judge(self, answer: httpx2.Response) -> None:
        """Nothing for a success; else the error that says whether another try helps."""
        status = answer.status_code
        if answer.is_success:
            return
        if status == 404:
            raise FileNotStored
        if status in {401, 403}:
            raise StorageRefused(
                f"Bunny does not let us into the storage zone {self.zone.name} at "
                f"{self.zone.host} ({status}). Compare BUNNY_STORAGE_ZONE, BUNNY_STORAGE_KEY and "
                "BUNNY_STORAGE_HOST with the zone's page “Access”."
            )
        raise StorageUnreachable(
            f"Bunny at {answer.url.host} answered {status}.",
            retry_after_s=wish_of(answer),
        )

    def _unreachable(self, error: httpx2.HTTPError) -> StorageUnreachable:
        return StorageUnreachable(f"Bunny at {self.zone.host} failed: {type(error).__name__}.")

    @contextlib.contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, KeyError, TypeError) as error:
            raise StorageUnreachable(
                f"Bunny at {self.zone.host} answered what makes no sense: {type(error).__name__}."
            ) from error


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    file = await in_thread(path.open, "rb")
    try:
        while piece := await in_thread(file.read, PIECE_BYTES):
            yield piece
    finally:
        file.close()


def _stored(key: str, told: dict[str, Any]) -> StoredFile:
    """From Bunny's words. Its times are UTC and do not say so."""
    changed = datetime.fromisoformat(told["LastChanged"])
    changed = changed.astimezone(UTC) if changed.tzinfo else changed.replace(tzinfo=UTC)
    checksum = told.get("Checksum")
    return StoredFile(key, int(told["Length"]), changed, checksum.lower() if checksum else None)


def _words(answer: httpx2.Response) -> str:
    return answer.text[:200].strip() or "no reason was given"
