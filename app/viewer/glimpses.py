"""A small first sight of a video's poster, to be written into its page; it draws no page.

The poster itself is a request of its own, which on a slow network takes as long as the page did.
"""

import asyncio
import base64
import io
from collections import OrderedDict

import structlog
from PIL import Image

from app.storage.disk import in_thread
from app.storage.interface import Storage

log = structlog.get_logger()

# As wide as phones are in CSS pixels, so that it is the whole picture until the sharp one is there.
GLIMPSE_PX = 480
WEBP_QUALITIES = (70, 50, 30, 15)
# The page with it stays within what a server may send before it hears from the browser (RFC 6928).
BYTES_AT_MOST = 8_000
POSTER_BYTES_AT_MOST = 2 * 1024 * 1024
# A page does not wait longer for what only makes it prettier; the next one has it.
WITHIN_S = 0.3
KEPT_AT_MOST = 512  # 11 kB each


class Glimpses:
    """What was made of the posters that were looked at last. A poster's key is also its version."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._making: dict[str, asyncio.Task[str]] = {}

    async def find(self, storage: Storage, key: str | None) -> str:
        """A `data:` URL; "" where there is no poster, none that can be read, or not soon enough."""
        if key is None:
            return ""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(storage, key))
        try:
            return await asyncio.wait_for(asyncio.shield(task), WITHIN_S)
        except TimeoutError:
            return ""

    def is_settled(self, key: str | None) -> bool:
        """Whether `find` would say the same again."""
        return key is None or key in self._kept

    async def _make(self, storage: Storage, key: str) -> str:
        try:
            made = await in_thread(glimpse_of, await _read(storage, key))
        except Exception as error:  # whatever is the matter with it, the page does without
            log.warning("glimpse.failed", key=key, reason=type(error).__name__)
            made = ""
        finally:
            del self._making[key]
        self._kept[key] = made
        while len(self._kept) > KEPT_AT_MOST:
            self._kept.popitem(last=False)
        return made


def glimpse_of(poster: bytes) -> str:
    """The picture as a small WebP in a `data:` URL; "" for one that does not get small."""
    with Image.open(io.BytesIO(poster), formats=("JPEG", "WEBP", "PNG")) as image:
        image.draft("RGB", (GLIMPSE_PX, GLIMPSE_PX))  # a JPEG is then decoded at half its size
        small = image.convert("RGB")
    small.thumbnail((GLIMPSE_PX, GLIMPSE_PX), Image.Resampling.BILINEAR)
    for quality in WEBP_QUALITIES:
        file = io.BytesIO()
        small.save(file, "WEBP", quality=quality, method=2)
        if file.tell() <= BYTES_AT_MOST:
            return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"
    return ""


async def _read(storage: Storage, key: str) -> bytes:
    pieces, size = [], 0
    async for piece in storage.read(key):
        pieces.append(piece)
        size += len(piece)
        if size > POSTER_BYTES_AT_MOST:
            raise ValueError("The poster is too large.")
    return b"".join(pieces)
