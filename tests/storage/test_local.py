"""Files in a folder: whole or not at all, below the folder or refused, gone without a trace."""

import asyncio
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from app.storage.disk import StorageFull, require_room
from app.storage.interface import FileNotStored, Storage, content_type_of
from app.storage.local import DRAFTS, LocalStorage
from tests.storage.conftest import DISK_BYTES

KEY = "workspaces/w1/facecams/f1/proxy.mp4"


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "media")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(bytes(range(256)) * 4096)
    return path


def left(storage: LocalStorage) -> list[str]:
    """Everything below the folder, drafts included."""
    found = (path.relative_to(storage.folder) for path in storage.folder.rglob("*"))
    return sorted(str(path) for path in found if str(path) != DRAFTS)


async def read(storage: Storage, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in storage.read(key, start=start, end=end)])


async def test_a_stored_file_is_read_back_whole_and_in_ranges(
    storage: LocalStorage, clip: Path
) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    whole = clip.read_bytes()
    assert await read(storage, KEY) == whole
    assert await read(storage, KEY, 1000, 700_000) == whole[1000:700_000]
    assert await read(storage, KEY, len(whole) - 5) == whole[-5:]
    assert await read(storage, KEY, len(whole) + 5) == b""
    assert (await storage.local_path(KEY)).read_bytes() == whole
    assert storage.url(KEY) is None


async def test_a_moved_file_is_no_longer_where_it_came_from(
    storage: LocalStorage, clip: Path
) -> None:
    whole = clip.read_bytes()
    await storage.put_file(KEY, clip, "video/mp4", move=True)
    assert not clip.exists()
    assert await read(storage, KEY) == whole


async def test_a_second_file_replaces_the_first_under_an_open_reader(
    storage: LocalStorage, clip: Path, tmp_path: Path
) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    reader = storage.read(KEY)
    first = await anext(reader)
    other = tmp_path / "other.mp4"
    other.write_bytes(b"other")
    await storage.put_file(KEY, other, "video/mp4")
    rest = b"".join([piece async for piece in reader])
    assert first + rest == clip.read_bytes()
    assert await read(storage, KEY) == b"other"


NO_KEYS = (
    *("", "/", "/etc/passwd", "a//b", "a/", "../a", "a/../b", "a/..", ".drafts/a", "a/.b"),
    *("a\\b", "a\0b", "a\nb", "a/b\n", "ä", "a b", "/".join("a" * 17), "a" * 129),
)


@pytest.mark.parametrize("key", NO_KEYS)
async def test_a_text_that_is_no_key_is_refused_everywhere(
    storage: LocalStorage, clip: Path, key: str
) -> None:
    with pytest.raises(ValueError, match="not the key"):
        await storage.put_file(key, clip, content_type_of(key))
    with pytest.raises(ValueError, match="not the key"):
        await storage.local_path(key)
    with pytest.raises(ValueError, match="not the key"):
        await read(storage, key)
    with pytest.raises(ValueError, match="not the key"):
        await storage.delete(key)
    with pytest.raises(ValueError, match="not the key"):
        storage.url(key)


async def test_a_type_that_the_ending_contradicts_is_refused(
    storage: LocalStorage, clip: Path
) -> None:
    with pytest.raises(ValueError, match="text/html"):
        await storage.put_file(KEY, clip, "text/html")
    assert left(storage) == []


async def test_what_is_not_stored_is_named_as_such(storage: LocalStorage, clip: Path) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    for key in ("nothing.mp4", "workspaces", f"{KEY}/deeper"):
        with pytest.raises(FileNotStored, match="no longer here"):
            await storage.local_path(key)
    for key in ("nothing.mp4", "workspaces"):
        with pytest.raises(FileNotStored):
            await read(storage, key)


async def test_deleting_a_file_removes_the_folders_it_leaves_empty(
    storage: LocalStorage, clip: Path
) -> None:
    beside = "workspaces/w1/facecams/f2/proxy.mp4"
    await storage.put_file(KEY, clip, "video/mp4")
    await storage.put_file(beside, clip, "video/mp4")
    await storage.delete(KEY)
    await storage.delete(KEY)
    await storage.delete(f"{beside}/deeper")
    assert left(storage) == [
        "workspaces",
        "workspaces/w1",
        "workspaces/w1/facecams",
        "workspaces/w1/facecams/f2",
        beside,
    ]
    await storage.delete(beside)
    assert left(storage) == []


async def test_a_prefix_is_a_folder_and_not_the_beginning_of_a_name(
    storage: LocalStorage, clip: Path
) -> None:
    await storage.put_file(KEY, clip, "video/mp4")
    await storage.put_file("workspaces/w10/logo.png", clip, "image/png")
    await storage.delete_prefix("workspaces/w1/")
    await storage.delete_prefix("workspaces/w1")
    assert left(storage) == ["workspaces", "workspaces/w10", "workspaces/w10/logo.png"]


async def test_files_put_while_their_folder_is_removed_are_whole_or_gone(
    storage: LocalStorage, clip: Path
) -> None:
    for _ in range(10):
        puts = [storage.put_file(f"w/a/{n}.mp4", clip, "video/mp4") for n in range(6)]
        await asyncio.gather(*puts, storage.delete_prefix("w"), storage.delete("w/a/1.mp4"))
    for name in left(storage):
        path = storage.folder / name
        assert path.is_dir() or path.read_bytes() == clip.read_bytes()
    await storage.delete_prefix("w")
    assert left(storage) == []


async def test_a_full_disk_keeps_the_earlier_file_and_leaves_no_draft(
    small_disk: Path, tmp_path: Path
) -> None:
    storage = LocalStorage(small_disk / "media")
    small, big = tmp_path / "small.mp4", tmp_path / "big.mp4"
    small.write_bytes(b"small")
    big.write_bytes(bytes(DISK_BYTES * 2))
    await storage.put_file("a/clip.mp4", small, "video/mp4")
    for move in (False, True):
        with pytest.raises(StorageFull, match="no room left"):
            await storage.put_file("a/clip.mp4", big, "video/mp4", move=move)
        with pytest.raises(StorageFull):
            await storage.put_file("b/clip.mp4", big, "video/mp4", move=move)
    assert big.exists()
    assert await read(storage, "a/clip.mp4") == b"small"
    assert left(storage) == ["a", "a/clip.mp4"]


async def test_a_cancelled_put_is_whole_or_absent(storage: LocalStorage, clip: Path) -> None:
    putting = asyncio.create_task(storage.put_file(KEY, clip, "video/mp4"))
    await asyncio.sleep(0)
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert await read(storage, KEY) == clip.read_bytes()
    assert not any(storage.drafts.iterdir())


async def test_drafts_of_a_process_that_died_are_swept_by_age(storage: LocalStorage) -> None:
    old, young = storage.drafts / "old", storage.drafts / "young"
    (old / "deleted").mkdir(parents=True)
    young.write_bytes(b"")
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))
    assert await storage.sweep_drafts(timedelta(hours=1)) == 1
    assert list(storage.drafts.iterdir()) == [young]


def test_room_is_asked_for_before_it_is_used(small_disk: Path) -> None:
    require_room(small_disk, 1000, reserve_bytes=1000)
    with pytest.raises(StorageFull):
        require_room(small_disk, 1000, reserve_bytes=DISK_BYTES)
    with pytest.raises(StorageFull):
        require_room(small_disk, 1000)
