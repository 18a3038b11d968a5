"""A file is never in memory as a whole, on its way there or back."""

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.storage.bunny import PIECE_BYTES, BunnyPlace, BunnyZone
from app.storage.cache import FileCache
from app.storage.remote import RemoteStorage
from app.storage.retrying import Retrying
from tests.storage.bunny_server import KEY, ZONE
from tests.storage.places import LINKS

FILE_BYTES = 48 * 1024**2
HELD_AT_MOST_BYTES = 8 * PIECE_BYTES


@pytest.fixture
def bunny_url() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.storage.bunny_apart"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as apart:
        assert apart.stdout is not None
        try:
            yield apart.stdout.readline().strip()
        finally:
            apart.terminate()


async def test_a_large_file_goes_and_comes_in_pieces(bunny_url: str, tmp_path: Path) -> None:
    large = tmp_path / "large.mp4"
    with large.open("wb") as writing:
        for _ in range(FILE_BYTES // PIECE_BYTES):
            writing.write(os.urandom(PIECE_BYTES))
    retrying = Retrying()
    place = BunnyPlace(BunnyZone(ZONE, KEY, bunny_url), retrying)
    storage = RemoteStorage(place, FileCache(tmp_path / "cache", 10**9), LINKS, retrying)
    await storage.check()
    tracemalloc.start()
    try:
        await storage.put_file("a/large.mp4", large, "video/mp4")
        copy = await storage.local_path("a/large.mp4")
        _, held_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        await storage.close()
    assert copy.stat().st_size == FILE_BYTES
    assert held_bytes < HELD_AT_MOST_BYTES
