"""Ends a process with all that it has started, wherever that has gone; knows no engine."""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

# A killed process is gone within milliseconds, or a second where it had stepped back on a busy
# machine; a disk that does not answer can hold one longer.
GONE_LIMIT_S = 10.0
LOOK_S = 0.01

log = logging.getLogger(__name__)


async def end_family(process: asyncio.subprocess.Process, *, within_s: float) -> None:
    """Asks the leader of a session to end, and kills after `within_s` what is left of its family.

    The family is its session and every descendant, also one in a session of its own. Being
    cancelled again cuts the waiting short, never the killing.
    """
    family = _descendants(process.pid)
    _hurry(process.pid)
    try:
        if process.returncode is None:
            # To the leader alone: a browser that goes first would look like one that crashed.
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await has_ended(process, within_s=within_s)
    finally:
        family |= _descendants(process.pid) | _session(process.pid)
        _kill(family)
        await has_ended(process, within_s=GONE_LIMIT_S)
        await _gone(family, process.pid)


async def has_ended(process: asyncio.subprocess.Process, *, within_s: float) -> bool:
    """Whether the process ends in that time.

    Its own `wait()` waits for its pipes as well, and a child of it may hold one of them open.
    """
    deadline = time.monotonic() + within_s
    while process.returncode is None:
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(LOOK_S)
    return True


async def _gone(family: set[psutil.Process], session: int) -> None:
    deadline = time.monotonic() + GONE_LIMIT_S
    while left := _running(family) or _running(_session(session)):
        if time.monotonic() > deadline:
            log.error("engine.survived pids=%s", sorted(each.pid for each in left))
            return
        _kill(left)  # some may have been started while we looked
        await asyncio.sleep(LOOK_S)


def _hurry(session: int) -> None:
    """Lets who stepped back come forward as far as we may: to end takes processor time as well.

    Everybody may bring a session's group back to the middle; a single thread, root alone.
    """
    with contextlib.suppress(OSError):
        Path(f"/proc/{session}/autogroup").write_text("0")
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PGRP, session, os.getpriority(os.PRIO_PROCESS, 0))


def _descendants(pid: int) -> set[psutil.Process]:
    """The process, and all that it has started; empty when it has ended."""
    try:
        process = psutil.Process(pid)
        return {process, *process.children(recursive=True)}
    except psutil.Error:
        return set()


def _session(session: int) -> set[psutil.Process]:
    """Who belongs to a session, also after its leader's end."""
    found = set()
    for pid in psutil.pids():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getsid(pid) == session:
                found.add(psutil.Process(pid))
    return found


def _kill(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _running(processes: Iterable[psutil.Process]) -> set[psutil.Process]:
    return {each for each in processes if _runs(each)}


def _runs(process: psutil.Process) -> bool:
    """A zombie is gone: only its parent has not asked for it yet."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
