"""What this process and its browsers take of the machine's memory, and the end of a run that
takes too much; it knows no page and no video."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import psutil

from app.pipeline.errors import TooMuchMemory

LOOK_S = 3.0  # a look at the browsers' families costs 40 ms
NEAR_LOOK_S = 0.5  # a page can take a gigabyte in seconds
NEAR = 0.6  # of the limit


class MemoryWatch:
    """`peak_bytes` is the largest proportional set size seen while `watching`."""

    def __init__(self, limit_mb: int | None = None) -> None:
        self.peak_bytes = 0
        self._limit_mb = limit_mb

    @contextlib.asynccontextmanager
    async def watching(self, browsers_bytes: Callable[[], int]) -> AsyncIterator[None]:
        """Ends the block when this process and its browsers outgrow the limit.

        Raises TooMuchMemory then, from within the block's cancellation.
        """
        work = asyncio.current_task()
        assert work is not None  # noqa: S101  (a coroutine runs in a task)
        watch = asyncio.create_task(self._watch(browsers_bytes, work))
        try:
            yield
        except BaseException:
            if _exceeded(watch) and work.uncancel() == 0 and self._limit_mb is not None:
                raise TooMuchMemory(self._limit_mb) from None
            raise
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _watch(self, browsers_bytes: Callable[[], int], work: asyncio.Task[object]) -> bool:
        """Looks until the limit is exceeded; cancels `work` then, and is done."""
        process = psutil.Process()
        limit = float("inf") if self._limit_mb is None else self._limit_mb * 1e6
        while True:
            used = process.memory_full_info().pss + browsers_bytes()
            self.peak_bytes = max(self.peak_bytes, used)
            if used > limit:
                work.cancel()
                return True
            await asyncio.sleep(NEAR_LOOK_S if used > NEAR * limit else LOOK_S)


def _exceeded(watch: "asyncio.Task[bool]") -> bool:
    return watch.done() and not watch.cancelled() and watch.exception() is None
