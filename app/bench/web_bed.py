"""The service for the bench: a filled PostgreSQL in a folder, web and worker as processes.

It starts and ends them, and measures nothing.
"""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from app.bench.web_seed import Seat, Seeded, seed
from app.db.embedded import EmbeddedDatabase, run_embedded
from app.db.migrate import migrate
from app.errors import LoomliteError
from app.jobs.queue import prepare_queue
from app.settings import Settings, load_settings

APP_ROLE = "loomlite_app"
START_LIMIT_S = 60.0
END_LIMIT_S = 20.0


class DidNotStart(LoomliteError):
    """A process of the bench ended or never listened; `str()` says which, with its last words."""


@dataclass(frozen=True)
class WebBed:
    """Everything lies in `folder`; `environ` are the service's settings, as in production."""

    folder: Path
    urls: EmbeddedDatabase
    environ: dict[str, str]
    seeded: Seeded = field(repr=False)

    @property
    def settings(self) -> Settings:
        return load_settings(self.environ)

    @property
    def port(self) -> int:
        return self.settings.port

    def host_of(self, seat: Seat) -> str:
        """What browsers send as Host on that workspace."""
        return f"{seat.slug}.{self.settings.host}"

    @contextlib.contextmanager
    def running(
        self, what: str, port: int | None = None, **environ: str
    ) -> Iterator[psutil.Process]:
        """`web`, `worker`, `bare` or `empty` as a process that listens on `port`. Raises
        DidNotStart."""
        said = self.folder / f"{what}.log"
        with said.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "app.bench.web_process", what],
                env={**os.environ, **self.environ, **environ},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            _await_start(process, port, said)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(END_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def open_web_bed(workspaces: int, **variables: str) -> Iterator[WebBed]:
    """A database with that many workspaces, none to begin with 0; gone afterwards with its folder.

    `variables` are further settings, in place of production's.
    """
    with tempfile.TemporaryDirectory(prefix="loomlite-bench-") as name:
        folder, port = Path(name), free_port()
        with run_embedded(folder / "postgres") as urls:
            asyncio.run(prepare_queue(urls.owner_url))
            migrate(urls.owner_url, APP_ROLE)
            environ = {
                "LOOMLITE_ENV": "production",
                "LOOMLITE_VAR": str(folder / "var"),
                "DATABASE_URL": urls.app_url,
                "APP_HOST": f"http://loomlite.localhost:{port}",
                "PORT": str(port),
                "SMTP_URL": "smtp://127.0.0.1:9",  # production wants one; no letter is sent
                **variables,
            }
            host = load_settings(environ).host
            seeded = seed(urls.owner_url, host, workspaces) if workspaces else Seeded([], 0, 0)
            yield WebBed(folder, urls, environ, seeded)


def free_port() -> int:
    """One that nobody listens on at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await_start(process: "subprocess.Popen[bytes]", port: int | None, said: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not _is_there(port, said):
        if process.poll() is not None or time.monotonic() > deadline:
            words = said.read_text("utf-8", "replace").strip().splitlines()
            raise DidNotStart(f"{said.stem}: {words[-1] if words else 'it said nothing'}")
        time.sleep(0.05)


def _is_there(port: int | None, said: Path) -> bool:
    if port is None:
        return b"service.started" in said.read_bytes()
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
