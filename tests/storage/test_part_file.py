"""A file that arrives in pieces: at the right place, by one writer, within limits, never lost."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.storage.disk import StorageFull
from app.storage.part_file import CHUNK_LIMIT_BYTES, UPLOAD_LIMIT_BYTES, PartFile, sweep
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
from tests.storage.conftest import DISK_BYTES

WHOLE = os.urandom(3 * 1024**2 + 17)


async def pieces(*contents: bytes) -> AsyncIterator[bytes]:
    for content in contents:
        yield content


class Silent:
    """A sender that gives `content` and then nothing, but does not go away."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.asked_again = asyncio.Event()

    async def stream(self) -> AsyncIterator[bytes]:
        yield self.content
        self.asked_again.set()
        await asyncio.Event().wait()


@pytest.fixture
async def part(tmp_path: Path) -> PartFile:
    return await PartFile.create(tmp_path / "uploads", uuid4(), len(WHOLE), reserve_bytes=0)


async def test_pieces_in_order_make_the_whole_file(part: PartFile) -> None:
    cut = 2 * 1024**2 + 5
    assert part.received_bytes == 0
    assert await part.append(0, pieces(WHOLE[:1000], b"", WHOLE[1000:cut])) == cut
    assert not part.is_complete
    assert await part.append(cut, pieces(WHOLE[cut:])) == len(WHOLE)
    assert await part.append(len(WHOLE), pieces()) == len(WHOLE)
    assert part.is_complete
    path = await part.finish(sha256=hashlib.sha256(WHOLE).hexdigest().upper())
    assert path.read_bytes() == WHOLE


async def test_another_process_goes_on_where_the_first_ended(part: PartFile) -> None:
    await part.append(0, pieces(WHOLE[:100]))
    again = PartFile(part.path.parent, UUID(part.path.stem), len(WHOLE))
    assert again.received_bytes == 100
    assert await again.append(100, pieces(WHOLE[100:])) == len(WHOLE)
    assert (await again.finish()).read_bytes() == WHOLE


@pytest.mark.parametrize("offset", [0, 99, 101, len(WHOLE)])
async def test_a_piece_for_another_place_is_told_the_right_one(part: PartFile, offset: int) -> None:
    await part.append(0, pieces(WHOLE[:100]))
    with pytest.raises(WrongOffset, match="byte 100") as refusal:
        await part.append(offset, pieces(b"wrong"))
    assert refusal.value.received_bytes == 100
    assert part.path.read_bytes() == WHOLE[:100]


async def test_more_than_was_declared_is_refused_and_not_kept(part: PartFile) -> None:
    await part.append(0, pieces(WHOLE[:100]))
    with pytest.raises(MoreThanDeclared):
        await part.append(100, pieces(WHOLE[100:], b"x"))
    assert part.received_bytes == 100


async def test_a_piece_over_its_limit_is_refused_and_not_kept(tmp_path: Path) -> None:
    size_bytes = CHUNK_LIMIT_BYTES * 2
    part = await PartFile.create(tmp_path, uuid4(), size_bytes, reserve_bytes=0)
    assert await part.append(0, pieces(bytes(CHUNK_LIMIT_BYTES))) == CHUNK_LIMIT_BYTES
    await part.discard()
    part = await PartFile.create(tmp_path, uuid4(), size_bytes, reserve_bytes=0)
    with pytest.raises(ChunkTooLarge, match="8 MB"):
        await part.append(0, pieces(bytes(CHUNK_LIMIT_BYTES), b"x"))
    assert part.received_bytes == 0


async def test_a_file_over_the_limit_is_refused_with_the_limit_named(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge, match=r"The file is 3 GB. The limit is 2 GB"):
        await PartFile.create(tmp_path, uuid4(), 3 * 1024**3)
    with pytest.raises(FileTooLarge):
        await PartFile.create(tmp_path, uuid4(), UPLOAD_LIMIT_BYTES + 1)
    for size_bytes in (0, -1):
        with pytest.raises(FileEmpty):
            await PartFile.create(tmp_path, uuid4(), size_bytes)
    assert list(tmp_path.iterdir()) == []


async def test_a_sender_that_goes_away_in_the_middle_leaves_what_it_sent(part: PartFile) -> None:
    async def lost() -> AsyncIterator[bytes]:
        yield WHOLE[:70_000]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await part.append(0, lost())
    assert part.path.read_bytes() == WHOLE[:70_000]


async def test_a_silent_sender_is_given_up_and_leaves_what_it_sent(part: PartFile) -> None:
    with pytest.raises(UploadInterrupted, match="is kept"):
        await part.append(0, Silent(WHOLE[:70_000]).stream(), silence_limit_s=0.05)
    assert part.path.read_bytes() == WHOLE[:70_000]


async def test_of_two_writers_at_once_the_second_is_refused(part: PartFile) -> None:
    sender = Silent(WHOLE[:70_000])
    writing = asyncio.create_task(part.append(0, sender.stream()))
    await sender.asked_again.wait()
    for offset in (0, 70_000):
        with pytest.raises(UploadBusy):
            await part.append(offset, pieces(b"x"))
    with pytest.raises(UploadBusy):
        await part.finish()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await part.append(70_000, pieces(WHOLE[70_000:])) == len(WHOLE)
    assert (await part.finish()).read_bytes() == WHOLE


async def test_a_full_disk_keeps_what_fitted_in_its_right_place(small_disk: Path) -> None:
    whole = os.urandom(DISK_BYTES * 2)
    part = await PartFile.create(small_disk, uuid4(), DISK_BYTES // 2, reserve_bytes=0)
    part.size_bytes = len(whole)
    with pytest.raises(StorageFull):
        await part.append(0, pieces(whole[:1000], whole[1000:]))
    kept = part.path.read_bytes()
    assert kept == whole[: len(kept)]


async def test_an_upload_that_would_fill_the_disk_is_not_begun(small_disk: Path) -> None:
    with pytest.raises(StorageFull, match="no room left"):
        await PartFile.create(small_disk, uuid4(), DISK_BYTES * 2, reserve_bytes=0)
    with pytest.raises(StorageFull):
        await PartFile.create(small_disk, uuid4(), 1000)
    assert list(small_disk.iterdir()) == []


async def test_a_file_is_finished_only_when_all_of_it_is_there(part: PartFile) -> None:
    await part.append(0, pieces(WHOLE[: -(1024**2)]))
    with pytest.raises(UploadIncomplete, match=r"^1 MB of the file"):
        await part.finish()


async def test_a_file_that_was_damaged_on_its_way_is_discarded(part: PartFile) -> None:
    await part.append(0, pieces(WHOLE))
    with pytest.raises(UploadDamaged):
        await part.finish(sha256=hashlib.sha256(b"other").hexdigest())
    with pytest.raises(UploadGone):
        _ = part.received_bytes


async def test_a_discarded_upload_is_gone_for_every_question(part: PartFile) -> None:
    await part.discard()
    await part.discard()
    with pytest.raises(UploadGone, match="Start it anew"):
        _ = part.is_complete
    with pytest.raises(UploadGone):
        await part.append(0, pieces(WHOLE))
    with pytest.raises(UploadGone):
        await part.finish()


async def test_uploads_that_nobody_adds_to_are_swept(part: PartFile) -> None:
    young = await PartFile.create(part.path.parent, uuid4(), 10, reserve_bytes=0)
    long_ago = time.time() - 3 * 86_400
    os.utime(part.path, (long_ago, long_ago))
    assert await sweep(part.path.parent, timedelta(days=2)) == [UUID(part.path.stem)]
    assert not part.path.exists()
    assert young.received_bytes == 0
    assert await sweep(part.path.parent / "nowhere", timedelta(0)) == []
