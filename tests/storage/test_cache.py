"""Copies of files kept elsewhere: fetched once, compared, bounded, never taken from a reader."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.storage.cache import IN_USE_S, FileCache
from app.storage.disk import StorageFull
from app.storage.interface import StoredFile
from app.storage.storage_errors import StorageUnreachable, UploadBroken

CONTENT = os.urandom(300_000)
LIMIT_BYTES = 500_000


def file_of(content: bytes, key: str = "a/clip.mp4", *, told: bool = True) -> StoredFile:
    sha256 = hashlib.sha256(content).hexdigest() if told else None
    return StoredFile(key, len(content), datetime(2026, 11, 28, tzinfo=UTC), sha256)


class Source:
    """Gives its content in pieces and counts how often it was asked."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.asked = 0

    async def read(self) -> AsyncIterator[bytes]:
        self.asked += 1
        for start in range(0, len(self.content), 70_000):
            await asyncio.sleep(0)
            yield self.content[start : start + 70_000]


def kept(cache: FileCache) -> list[Path]:
    return [path for path in cache.folder.rglob("*") if path.is_file()]


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(tmp_path / "cache", LIMIT_BYTES)


async def test_a_file_is_fetched_once_by_however_many_want_it(cache: FileCache) -> None:
    source = Source()
    paths = await asyncio.gather(*(cache.fetch(file_of(CONTENT), source.read) for _ in range(5)))
    assert source.asked == 1
    assert len(set(paths)) == 1
    assert paths[0].read_bytes() == CONTENT
    assert paths[0].suffix == ".mp4"
    another = FileCache(cache.folder, LIMIT_BYTES)  # another process, or this one restarted
    assert await another.fetch(file_of(CONTENT), source.read) == paths[0]
    assert source.asked == 1


async def test_a_later_file_under_the_same_key_is_another(cache: FileCache) -> None:
    for told in (True, False):
        first = await cache.fetch(file_of(CONTENT, told=told), Source().read)
        later = await cache.fetch(file_of(b"later", told=told), Source(b"later").read)
        assert (first.read_bytes(), later.read_bytes()) == (CONTENT, b"later")


@pytest.mark.parametrize(
    "arrived", [CONTENT[:-1], CONTENT + b"x", b"", bytes([CONTENT[0] ^ 1]) + CONTENT[1:]]
)
async def test_what_is_not_what_was_stored_is_not_kept(cache: FileCache, arrived: bytes) -> None:
    with pytest.raises(UploadBroken):
        await cache.fetch(file_of(CONTENT), Source(arrived).read)
    assert kept(cache) == []


async def test_a_fetch_that_fails_or_is_cancelled_leaves_nothing(cache: FileCache) -> None:
    began = asyncio.Event()

    async def broken() -> AsyncIterator[bytes]:
        yield CONTENT[:1000]
        raise StorageUnreachable("gone")

    async def endless() -> AsyncIterator[bytes]:
        yield CONTENT[:1000]
        began.set()
        await asyncio.Event().wait()

    with pytest.raises(StorageUnreachable):
        await cache.fetch(file_of(CONTENT), broken)
    fetching = asyncio.create_task(cache.fetch(file_of(CONTENT), endless))
    await began.wait()
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    assert kept(cache) == []


async def test_beyond_the_limit_the_least_recently_used_goes(cache: FileCache) -> None:
    contents = [bytes([n]) * 200_000 for n in range(4)]
    paths = [await cache.fetch(file_of(each), Source(each).read) for each in contents[:2]]
    for path, hours in zip(paths, (3, 2), strict=True):
        _used(path, hours)
    await cache.fetch(file_of(contents[0]), Source().read)  # used again, so it is the younger one
    await cache.fetch(file_of(contents[2]), Source(contents[2]).read)
    assert not paths[1].exists()
    assert paths[0].exists()


async def test_what_was_asked_for_within_the_hour_stays_whatever_the_limit(
    cache: FileCache,
) -> None:
    contents = [bytes([n]) * 300_000 for n in range(4)]
    for each in contents:
        await cache.fetch(file_of(each), Source(each).read)
    assert len(kept(cache)) == 4


async def test_drafts_of_a_process_that_died_go(cache: FileCache) -> None:
    cache.drafts.mkdir(parents=True)
    old, young = cache.drafts / "old", cache.drafts / "young"
    old.write_bytes(b"x")
    young.write_bytes(b"x")
    _used(old, 2)
    await cache.fetch(file_of(CONTENT), Source().read)
    assert (old.exists(), young.exists()) == (False, True)


async def test_a_copy_that_a_crash_cut_short_is_fetched_anew(cache: FileCache) -> None:
    path = await cache.fetch(file_of(CONTENT), Source().read)
    path.write_bytes(b"")
    assert (await cache.fetch(file_of(CONTENT), Source().read)).read_bytes() == CONTENT


async def test_no_copy_is_begun_where_there_is_no_room(small_disk: Path) -> None:
    cache = FileCache(small_disk / "cache", LIMIT_BYTES)
    source = Source()
    with pytest.raises(StorageFull):
        await cache.fetch(file_of(CONTENT), source.read)
    assert source.asked == 0


def _used(path: Path, hours: int) -> None:
    then = time.time() - hours * IN_USE_S - 1
    os.utime(path, (then, then))
