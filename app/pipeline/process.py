"""One piece of work as a process: JSON lines out, signals in, an exit code; knows no work itself.

Exit codes
  0  done
  1  a fault of ours; the traceback is on standard error
  2  usage, or a spec that is invalid
  3  failed for good: the same input will fail again
  4  failed, but worth another try
  5  cancelled: SIGTERM, SIGINT, the parent died, or nobody reads the progress any more
"""

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from enum import IntEnum
from pathlib import Path
from types import FrameType

from app.pipeline.errors import Cancelled, PipelineError, SpecInvalid

Event = dict[str, object]
OnEvent = Callable[[Event], None]

# Of the events and of what starts us. Who reads them may be of an older release, still running
# when this one is installed, and must not guess at what it does not know.
PROTOCOL_VERSION = 1
HELLO: Event = {"event": "hello", "version": PROTOCOL_VERSION}

# Closing a browser takes up to 5 s. Beyond this something hangs, and an abrupt end leaves nothing
# behind either: Chromium ends with its pipe and the next start sweeps the drafts.
CANCEL_LIMIT_S = 20.0

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_CAPBSET_DROP, _CAP_SYS_NICE = 24, 23  # linux/prctl.h, linux/capability.h
_OOM_SCORE = "500"  # of 1,000: long before a web server or a database; see proc(5)


class Exit(IntEnum):
    OK = 0
    FAULT = 1
    USAGE = 2
    PERMANENT = 3
    TRY_AGAIN = 4
    CANCELLED = 5


class Lines:
    """Writes each event as one line on what was standard output; safe from any thread.

    Whatever else is printed goes to standard error from here on, so that no library can break a
    line. When the reader is gone `on_gone` is called, once, and later events are dropped.
    """

    def __init__(self, write_line: Callable[[Event], str | None]) -> None:
        sys.stdout.flush()
        self._fd = os.dup(1)  # not inherited: Chromium must not keep the reader waiting
        os.dup2(2, 1)
        self._write_line = write_line
        self._lock = threading.Lock()
        self._gone = False
        self.on_gone: Callable[[], None] = lambda: None

    def __call__(self, event: Event) -> None:
        line = self._write_line(event)
        if line is None:
            return
        with self._lock:
            if self._gone:
                return
            try:
                rest = memoryview(line.encode() + b"\n")
                while rest:
                    rest = rest[os.write(self._fd, rest) :]
                return
            except BrokenPipeError:
                self._gone = True
        self.on_gone()


def as_json(event: Event) -> str:
    return json.dumps(event, ensure_ascii=False, default=str)


def end_with_parent() -> None:
    """From now on the parent's death is a SIGTERM to this process.

    The kernel does this without the parent's help and without a thread of ours. Watching for the
    end of standard input was the other way; it fails as soon as any other child has inherited the
    parent's end of the pipe, and it would end a run started with `< /dev/null` at once. A parent
    that died before this call is noticed by the first line: its end of the pipe is closed.
    (Linux counts the *thread* that started this process as its parent.)
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def step_back(niceness: int) -> None:
    """From now on this process, and what it starts, leaves time and memory to others first.

    Linux may group processes by session and share time between the groups; then the group's own
    niceness counts: sched(7). Where a machine runs out of memory, the engine is what can be done
    again.
    """
    if niceness <= 0:
        return
    os.nice(niceness)
    # Run by root, Chromium would put its own processes before everything else again. Nobody else
    # has, or can drop, this right: then the call fails, and that is as well.
    ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_SYS_NICE, 0, 0, 0)
    for file, value in (("autogroup", str(niceness)), ("oom_score_adj", _OOM_SCORE)):
        with contextlib.suppress(OSError):
            Path("/proc/self", file).write_text(value)


def run_work(work: Callable[[OnEvent], Awaitable[None]], lines: Lines) -> Exit:
    """Runs `work` until it returns, fails or is cancelled, and says how it ended.

    Cancelling is the asyncio kind: contexts close the browser and remove the drafts.
    """
    try:
        asyncio.run(_cancellable(work, lines))
    except (asyncio.CancelledError, Cancelled):
        return fail(Cancelled(), lines)
    except PipelineError as error:
        return fail(error, lines)
    return Exit.OK


def fail(error: PipelineError, lines: OnEvent) -> Exit:
    """The event and the exit code of an expected failure."""
    lines({"event": "failed", **error.to_json()})
    if isinstance(error, Cancelled):
        return Exit.CANCELLED
    if isinstance(error, SpecInvalid):
        return Exit.USAGE
    return Exit.PERMANENT if error.permanent else Exit.TRY_AGAIN


async def _cancellable(work: Callable[[OnEvent], Awaitable[None]], lines: Lines) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work(lines))
    cancelled = threading.Event()

    def cancel() -> None:
        if cancelled.is_set():  # a second signal must not cut the cleaning up short
            return
        cancelled.set()
        last_resort = threading.Timer(CANCEL_LIMIT_S, os._exit, (Exit.CANCELLED,))
        last_resort.daemon = True
        last_resort.start()
        loop.call_soon_threadsafe(task.cancel)

    def on_signal(number: int, frame: FrameType | None) -> None:
        cancel()

    # Not loop.add_signal_handler: that one waits for a loop that may be stuck in a full pipe.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    lines.on_gone = cancel
    await task
