"""Tries again what may succeed later, after growing waits; it knows no storage."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog

from app.storage.storage_errors import StorageFailed

T = TypeVar("T")

log = structlog.get_logger()

# 15 s in all: a restart of a server elsewhere passes within; what lasts longer is tried again by
# the job, with its file kept.
WAITS_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
LONGEST_WISH_S: Final = 30.0  # a server's own Retry-After is heard up to here


@dataclass(frozen=True)
class Retrying:
    """How often and after which waits. `pause` waits so many seconds, `chance` gives 0 to 1."""

    waits_s: tuple[float, ...] = WAITS_S
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.SystemRandom().random

    async def run(self, what: str, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` returns. Raises its last StorageFailed, and anything else at once."""
        tries = Tries(self, what)
        while True:
            try:
                return await work()
            except StorageFailed as error:
                await tries.after(error)


class Tries:
    """Those of one piece of work; `what` names it in the log."""

    def __init__(self, retrying: Retrying, what: str) -> None:
        self._retrying = retrying
        self._what = what
        self._failed = 0

    def went_on(self) -> None:
        """Something arrived: the next failure is the first one again."""
        self._failed = 0

    async def after(self, error: StorageFailed) -> None:
        """Waits until the next try. Raises the error when there is none."""
        waits_s = self._retrying.waits_s
        cause = {"what": self._what, "error": type(error).__name__, "cause": error.operator}
        if not error.is_worth_another_try or self._failed >= len(waits_s):
            log.error("storage.failed", tries=self._failed + 1, **cause)
            raise error
        # Between a half and the whole: many that failed at once do not come back at once.
        wait_s = waits_s[self._failed] * (0.5 + self._retrying.chance() / 2)
        wait_s = max(wait_s, min(error.retry_after_s, LONGEST_WISH_S))
        self._failed += 1
        log.warning("storage.try_failed", wait_s=round(wait_s, 2), **cause)
        await self._retrying.pause(wait_s)
