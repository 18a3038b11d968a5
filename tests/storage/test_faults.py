"""A storage elsewhere that fails: waits grow, files stay, damage is seen, causes are told."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from app.storage.s3 import PART_BYTES
from app.storage.storage_errors import (
    StorageFailed,
    StorageRefused,
    StorageUnreachable,
    UploadBroken,
)
from tests.storage.http_server import Kind
from tests.storage.places import OPENERS, PATIENCE_S, WAITS_S, Remote, bunny, s3

KEY = "workspaces/w1/renders/r1/video-0123456789ab.mp4"
CONTENT = os.urandom(2 * 1024**2 + 3)
ALWAYS = 1_000_000
SILENCE_S = 0.3  # enough for CONTENT on a busy machine, too; what is later is tried again


@pytest_asyncio.fixture(params=["bunny", "s3"])
async def remote(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Remote]:
    is_about_silence = "silence" in request.node.name
    patience_s = SILENCE_S if is_about_silence else PATIENCE_S
    async with OPENERS[request.param](tmp_path, silence_s=patience_s) as opened:
        yield opened


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(CONTENT)
    return path


def stored(remote: Remote) -> bytes | None:
    kept = remote.server.files.get(KEY)
    return kept.content if kept else None


@pytest.mark.parametrize("kind", ["status", "silence", "drop", "lost", "damage body"])
async def test_an_upload_that_fails_twice_succeeds_in_the_end(
    remote: Remote, clip: Path, kind: Kind
) -> None:
    remote.server.fail(kind, "PUT", times=2)
    await remote.storage.put_file(KEY, clip, "video/mp4", move=True)
    assert stored(remote) == CONTENT
    assert not clip.exists()


@pytest.mark.parametrize("kind", ["status", "silence", "drop", "damage body"])
async def test_an_upload_that_never_succeeds_keeps_its_file_and_the_earlier_one(
    remote: Remote, clip: Path, tmp_path: Path, kind: Kind
) -> None:
    earlier = tmp_path / "earlier.mp4"
    earlier.write_bytes(b"earlier")
    await remote.storage.put_file(KEY, earlier, "video/mp4")
    fault = remote.server.fail(kind, "PUT", times=ALWAYS)
    remote.waits.waited_s.clear()
    with pytest.raises(StorageFailed, match="try again in a minute"):
        await remote.storage.put_file(KEY, clip, "video/mp4", move=True)
    assert remote.waits.waited_s == list(WAITS_S)
    assert clip.read_bytes() == CONTENT
    assert stored(remote) == b"earlier"
    fault.times = 0  # later, when the job tries again
    await remote.storage.put_file(KEY, clip, "video/mp4", move=True)
    assert stored(remote) == CONTENT
    assert not clip.exists()


async def test_what_was_damaged_on_its_way_is_named_so(remote: Remote, clip: Path) -> None:
    remote.server.fail("damage body", "PUT", times=ALWAYS)
    with pytest.raises(UploadBroken, match="damaged on its way"):
        await remote.storage.put_file(KEY, clip, "video/mp4")
    assert stored(remote) is None


async def test_what_is_there_after_a_restart_is_not_sent_again(remote: Remote, clip: Path) -> None:
    await remote.storage.put_file(KEY, clip, "video/mp4")
    sent = remote.server.count("PUT")
    await remote.storage.put_file(KEY, clip, "video/mp4", move=True)
    assert remote.server.count("PUT") == sent
    assert not clip.exists()


async def test_a_cancelled_upload_leaves_its_file(remote: Remote, clip: Path) -> None:
    remote.server.fail("silence", "PUT")
    putting = asyncio.create_task(remote.storage.put_file(KEY, clip, "video/mp4", move=True))
    await asyncio.wait_for(remote.server.is_silent.wait(), timeout=10)
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert clip.read_bytes() == CONTENT


@pytest.mark.parametrize("kind", ["status", "silence", "drop", "cut"])
async def test_a_download_that_breaks_off_goes_on(remote: Remote, clip: Path, kind: Kind) -> None:
    await remote.storage.put_file(KEY, clip, "video/mp4")
    remote.server.fail(kind, "GET", times=2, part=KEY)
    assert (await remote.storage.local_path(KEY)).read_bytes() == CONTENT
    remote.server.fail(kind, "GET", times=2, part=KEY)
    read = [piece async for piece in remote.storage.read(KEY, start=1, end=len(CONTENT) - 1)]
    assert b"".join(read) == CONTENT[1:-1]


async def test_a_download_that_was_damaged_is_fetched_anew(remote: Remote, clip: Path) -> None:
    await remote.storage.put_file(KEY, clip, "video/mp4")
    remote.server.fail("damage answer", "GET", part=KEY)
    assert (await remote.storage.local_path(KEY)).read_bytes() == CONTENT
    (await remote.storage.local_path(KEY)).unlink()
    remote.server.fail("damage answer", "GET", part=KEY, times=ALWAYS)
    with pytest.raises(UploadBroken):
        await remote.storage.local_path(KEY)
    assert [path for path in remote.storage.cache.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("status", [401, 403])
async def test_wrong_keys_are_not_tried_again_and_name_the_settings(
    remote: Remote, clip: Path, status: int
) -> None:
    for method in ("PUT", "DESCRIBE", "HEAD", "GET", "POST", "DELETE"):
        remote.server.fail("status", method, status=status, times=ALWAYS)
    storage = remote.storage
    for ask in (
        lambda: storage.put_file(KEY, clip, "video/mp4", move=True),
        lambda: storage.describe(KEY),
        lambda: storage.delete(KEY),
        lambda: storage.delete_prefix("a"),
        storage.check,
    ):
        with pytest.raises(StorageRefused, match="does not let this server in") as refused:
            await ask()
        assert "Compare" in refused.value.operator
        assert "BUNNY_STORAGE_KEY" in refused.value.operator or (
            "S3_SECRET_ACCESS_KEY" in refused.value.operator
        )
    assert remote.waits.waited_s == []
    assert clip.exists()


async def test_a_store_that_is_away_is_told_apart_from_wrong_keys(remote: Remote) -> None:
    for method in ("DESCRIBE", "GET"):
        remote.server.fail("status", method, status=503, times=ALWAYS)
    with pytest.raises(StorageUnreachable):
        await remote.storage.check()


@pytest.mark.parametrize("method", ["DELETE", "POST"])
async def test_a_deletion_is_tried_again(remote: Remote, clip: Path, method: str) -> None:
    await remote.storage.put_file(KEY, clip, "video/mp4")
    remote.server.fail("status", method, times=2)
    await remote.storage.delete(KEY)
    assert stored(remote) is None
    await remote.storage.put_file(KEY, clip, "video/mp4")
    remote.server.fail("status", method, times=2)
    await remote.storage.delete_prefix("workspaces/w1")
    assert stored(remote) is None


async def test_a_listing_that_fails_in_the_middle_lists_each_file_once(
    tmp_path: Path, clip: Path
) -> None:
    keys = [f"a/{folder}/{n}.mp4" for folder in "bc" for n in range(3)]
    async with bunny(tmp_path) as of_bunny, s3(tmp_path) as of_s3:
        of_s3.server.page_files = 2  # type: ignore[union-attr]
        for remote in (of_bunny, of_s3):
            for key in keys:
                await remote.storage.put_file(key, clip, "video/mp4")
            listed = []
            async for file in remote.storage.list("a"):
                listed.append(file.key)
                if len(listed) == 1:
                    remote.server.fail("status", "GET", times=2)
            assert sorted(listed) == keys


async def test_bunny_says_when_it_wants_to_be_asked_again(tmp_path: Path, clip: Path) -> None:
    async with bunny(tmp_path) as remote:
        for wish in ("7", "86400"):
            remote.server.fail("status", "PUT", status=429, headers={"retry-after": wish})
        await remote.storage.put_file(KEY, clip, "video/mp4")
        assert remote.waits.waited_s == [7.0, 30.0]


@pytest.mark.parametrize("kind", ["garble", "cut"])
async def test_an_answer_of_bunny_that_makes_no_sense_is_asked_for_again(
    tmp_path: Path, clip: Path, kind: Kind
) -> None:
    async with bunny(tmp_path) as remote:
        await remote.storage.put_file(KEY, clip, "video/mp4")
        remote.server.fail(kind, "DESCRIBE")
        assert (await remote.storage.describe(KEY)).size_bytes == len(CONTENT)
        remote.server.fail(kind, "GET")
        assert [file.key async for file in remote.storage.list("")] == [KEY]


async def test_bunny_may_send_the_whole_where_a_part_was_asked_for(
    tmp_path: Path, clip: Path
) -> None:
    async with bunny(tmp_path) as remote:
        remote.server.takes_ranges = False  # type: ignore[union-attr]
        await remote.storage.put_file(KEY, clip, "video/mp4")
        remote.server.fail("cut", "GET", part=KEY)
        read = [piece async for piece in remote.storage.read(KEY, start=1000, end=2_000_000)]
        assert b"".join(read) == CONTENT[1000:2_000_000]


async def test_bunny_may_not_know_a_checksum_yet(tmp_path: Path, clip: Path) -> None:
    async with bunny(tmp_path) as remote:
        remote.server.tells_checksums = False  # type: ignore[union-attr]
        await remote.storage.put_file(KEY, clip, "video/mp4", move=True)
        assert (await remote.storage.local_path(KEY)).read_bytes() == CONTENT


async def test_of_an_upload_to_s3_only_the_part_that_failed_is_sent_again(
    tmp_path: Path, clip: Path
) -> None:
    parts = 3
    clip.write_bytes(os.urandom(PART_BYTES * (parts - 1) + 1000))
    async with s3(tmp_path) as remote:
        remote.server.fail("status", "PUT", times=2)
        await remote.storage.put_file(KEY, clip, "video/mp4")
        assert stored(remote) == clip.read_bytes()
        assert remote.server.count("PUT") == parts + 2
        assert remote.waits.waited_s == []


async def test_an_upload_to_s3_that_is_given_up_leaves_no_parts(tmp_path: Path, clip: Path) -> None:
    clip.write_bytes(bytes(PART_BYTES + 1))
    async with s3(tmp_path) as remote:
        remote.server.fail("status", "PUT", times=ALWAYS)
        with pytest.raises(StorageUnreachable):
            await remote.storage.put_file(KEY, clip, "video/mp4")
        assert remote.server.uploads == {}  # type: ignore[union-attr]
        assert clip.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"access_key_id": "AKIDOTHER"}, "S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY"),
        ({"name": "other-bucket"}, "There is no bucket other-bucket"),
    ],
)
async def test_wrong_settings_of_s3_are_told_in_words(
    tmp_path: Path, clip: Path, wrong: dict[str, Any], words: str
) -> None:
    async with s3(tmp_path, **wrong) as remote:
        with pytest.raises(StorageRefused) as refused:
            await remote.storage.check()
        assert words in refused.value.operator
        with pytest.raises(StorageRefused):
            await remote.storage.put_file(KEY, clip, "video/mp4")


async def test_a_wrong_key_of_bunny_is_told_in_words(tmp_path: Path) -> None:
    async with bunny(tmp_path, key="guessed") as remote:
        with pytest.raises(StorageRefused) as refused:
            await remote.storage.check()
        assert "BUNNY_STORAGE_ZONE, BUNNY_STORAGE_KEY and BUNNY_STORAGE_HOST" in (
            refused.value.operator
        )
        assert "guessed" not in refused.value.operator + repr(remote.storage.place.__dict__)


async def test_a_host_where_nobody_listens_is_unreachable(tmp_path: Path, clip: Path) -> None:
    nowhere = "http://127.0.0.1:1"
    async with bunny(tmp_path, host=nowhere) as of_bunny, s3(tmp_path, address=nowhere) as of_s3:
        for remote in (of_bunny, of_s3):
            with pytest.raises(StorageUnreachable):
                await remote.storage.check()
            with pytest.raises(StorageUnreachable):
                await remote.storage.put_file(KEY, clip, "video/mp4", move=True)
            assert clip.exists()
