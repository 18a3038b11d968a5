"""The service for the faults: a database, teams with campaigns, workers as processes, requests."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg

from app.bench.service_seed import Film, Ready, add_campaign, add_team, press_render
from app.db.embedded import EmbeddedDatabase
from app.db.listen import CHANNEL, PROGRESS
from app.db.session import Database, open_engine
from app.db.tenancy import enter_workspace
from app.renders.cancelling import cancel_renders
from app.renders.models import Render
from app.renders.requests import NothingToRender, Requested
from app.settings import load_settings
from app.storage.open import open_storage
from tests.faults.killable_worker import END_LIMIT_S, LOOK_S, Worker
from tests.pipeline.small_render import CLIP_S, FPS, SmallSite, small_clip

ALL_ENDED_WITHIN_S = 120.0  # some seconds on a machine that does nothing else
MISSING = "missing"


@dataclass
class Stage:
    """`environ`: the workers' settings. Sites and folders are this stage's alone."""

    folder: Path
    urls: EmbeddedDatabase
    site: SmallSite
    environ: dict[str, str] = field(default_factory=dict)
    campaigns: list[Ready] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    pressed: int = 0

    def __post_init__(self) -> None:
        self.environ = {
            "LOOMLITE_VAR": str(self.folder / "var"),
            "DATABASE_URL": self.urls.app_url,
            "ALLOW_ADDRESSES": self.site.address,
            "RENDER_SLOTS": "2",
            "RENDER_GRACE_S": "0",
            **self.environ,
        }

    @property
    def var(self) -> Path:
        return Path(self.environ["LOOMLITE_VAR"])

    def add_team(self, leads: int, *, missing: int = 0, concurrent: int = 4) -> Ready:
        """A team whose campaign has so many leads, of which the last `missing` have no page."""
        paths = [f"lead-{number}" for number in range(leads - missing)] + [MISSING] * missing
        clip = small_clip(self.folder)
        scenes = (
            {"id": "page", "csv_column": "Page", "duration_s": 1.0},
            {"id": "shared", "url": self.site.url("shared"), "duration_s": 1.0},
        )
        output = {
            "width": 320,
            "height": 180,
            "fps": FPS,
            "preset": "superfast",
            "page_load_wait_ms": 500,
        }
        film = Film(clip, CLIP_S, scenes, output, {"width": 64, "margin": 8, "border": 2})
        pages = [(self.site.url(path), "https://example.com/") for path in paths]

        async def add(database: Database) -> Ready:
            slug = f"team-{len(self.campaigns)}"
            team = await add_team(database, "localhost:8000", slug, concurrent=concurrent)
            storage = open_storage(load_settings(self.environ))
            try:
                return await add_campaign(database, storage, team, film, pages)
            finally:
                await storage.close()

        ready: Ready = self.ask(add)
        self.campaigns.append(ready)
        return ready

    def fill(self, *, missing: int = 0, share: float = 1.0) -> None:
        """Two teams press Render, each several times at once as impatient people do."""
        leads = (4, 2) if self.has_engine else (8, 4)
        for number, of_team in enumerate(leads):
            count = max(1, round(of_team * share))
            ready = self.add_team(count, missing=missing if number == 0 else 0)
            assert self.press(ready) == count

    @property
    def has_engine(self) -> bool:
        """The engine itself works here, not the stand-in, which is quicker."""
        return "STAND_IN" not in self.environ

    def press(self, ready: Ready, *, at_once: int = 3) -> int:
        """How many videos so many presses of Render at once brought, all together."""

        async def press(database: Database) -> int:
            presses = (press_render(database, ready) for _ in range(at_once))
            found = await asyncio.gather(*presses, return_exceptions=True)
            for each in found:
                assert isinstance(each, Requested | NothingToRender), each
            return sum(each.videos for each in found if isinstance(each, Requested))

        videos = int(self.ask(press))
        self.pressed += videos
        return videos

    def cancel(self, ready: Ready, render_ids: Sequence[UUID]) -> None:
        async def cancel(database: Database) -> None:
            async with database.session() as session:
                await enter_workspace(session, ready.team.workspace_id)
                await cancel_renders(session, Render.id.in_(render_ids))

        self.ask(cancel)

    def ask(self, act: Any) -> Any:
        """What `act` gives, with a database as the web server has one."""

        async def run() -> Any:
            async with self._database() as database:
                return await act(database)

        return asyncio.run(run())

    @contextlib.asynccontextmanager
    async def _database(self) -> AsyncIterator[Database]:
        database = Database(open_engine(self.urls.app_url))
        try:
            yield database
        finally:
            await database.close()

    def start_worker(self, **variables: str) -> Worker:
        """It is at work when this returns; `close` ends it."""
        started = self.begin_worker(**variables)
        started.await_words("service.started")
        return started

    def begin_worker(self, **variables: str) -> Worker:
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("LOOMLITE_", "S3_"))}
        with tempfile.NamedTemporaryFile(
            "wb", dir=self.folder, prefix="worker-", suffix=".txt", delete=False
        ) as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.worker_process", "worker"],
                env={**environ, **self.environ, **variables},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        started = Worker(process, Path(said.name))
        self.workers.append(started)
        return started

    def start_workers(self, count: int, **variables: str) -> list[Worker]:
        begun = [self.begin_worker(**variables) for _ in range(count)]
        for each in begun:
            each.await_words("service.started")
        return begun

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """As the database's owner, who sees everything."""
        with psycopg.connect(self.urls.owner_url, autocommit=True) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def await_rows(
        self, query: str, *values: Any, within_s: float = ALL_ENDED_WITHIN_S
    ) -> list[Any]:
        """As soon as there is one; the database may be away meanwhile."""
        deadline = time.monotonic() + within_s
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                if found := self.rows(query, *values):
                    return found
            assert time.monotonic() < deadline, f"never true: {query}\n{self.story()}"
            time.sleep(LOOK_S)

    def await_step(self, *steps: str) -> UUID | None:
        """A render that has just come to one of these steps, as pages hear of it; None when all
        of them have ended before one did."""
        deadline = time.monotonic() + ALL_ENDED_WITHIN_S
        with psycopg.connect(self.urls.app_url, autocommit=True) as connection:
            connection.execute(f"listen {CHANNEL}".encode())
            while time.monotonic() < deadline:
                for news in connection.notifies(timeout=0.5, stop_after=1):
                    what, _, text = news.payload.partition(" ")[2].partition(" ")
                    if what == PROGRESS and (told := json.loads(text))["state"] in steps:
                        return UUID(told["render"])
                if not self.rows("select 1 from render_jobs limit 1"):
                    return None
        raise AssertionError(f"no render came to {steps}:\n{self.story()}")

    def worker_of(self, render_id: UUID | None) -> Worker | None:
        """Who makes it now."""
        found = self.rows(
            "select name from render_workers worker join render_jobs job "
            "on job.worker_id = worker.id where job.render_id = %s", render_id,
        )  # fmt: skip
        pid = int(found[0][0].rpartition(":")[2]) if found else 0
        return next((each for each in self.workers if each.process.pid == pid), None)

    def await_end(self) -> None:
        """Every render has ended."""
        self.await_rows("select 1 where not exists (select from render_jobs)")

    def engines(self) -> list[psutil.Process]:
        """The engines that the workers have started; their browsers are theirs."""
        found = []
        for worker in self.workers:
            with contextlib.suppress(psutil.Error):
                found += psutil.Process(worker.process.pid).children()
        return found

    def end_workers(self) -> None:
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.process.send_signal(signal.SIGTERM)
        for worker in self.workers:
            try:
                worker.process.wait(END_LIMIT_S)
            except subprocess.TimeoutExpired:
                worker.kill()
                raise AssertionError(f"it did not end:\n{worker.said()[-4000:]}") from None

    def story(self) -> str:
        """What there is to know when something went wrong."""
        with contextlib.suppress(psycopg.Error):
            lines = [str(row) for row in self.rows(
                "select r.row, r.state, r.error_code, j.attempts, j.lease_until, j.run_at, "
                "j.failures, j.setbacks, now() from renders r left join render_jobs j "
                "on j.render_id = r.id where r.state <> 'completed'"
            )]  # fmt: skip
            lines += [str(row) for row in self.rows(
                "select render_id, number, outcome, error_code, error, right(log, 300) "
                "from render_attempts where outcome not in ('completed')"
            )]  # fmt: skip
            return "\n".join([*lines, *(w.said()[-3000:] for w in self.workers)])
        return "the database is away"


@contextlib.contextmanager
def open_stage(
    folder: Path, urls: EmbeddedDatabase, site: SmallSite, **environ: str
) -> Iterator[Stage]:
    """Its workers have ended afterwards, whatever happened."""
    stage = Stage(folder, urls, site, environ)
    try:
        yield stage
    finally:
        for worker in stage.workers:
            if worker.process.poll() is None:
                worker.process.kill()
                worker.process.wait()
