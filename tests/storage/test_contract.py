"""What every storage promises, asked of each: a folder, Bunny, and S3."""

import hashlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from app.storage.interface import UNKNOWN_TYPE, FileNotStored, Storage
from tests.storage.places import opened

KEY = "workspaces/w1/renders/r1/video-0123456789ab.mp4"
CONTENT = os.urandom(3 * 1024**2 + 17)
NO_KEYS = ("", "/a", "../a", "a/../b", ".drafts/a", "a b", "a/", "a//b", "ä", "a\n", "a?b")


@pytest_asyncio.fixture(params=["local", "bunny", "s3"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    async with opened(request.param, tmp_path) as opened_storage:
        yield opened_storage


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(CONTENT)
    return path


async def whole(storage: Storage, key: str) -> bytes:
    return b"".join([piece async for piece in storage.read(key)])


async def keys(storage: Storage, prefix: str) -> set[str]:
    return {file.key async for file in storage.list(prefix)}


async def test_what_is_put_can_be_read_and_the_source_stays(storage: Storage, clip: Path) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    assert await whole(storage, KEY) == CONTENT
    assert (await storage.local_path(KEY)).read_bytes() == CONTENT
    assert clip.read_bytes() == CONTENT


async def test_a_moved_file_is_gone_from_where_it_was(storage: Storage, clip: Path) -> None:
    await storage.put_file(KEY, clip, "video/mp4", move=True)
    assert not clip.exists()
    assert await whole(storage, KEY) == CONTENT


async def test_a_file_that_is_there_already_may_be_moved_there_again(
    storage: Storage, clip: Path
) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    await storage.put_file(KEY, clip, "video/mp4", move=True)
    assert not clip.exists()
    assert await whole(storage, KEY) == CONTENT


async def test_a_later_file_takes_the_place_of_the_earlier(storage: Storage, clip: Path) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    await storage.local_path(KEY)
    clip.write_bytes(b"later")
    await storage.put_file(KEY, clip, "video/mp4")
    assert await whole(storage, KEY) == b"later"
    assert (await storage.local_path(KEY)).read_bytes() == b"later"


async def test_an_empty_file_is_a_file(storage: Storage, clip: Path) -> None:
    clip.write_bytes(b"")
    await storage.put_file(KEY, clip, "video/mp4")
    assert await whole(storage, KEY) == b""
    assert (await storage.local_path(KEY)).read_bytes() == b""
    assert (await storage.describe(KEY)).size_bytes == 0


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, None),
        (0, 1),
        (1000, 70_000),
        (len(CONTENT) - 5, None),
        (len(CONTENT) - 5, len(CONTENT) + 1000),
        (len(CONTENT), None),
        (len(CONTENT) + 10, len(CONTENT) + 20),
        (50, 50),
    ],
)
async def test_a_range_has_exactly_its_bytes(
    storage: Storage, clip: Path, start: int, end: int | None
) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    pieces = [piece async for piece in storage.read(KEY, start=start, end=end)]
    assert b"".join(pieces) == CONTENT[start:end]


async def test_a_description_tells_size_and_time_without_the_file(
    storage: Storage, clip: Path
) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    described = await storage.describe(KEY)
    assert (described.key, described.size_bytes) == (KEY, len(CONTENT))
    assert described.sha256 in {None, hashlib.sha256(CONTENT).hexdigest()}
    assert abs(described.modified_at - datetime.now(UTC)) < timedelta(minutes=1)


async def test_what_is_not_stored_is_not_found(storage: Storage) -> None:
    with pytest.raises(FileNotStored):
        await whole(storage, KEY)
    with pytest.raises(FileNotStored):
        await storage.local_path(KEY)
    with pytest.raises(FileNotStored):
        await storage.describe(KEY)


async def test_a_folder_is_no_file(storage: Storage, clip: Path) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    with pytest.raises(FileNotStored):
        await storage.describe(KEY.rpartition("/")[0])
    with pytest.raises(FileNotStored):
        await storage.local_path(KEY.rpartition("/")[0])


async def test_a_deleted_file_is_gone_and_may_be_deleted_again(
    storage: Storage, clip: Path
) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    await storage.delete(KEY)
    with pytest.raises(FileNotStored):
        await storage.local_path(KEY)
    await storage.delete(KEY)


async def test_a_prefix_is_a_folder_and_not_the_beginning_of_a_name(
    storage: Storage, clip: Path
) -> None:
    for key in ("a/b/1.mp4", "a/b/c/2.mp4", "a/bc/3.mp4", "a/b.mp4"):
        await storage.put_file(key, clip, "video/mp4")
    assert await keys(storage, "") == {"a/b/1.mp4", "a/b/c/2.mp4", "a/bc/3.mp4", "a/b.mp4"}
    assert await keys(storage, "a/b") == await keys(storage, "a/b/") == {"a/b/1.mp4", "a/b/c/2.mp4"}
    await storage.delete_prefix("a/b")
    await storage.delete_prefix("a/b/")
    assert await keys(storage, "a") == {"a/bc/3.mp4", "a/b.mp4"}
    assert await keys(storage, "nowhere") == set()


async def test_a_listing_tells_size_and_time(storage: Storage, clip: Path) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    (listed,) = [file async for file in storage.list("workspaces")]
    assert (listed.key, listed.size_bytes) == (KEY, len(CONTENT))
    assert abs(listed.modified_at - datetime.now(UTC)) < timedelta(minutes=1)


async def test_what_cannot_be_a_key_is_refused_everywhere(storage: Storage, clip: Path) -> None:
    for key in NO_KEYS:
        with pytest.raises(ValueError, match="is not the key"):
            await storage.put_file(key, clip, UNKNOWN_TYPE)
        with pytest.raises(ValueError, match="is not the key"):
            await whole(storage, key)
        with pytest.raises(ValueError, match="is not the key"):
            await storage.describe(key)
        with pytest.raises(ValueError, match="is not the key"):
            await storage.delete(key)
        with pytest.raises(ValueError, match="is not the key"):
            storage.url(key)
        with pytest.raises(ValueError, match="is not the key"):
            storage.signed_url(key, 60)
        if not key.endswith("/") or key == "a//":
            with pytest.raises(ValueError, match="is not the key"):
                await storage.delete_prefix(key)
    assert clip.exists()


async def test_a_type_that_the_key_s_ending_denies_is_refused(storage: Storage, clip: Path) -> None:
    with pytest.raises(ValueError, match="would be served as video/mp4, not as image/png"):
        await storage.put_file(KEY, clip, "image/png")


async def test_a_storage_that_works_says_so(storage: Storage) -> None:
    await storage.check()


async def test_an_address_that_expires_names_the_file(storage: Storage) -> None:
    for life_s in (60, 3600, 30 * 86_400):
        address = storage.signed_url(KEY, life_s)
        assert address.startswith(("http://", "https://"))
        assert KEY in address
        assert "xpires=" in address
