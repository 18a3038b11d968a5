"""Starts `python -m app.pipeline`, passes its events on, and ends it; knows no lead and no page."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from app.errors import LoomliteError

Event = dict[str, Any]
OnEvent = Callable[[Event], None]

LINE_BYTES = 16 << 20  # the last line holds the whole report
# The engine tells a frame's progress several times a second and gives a page about a minute; one
# that says nothing for this long hangs in a way its own watchdogs do not see.
SILENCE_LIMIT_S = 600.0
END_LIMIT_S = 25.0  # the engine ends itself within 20 s of a SIGTERM


class PipelineFailed(LoomliteError):
    """The engine could not do it; `str()` is its sentence, `code` its error's name.

    `code` is "engine_died" where the process ended without a word.
    """

    def __init__(self, code: str, message: str, *, permanent: bool) -> None:
        self.code, self.permanent = code, permanent
        super().__init__(message)

    def to_json(self) -> dict[str, object]:
        return {"error": self.code, "message": str(self), "permanent": self.permanent}


async def run_pipeline(
    command: str,
    file: Path,
    *,
    log: Path | None = None,
    on_event: OnEvent = lambda event: None,
) -> Event:
    """Runs `command` on `file` as a process group of its own; returns its "finished" event.

    What the engine logs is in the file `log` afterwards. When this is cancelled the engine cleans
    up and ends; what is then left of its group is killed. Raises PipelineFailed.
    """
    with log.open("w+b") if log else tempfile.TemporaryFile() as stderr:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            # Without -P a folder called `app` where the user happens to stand would be started.
            *("-P", "-m", "app.pipeline", command, str(file), "--progress", "json"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            limit=LINE_BYTES,
            start_new_session=True,  # Ctrl-C in the terminal reaches us alone
        )
        try:
            last = await _listen(process, on_event)
            await process.wait()
        finally:
            await _end(process)
        if last.get("event") == "finished" and process.returncode == 0:
            return last
        if last.get("event") == "failed":
            raise PipelineFailed(last["error"], last["message"], permanent=last["permanent"])
        said = _died(process.returncode) + _last_words(stderr)
        said += f" Its log is {log}." if log else ""
        raise PipelineFailed("engine_died", said, permanent=False)


async def _listen(process: asyncio.subprocess.Process, on_event: OnEvent) -> Event:
    lines: asyncio.StreamReader | None = process.stdout
    assert lines is not None  # noqa: S101  (asked for as a pipe)
    last: Event = {}
    while True:
        try:
            async with asyncio.timeout(SILENCE_LIMIT_S):
                line = await lines.readline()
        except TimeoutError:
            said = f"The engine gave no sign of life for {SILENCE_LIMIT_S / 60:.0f} minutes"
            raise PipelineFailed(
                "engine_hangs", f"{said}, so it was ended.", permanent=False
            ) from None
        if not line:
            return last
        last = json.loads(line)
        on_event(last)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        # To the engine alone: a browser that goes first would look like one that crashed.
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_LIMIT_S):
                await process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _died(code: int | None) -> str:
    if code is not None and code < 0:
        signal_name = signal.Signals(-code).name
        return f"The engine was killed ({signal_name}); the machine may be short of memory."
    return f"The engine ended unexpectedly (exit code {code})."


def _last_words(log: IO[bytes]) -> str:
    """The last line of a traceback says most."""
    log.seek(0, os.SEEK_END)
    log.seek(max(0, log.tell() - 4096))
    lines = log.read().decode("utf-8", "replace").split("\n")
    said = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f" It said: {said[:300]}" if said else ""
