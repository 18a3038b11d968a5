"""Starts `python -m app.pipeline`, passes its events on, and ends it; knows no lead and no page."""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from app.engine.environment import engine_environment
from app.engine.events import ENDINGS, Event, is_failure, is_known_hello, read_event
from app.engine.family import end_family, has_ended
from app.engine.log import EngineLog
from app.errors import LoomliteError
from app.pipeline.process import Exit

OnEvent = Callable[[Event], None]

# Without -P a folder called `app` where the user happens to stand would be started.
ENGINE = (sys.executable, "-P", "-m", "app.pipeline")
LINE_BYTES = 16 << 20  # the last line holds the whole report
CHUNK_BYTES = 64 << 10
# The engine tells a frame's progress several times a second and gives a page about a minute; one
# that says nothing for this long hangs in a way its own watchdogs do not see.
SILENCE_LIMIT_S = 600.0
END_LIMIT_S = 25.0  # the engine ends itself within 20 s of a SIGTERM
# For who promises that a render is gone within 3 s. Most end by themselves in 0.4 s, and a busy
# machine takes up to a second to clear a killed browser away.
CANCEL_WITHIN_S = 1.5
RENDER_NICENESS = 10  # beside a web server: a page that is asked for goes before a video

logger = logging.getLogger(__name__)


class PipelineFailed(LoomliteError):
    """The engine could not do it; `str()` is its sentence, `code` its error's name.

    Codes that are not the engine's own: engine_died (it ended without a word), engine_hangs,
    engine_garbled, engine_unknown (of another release) and took_too_long.
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
    env: Mapping[str, str] | None = None,
    tmp: Path | None = None,
    nice: int | None = None,
    memory_limit_mb: int | None = None,
    limit_s: float | None = None,
    end_within_s: float = END_LIMIT_S,
    done_within_s: float = END_LIMIT_S,
) -> Event:
    """Runs `command` on `file` as a session of its own; returns its "finished" event.

    log: where the end of what the engine logs is afterwards; the file stays below about 1 MB.
    env: what it sees; by default `engine_environment`, in which there are no secrets. tmp: a
    folder for its temporary files; made, and gone afterwards. nice: 10 for a render and 0 for the
    rest. memory_limit_mb: for a render, its browsers included; beyond it fails (too_much_memory).
    limit_s: how long it may take in all. done_within_s: how long it may take to end after its last
    word, for what it made is whole by then and a busy machine closes its browser slowly.

    When this is cancelled the engine cleans up and ends; whatever is left of it, of its browser
    and of all they started is killed `end_within_s` later. Raises PipelineFailed.
    """
    arguments = _arguments(command, file, nice, memory_limit_mb)
    with EngineLog(log) as said, _folder(tmp) as folder:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            env=dict(engine_environment(os.environ, folder) if env is None else env),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_BYTES,
            start_new_session=True,  # Ctrl-C in the terminal reaches us alone
        )
        keeping = asyncio.create_task(_keep(process, said))
        try:
            async with asyncio.timeout(limit_s):
                last = await _listen(process, command, on_event)
                if not await has_ended(process, within_s=done_within_s) and not is_failure(last):
                    raise _hangs("The engine was done but did not end.")
        except TimeoutError:
            raise _took_too_long(limit_s) from None
        finally:
            await _end(process, keeping, end_within_s)
        if is_failure(last):
            raise PipelineFailed(last["error"], last["message"], permanent=last["permanent"])
        if last.get("event") == "finished" and process.returncode == 0:
            return last
        raise _died(process.returncode, last, said, log)


def _arguments(
    command: str, file: Path, nice: int | None, memory_limit_mb: int | None
) -> list[str]:
    arguments = [*ENGINE, command, str(file)]
    if nice is None:
        nice = RENDER_NICENESS if command == "render" else 0
    arguments += ["--progress", "json", "--nice", str(nice)]
    if memory_limit_mb is not None:
        arguments += ["--memory-limit-mb", str(memory_limit_mb)]
    return arguments


@contextlib.contextmanager
def _folder(tmp: Path | None) -> Iterator[Path]:
    if tmp is None:
        # An engine that was killed has left files there, some perhaps still being removed.
        with tempfile.TemporaryDirectory(
            prefix="loomlite-engine-", ignore_cleanup_errors=True
        ) as made:
            yield Path(made)
        return
    tmp.mkdir(parents=True, exist_ok=True)
    try:
        yield tmp
    finally:
        shutil.rmtree(tmp, ignore_errors=True)


async def _listen(process: asyncio.subprocess.Process, command: str, on_event: OnEvent) -> Event:
    """Its last event; an empty one if it never said a thing."""
    last: Event = {}
    while last.get("event") not in ENDINGS:
        line = await _line(process)
        if line is None:
            break
        event = _read(line, command)
        if not last and not is_known_hello(event):
            raise _unknown_engine()
        if event["event"] != "hello":
            on_event(event)
        last = event
    return last


async def _line(process: asyncio.subprocess.Process) -> bytes | None:
    """The next whole line; None after the last. One that broke off is the end of who wrote it."""
    lines: asyncio.StreamReader | None = process.stdout
    assert lines is not None  # noqa: S101  (asked for as a pipe)
    try:
        async with asyncio.timeout(SILENCE_LIMIT_S):
            line = await lines.readline()
    except TimeoutError:
        said = f"The engine gave no sign of life for {SILENCE_LIMIT_S / 60:.0f} minutes"
        raise _hangs(f"{said}, so it was ended.") from None
    except ValueError:  # beyond LINE_BYTES
        raise _garbled("a line without an end") from None
    return line if line.endswith(b"\n") else None


def _read(line: bytes, command: str) -> Event:
    try:
        return read_event(line, command)
    except ValueError as fault:
        raise _garbled(f"{fault}: {line[:200]!r}") from None


async def _keep(process: asyncio.subprocess.Process, log: EngineLog) -> None:
    said: asyncio.StreamReader | None = process.stderr
    assert said is not None  # noqa: S101  (asked for as a pipe)
    while chunk := await said.read(CHUNK_BYTES):
        log.write(chunk)


async def _end(
    process: asyncio.subprocess.Process, keeping: asyncio.Task[None], within_s: float
) -> None:
    try:
        await end_family(process, within_s=within_s)
        # Nobody is left who could say more; what was said is read in a moment.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await keeping
    finally:
        keeping.cancel()


def _hangs(said: str) -> PipelineFailed:
    return PipelineFailed("engine_hangs", said, permanent=False)


def _garbled(what: str) -> PipelineFailed:
    logger.error("engine.garbled what=%s", what)
    return PipelineFailed(
        "engine_garbled",
        "What the engine told of its progress could not be understood, so it was ended.",
        permanent=False,
    )


def _unknown_engine() -> PipelineFailed:
    return PipelineFailed(
        "engine_unknown",
        "The engine is not of the same release as what started it. "
        "Install one release on all machines and restart every process, then try again.",
        permanent=True,
    )


def _took_too_long(limit_s: float | None) -> PipelineFailed:
    said = f"It was not done after {(limit_s or 0) / 60:.3g} minutes, so it was ended."
    return PipelineFailed("took_too_long", said, permanent=False)


def _died(code: int | None, last: Event, log: EngineLog, path: Path | None) -> PipelineFailed:
    if not last and code == Exit.USAGE:
        return _unknown_engine()  # it did not understand how it was started
    said = f"The engine ended unexpectedly (exit code {code})."
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        said = f"The engine was killed ({name}); the machine may be short of memory."
    words = log.last_line()[:300]
    said += f" It said: {words}" if words else ""
    said += f" Its log is {path}." if path else ""
    return PipelineFailed("engine_died", said, permanent=False)
