"""A short memory of what pages were last drawn from, so that they go on while the database is slow
or away; it knows no page and no database."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger()

# What was read so lately is not read again: a link that went round is opened by many at once.
FRESH_S = 2.0
# A video that was opened in the last quarter of an hour plays on without the database.
KEPT_S = 900.0
# Who asks for what is remembered waits no longer than this for what may be newer.
PATIENCE_S = 0.3
# After a failure it is let be for a moment: what fails by a time limit holds a connection.
LET_BE_S = 1.0
AT_MOST = 5_000  # some 20 kB each

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class _Kept(Generic[V]):
    value: V
    read_at: float
    let_be_until: float = 0.0


class ShortCache(Generic[K, V]):
    """Of several that want the same at once, one reads and all get it.

    What is None is not remembered: those who guess would push out what is asked for.
    """

    def __init__(
        self,
        *,
        fresh_s: float = FRESH_S,
        kept_s: float = KEPT_S,
        patience_s: float = PATIENCE_S,
        at_most: int = AT_MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.fresh_s, self.kept_s, self.patience_s = fresh_s, kept_s, patience_s
        self.at_most, self.clock = at_most, clock
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self._reading: dict[K, asyncio.Task[V | None]] = {}

    def find_fresh(self, key: K) -> V | None:
        """What was read so lately that it counts; it waits for nothing."""
        kept = self._kept.get(key)
        return kept.value if kept and self.clock() - kept.read_at < self.fresh_s else None

    async def get(self, key: K, read: Callable[[V | None], Awaitable[V | None]]) -> V | None:
        """What `read` gives, or what it gave within the last `kept_s` where it fails or is slow.

        `read` gets what is remembered. Raises what it raises when nothing is.
        """
        now = self.clock()
        kept = self._kept.get(key)
        if kept is None or now - kept.read_at >= self.kept_s:
            return await asyncio.shield(self._read(key, read, None))
        self._kept.move_to_end(key)
        if now - kept.read_at < self.fresh_s or now < kept.let_be_until:
            return kept.value
        task = self._read(key, read, kept.value)
        done, _ = await asyncio.wait({task}, timeout=self.patience_s)
        if not done or task.cancelled() or task.exception() is not None:
            kept.let_be_until = self.clock() + LET_BE_S
            return kept.value
        return task.result()

    def drop(self, key: K) -> None:
        """It is read anew by whoever asks next."""
        self._kept.pop(key, None)
        # What is being read may be from before the change.
        self._reading.pop(key, None)

    def drop_where(self, matches: Callable[[V], bool]) -> None:
        """As `drop` for all values of this kind."""
        for key in [key for key, kept in self._kept.items() if matches(kept.value)]:
            self.drop(key)
        # Of which kind it is nobody knows yet: whoever waits has it, and it is not remembered.
        self._reading.clear()

    def _read(
        self, key: K, read: Callable[[V | None], Awaitable[V | None]], known: V | None
    ) -> asyncio.Task[V | None]:
        task = self._reading.get(key)
        if task is None or task.done():
            task = asyncio.create_task(self._remembering(key, read, known))
            self._reading[key] = task
            task.add_done_callback(lambda ended: self._ended(key, ended))
        return task

    async def _remembering(
        self, key: K, read: Callable[[V | None], Awaitable[V | None]], known: V | None
    ) -> V | None:
        began = self.clock()
        value = await read(known)
        if self._reading.get(key) is not asyncio.current_task():
            return value  # dropped meanwhile
        if value is None:
            self._kept.pop(key, None)
            return None
        self._kept[key] = _Kept(value, began)
        self._kept.move_to_end(key)
        while len(self._kept) > self.at_most:
            self._kept.popitem(last=False)
        return value

    def _ended(self, key: K, task: asyncio.Task[V | None]) -> None:
        if self._reading.get(key) is task:
            del self._reading[key]
        # Nobody may be waiting any longer; the error is looked at here in any case.
        if not task.cancelled() and (error := task.exception()) is not None and key in self._kept:
            log.warning("viewer.shown_from_memory", reason=type(error).__name__)
