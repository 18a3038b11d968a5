"""A render that takes seconds: a small page that can be held back, a short clip, a process."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import psutil

from app.campaign import FacecamStyle, Output
from app.pipeline.spec import LeadSpec, RenderSpec, SceneSpec
from tests.pipeline.synthetic import clap, flat, make_clip

FPS: Literal[30] = 30
CLIP_S = 2
END_LIMIT_S = 60.0  # nothing here takes more than some seconds, but machines are shared

_PAGE = (
    "<!doctype html><title>{name}</title><body style='margin:0;font:20px sans-serif'>"
    + "".join(
        f"<section style='height:300px;overflow:hidden'><h2>Part {n} of {{name}}</h2></section>"
        for n in "12345"
    )
).encode()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A killed browser breaks its connections off, and that is what these tests are about."""


@dataclass
class SmallSite:
    """`/held/…` answers once `released`, `/missing` is not there, everything else is a page."""

    port: int = 0
    asked: threading.Event = field(default_factory=threading.Event)  # for a held page
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.address}/{path}"


@contextmanager
def small_site() -> Iterator[SmallSite]:
    site = SmallSite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/held/"):
                site.asked.set()
                site.released.wait(END_LIMIT_S)
            status = 404 if self.path in ("/missing", "/favicon.ico") else 200
            body = _PAGE.replace(b"{name}", self.path.strip("/").encode())
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with quiet_server(Handler) as site.port:
        try:
            yield site
        finally:
            site.released.set()


@contextmanager
def quiet_server(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Serves on loopback; its port."""
    with _Quiet(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def small_clip(folder: Path) -> Path:
    pictures = [flat((200, 120, 80), width=128, height=96)] * (CLIP_S * FPS)
    return make_clip(folder / "facecam.mp4", pictures=pictures, fps=FPS, sound=clap(CLIP_S, [0.5]))


def small_spec(folder: Path, site: SmallSite, *paths: str) -> Path:
    """A spec whose scenes show `paths`; `folder` has the clip and takes all the rest."""
    frames = CLIP_S * FPS // len(paths)
    spec = RenderSpec(
        lead=LeadSpec(row=2, name="Ada Lovelace", slug="2-ada-lovelace"),
        scenes=tuple(
            SceneSpec(id=f"scene{n}", url=site.url(path), frames=frames)
            for n, path in enumerate(paths)
        ),
        output=Output(width=320, height=180, fps=FPS, preset="superfast", page_load_wait_ms=500),
        facecam=folder / "facecam.mp4",
        style=FacecamStyle(width=64, margin=8, border=2),
        out=folder / "out",
        artifacts=folder / "artifacts",
        allow_addresses=(site.address,),
    )
    file = folder / "spec.json"
    file.write_text(spec.model_dump_json())
    return file


def engine(command: str, file: Path) -> "subprocess.Popen[str]":
    """`python -m app.pipeline` with JSON lines; its log goes beside the file."""
    with file.with_suffix(".log").open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "app.pipeline", command, str(file), "--progress", "json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )


def events(process: "subprocess.Popen[str]") -> Iterator[dict[str, Any]]:
    """What it tells, after its greeting."""
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] != "hello":
            yield event


def run_engine(command: str, file: Path) -> tuple[int, list[dict[str, Any]]]:
    with engine(command, file) as process:
        told = list(events(process))
        return process.wait(END_LIMIT_S), told


def family(pid: int) -> list[psutil.Process]:
    """All that a process has started."""
    return psutil.Process(pid).children(recursive=True)


def engines() -> list[psutil.Process]:
    """The engines that this process has started, and all that they have.

    A test may share its process with servers that earlier tests have started, and need.
    """
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if "app.pipeline" in child.cmdline():
                found += [child, *child.children(recursive=True)]
    return found


def left_alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those still running some seconds later. A zombie is gone: its new parent forgot it."""
    deadline = time.monotonic() + 10
    while (alive := [each for each in processes if runs(each)]) and time.monotonic() < deadline:
        psutil.wait_procs(alive, timeout=0.05)
    return alive


def runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
