"""A poster's first sight: small, made once, and never what a page waits or fails for."""

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image

from app.storage.interface import FileNotStored
from app.viewer.glimpses import BYTES_AT_MOST, Glimpses, glimpse_of
from tests.pipeline.synthetic import patchwork


def jpeg(width: int, height: int, *, patch: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(patchwork(height, width, patch=patch)).save(file, "JPEG", quality=86)
    return file.getvalue()


class Shelf:
    """As much of a storage as is asked: files by key, given when `is_open`."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files, self.is_open = files, asyncio.Event()
        self.asked: list[str] = []

    async def read(self, key: str) -> AsyncIterator[bytes]:
        self.asked.append(key)
        await self.is_open.wait()
        if key not in self.files:
            raise FileNotStored
        for start in range(0, len(self.files[key]), 4096):
            yield self.files[key][start : start + 4096]


def drawn(url: str) -> Image.Image:
    kind, _, data = url.partition(",")
    assert kind == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("patch", [320, 80, 40])
def test_a_poster_becomes_small_whatever_is_on_it(patch: int) -> None:
    url = glimpse_of(jpeg(1280, 720, patch=patch))
    assert drawn(url).size == (480, 270)
    assert len(url) < BYTES_AT_MOST * 4 / 3 + 40


def test_what_does_not_get_small_is_left_out() -> None:
    assert glimpse_of(jpeg(1280, 720, patch=6)) == ""


async def test_it_is_made_once_for_all_who_ask() -> None:
    shelf: Any = Shelf({"a/poster.jpg": jpeg(640, 360, patch=40)})
    shelf.is_open.set()
    glimpses = Glimpses()
    first, second = await asyncio.gather(*(glimpses.find(shelf, "a/poster.jpg") for _ in range(2)))
    assert first == second == await glimpses.find(shelf, "a/poster.jpg") != ""
    assert shelf.asked == ["a/poster.jpg"]


async def test_a_page_does_not_wait_for_a_storage_that_is_slow() -> None:
    shelf: Any = Shelf({"a/poster.jpg": jpeg(640, 360, patch=40)})
    glimpses = Glimpses()
    assert await glimpses.find(shelf, "a/poster.jpg") == ""
    shelf.is_open.set()
    async with asyncio.timeout(20):
        while not await glimpses.find(shelf, "a/poster.jpg"):
            pass
    assert shelf.asked == ["a/poster.jpg"]


async def test_a_poster_that_is_gone_or_no_picture_is_done_without() -> None:
    shelf: Any = Shelf({"a/poster.jpg": b"not a picture", "b/poster.jpg": b"x" * 3_000_000})
    shelf.is_open.set()
    for key in ("a/poster.jpg", "b/poster.jpg", "c/poster.jpg", None):
        assert await Glimpses().find(shelf, key) == ""
