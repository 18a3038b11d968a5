"""Writes how far a render is, at most once a second and at each step; it counts nothing itself."""

import asyncio
import json
import time

import psycopg
from psycopg.types.json import Jsonb

from app.jobs.render_station import Running, Station
from app.renders.progress import WRITE_PROGRESS, RenderProgress, news_of

TOLD_EVERY_S = 1.0
STEPS_EVERY_S = 0.1  # scenes that are there already pass in a moment


class ProgressTeller:
    """One render's progress on its way to pages. A lost claim ends the render."""

    def __init__(self, station: Station, running: Running, progress: RenderProgress) -> None:
        self._station, self._running, self._progress = station, running, progress
        self._changed = asyncio.Event()
        self._stepped = asyncio.Event()
        self._told_step = -1

    def changed(self) -> None:
        """There is something to tell; from the loop's own thread."""
        self._changed.set()
        if self._progress.step_number != self._told_step:
            self._stepped.set()

    async def keep_telling(self) -> None:
        """For ever: whoever makes the render cancels this when it is done."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            self._stepped.clear()
            began = time.monotonic()
            await self.tell()
            await asyncio.sleep(STEPS_EVERY_S)
            try:
                async with asyncio.timeout(TOLD_EVERY_S - (time.monotonic() - began)):
                    await self._stepped.wait()
            except TimeoutError:
                pass

    async def tell(self) -> None:
        claim, progress = self._running.claim, self._progress
        self._told_step = progress.step_number
        now = progress.as_json()
        news = json.dumps(news_of(claim, progress.state, now), separators=(",", ":"))
        try:
            rows = await self._station.wire.rows(
                WRITE_PROGRESS,
                {
                    "progress": Jsonb(now),
                    "render_id": claim.render_id,
                    "attempt": claim.attempt,
                    "state": progress.state,
                    "news": f"{claim.workspace_id} progress {news}",
                },
            )
        except psycopg.Error:
            return  # the next one says more; the heartbeat finds out whether the claim still holds
        if not rows:
            self._running.stop("lost")
        elif rows[0][0]:
            self._running.stop("cancelled")
