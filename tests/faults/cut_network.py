"""A storage elsewhere whose network is cut and mended: a real server in a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.storage.s3_server import BUCKET, KEY_ID, SECRET, S3Server


class FarStorage:
    """An S3 of ours. `environ` are a worker's settings for it."""

    def __init__(self) -> None:
        self.server = S3Server()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._listening: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def environ(self) -> dict[str, str]:
        return {
            "STORAGE": "s3",
            "S3_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "S3_BUCKET": BUCKET,
            "S3_ACCESS_KEY_ID": KEY_ID,
            "S3_SECRET_ACCESS_KEY": SECRET,
        }

    def cut(self) -> None:
        """Nothing answers, and what is being sent breaks off."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result()

    def mend(self) -> None:
        asyncio.run_coroutine_threadsafe(self._mend(), self._loop).result()

    def hang(self, part: str) -> None:
        """The next PUT of a path with `part` in it is taken and never answered."""
        self.server.fail("silence", "PUT", part=part)

    def await_hanging(self, part: str, within_s: float) -> str:
        """The path of the PUT that hangs, once it does."""
        waiting = asyncio.run_coroutine_threadsafe(self.server.is_silent.wait(), self._loop)
        waiting.result(within_s)
        return next(
            each.path for each in self.server.asked if each.method == "PUT" and part in each.path
        )

    def close(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _mend(self) -> None:
        self._listening = await asyncio.start_server(
            self.server.connected, "127.0.0.1", self.port or None
        )
        self.port = self._listening.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        if self._listening is not None:
            self._listening.close()
            await self.server.end()
            await self._listening.wait_closed()
            self._listening = None


@contextmanager
def far_storage() -> Iterator[FarStorage]:
    storage = FarStorage()
    storage.mend()
    try:
        yield storage
    finally:
        storage.close()
