"""Starts Chromium on a fresh profile behind two pipes, and ends it with all it started."""

import asyncio
import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from fcntl import F_DUPFD_CLOEXEC, fcntl
from pathlib import Path
from typing import Self

import psutil

from app.pipeline.browser.cdp import Connection
from app.pipeline.errors import BrowserDied

# Frames come when we ask for them, each drawn to the end; see capture.md §1.b for their origin.
FRAME_CONTROL_ARGUMENTS = (
    "--deterministic-mode",
    "--enable-begin-frame-control",
    "--disable-new-content-rendering-timeout",
    "--run-all-compositor-stages-before-draw",
    "--disable-threaded-animation",
    "--disable-threaded-scrolling",
    "--disable-checker-imaging",
    "--disable-image-animation-resync",
    "--enable-surface-synchronization",
)
ARGUMENTS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--hide-scrollbars",
    "--mute-audio",
    "--force-device-scale-factor=1",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-notifications",
    "--disable-sync",
    "--block-new-web-contents",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--password-store=basic",
    "--use-mock-keychain",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=Translate,MediaRouter,OptimizationHints,IntensiveWakeUpThrottling",
)
END_LIMIT_S = 5.0
LOG_NAME = "browser.log"

log = logging.getLogger(__name__)


@dataclass
class Browser:
    """A running Chromium. Leaving the context ends the process, its children and its profile."""

    connection: Connection
    pid: int
    frame_control: bool
    user_agent: str
    product: str
    # One frame at a time in the whole browser: overlapping ones end its GPU process.
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    @contextlib.asynccontextmanager
    async def launch(
        cls,
        executable: Path,
        *,
        frame_control: bool,
        arguments: Sequence[str] = (),
        folder: Path | None = None,
    ) -> AsyncIterator[Self]:
        """Starts `executable` with its profile in `folder`. Raises BrowserDied."""
        profile = Path(tempfile.mkdtemp(prefix="profile-", dir=folder))
        connection: Connection | None = None
        pid = 0
        try:
            all_arguments = [
                *ARGUMENTS,
                *(FRAME_CONTROL_ARGUMENTS if frame_control else ()),
                *(["--no-sandbox"] if os.geteuid() == 0 else ()),
                f"--user-data-dir={profile}",
                *arguments,
                "about:blank",
            ]
            pid, read_fd, write_fd = _spawn(executable, all_arguments, profile)
            exited = _exit_future(pid)
            connection = Connection(read_fd, write_fd)
            version = await connection.call("Browser.getVersion")
            yield cls(
                connection,
                pid,
                frame_control,
                version["userAgent"],
                version["product"],
            )
        finally:
            if connection is not None and connection.closed.done():
                log.warning("browser.ended_by_itself last_words=%s", _last_words(profile))
            if connection is not None:
                with contextlib.suppress(BrowserDied):
                    await connection.close()
            if pid:
                await _end(pid, exited)
            shutil.rmtree(profile, ignore_errors=True)

    def memory_bytes(self) -> int:
        """Proportional set size of the browser and all its children, right now."""
        total = 0
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.pid)
            for each in (process, *process.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += each.memory_full_info().pss
        return total


def _last_words(profile: Path) -> str:
    with contextlib.suppress(OSError):
        return (profile / LOG_NAME).read_text(encoding="utf-8", errors="replace")[-1000:]
    return ""


def _spawn(executable: Path, arguments: Sequence[str], profile: Path) -> tuple[int, int, int]:
    """Returns pid and our ends of the two pipes. The child gets its own output: an inherited one
    would keep a killed parent's pipe open."""
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    # Above the numbers that the file actions below put in place.
    child_in, child_out = (
        fcntl(to_read, F_DUPFD_CLOEXEC, 10),
        fcntl(from_write, F_DUPFD_CLOEXEC, 10),
    )
    os.close(to_read)
    os.close(from_write)
    output = str(profile / LOG_NAME)
    try:
        pid = os.posix_spawn(
            str(executable),
            [str(executable), *arguments],
            {**os.environ, "HOME": str(profile)},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
                (os.POSIX_SPAWN_DUP2, child_in, 3),
                (os.POSIX_SPAWN_DUP2, child_out, 4),
            ],
        )
    except OSError as error:
        os.close(to_write)
        os.close(from_read)
        raise BrowserDied(f"starting {executable.name} ({error.strerror})") from error
    finally:
        os.close(child_in)
        os.close(child_out)
    return pid, from_read, to_write


def _exit_future(pid: int) -> asyncio.Future[None]:
    loop = asyncio.get_running_loop()
    exited: asyncio.Future[None] = loop.create_future()
    watch = os.pidfd_open(pid)

    def reap() -> None:
        loop.remove_reader(watch)
        os.close(watch)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
        if not exited.done():
            exited.set_result(None)

    loop.add_reader(watch, reap)
    return exited


async def _end(pid: int, exited: asyncio.Future[None]) -> None:
    """The closed pipe tells Chromium to end; what is left after a moment is killed."""
    family: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    for each in family:
        with contextlib.suppress(psutil.Error):
            each.kill()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(END_LIMIT_S):
            await asyncio.shield(exited)
