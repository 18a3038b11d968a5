"""Whether this process can work: database, queue, storage, disk, and workers that make videos.

It decides nothing: who asks knows which part they cannot do without.
"""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from sqlalchemy import func, select

from app.db.session import Database
from app.renders.leases import ALIVE_S, seconds
from app.renders.models import RenderWorker
from app.settings import Settings
from app.storage.interface import Storage
from app.storage.storage_errors import StorageFailed

log = structlog.get_logger()

OK = "ok"
NONE_SEEN = "none seen"
UNKNOWN = "unknown"
WITHIN_S = 4.0  # balancers give up after five seconds or so
# Probes come every few seconds from several sides, and asking a storage elsewhere costs a request.
STORAGE_KNOWN_FOR_S = 10.0
GB = 1024**3

CheckQueue = Callable[[], Awaitable[None]]


class HealthChecks:
    """Asks each part. An answer is OK or a few words of what is wrong, without addresses or keys.

    `check_queue` None: this process sends no jobs.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        storage: Storage,
        check_queue: CheckQueue | None = None,
        *,
        within_s: float = WITHIN_S,
    ) -> None:
        self._settings, self._database, self._storage = settings, database, storage
        self._check_queue, self._within_s = check_queue, within_s
        self._storage_said: tuple[float, str] | None = None

    async def ask_all(self) -> dict[str, str]:
        """Every part by its name."""
        asked = {
            "worker": self._ask(self._ask_workers),
            "storage": self._ask_storage(),
            "disk": self._ask_disk(),
        }
        if self._check_queue is not None:
            asked["queue"] = self._ask(self._check_queue)
        said = dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))
        # One statement asks for both: a database that does not answer knows of no worker.
        if said["worker"] in {OK, NONE_SEEN}:
            return {"database": OK, **said}
        return {"database": said["worker"], **said, "worker": UNKNOWN}

    async def _ask(self, question: Callable[[], Awaitable[str | None]]) -> str:
        try:
            async with asyncio.timeout(self._within_s):
                return await question() or OK
        except Exception as error:  # whatever it is, this part does not work now
            return type(error).__name__

    async def _ask_workers(self) -> str:
        alive = RenderWorker.seen_at > func.now() - seconds(ALIVE_S)
        async with self._database.session() as session:
            return OK if await session.scalar(select(RenderWorker.id).where(alive)) else NONE_SEEN

    async def _ask_storage(self) -> str:
        now = time.monotonic()
        if self._storage_said is None or now - self._storage_said[0] > STORAGE_KNOWN_FOR_S:
            self._storage_said = now, await self._ask(self._check_storage)
        return self._storage_said[1]

    async def _check_storage(self) -> str:
        try:
            await self._storage.check()
        except StorageFailed as error:
            log.warning("health.storage", cause=error.operator)
            return type(error).__name__
        return OK

    async def _ask_disk(self) -> str:
        folder = await asyncio.to_thread(_nearest, self._settings.var_folder)
        free_bytes = shutil.disk_usage(folder).free
        if free_bytes < self._settings.disk_free_gb * GB:
            return f"{free_bytes / GB:.1f} GB free"
        return OK


def _nearest(folder: Path) -> Path:
    """The folder, or the one that it will be made in."""
    while not folder.exists():
        folder = folder.parent
    return folder
