"""Starts the process that reads a list, hears how far it is and ends it; it knows no database."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

from app.engine.environment import engine_environment
from app.errors import LoomliteError
from app.storage.disk import in_thread

LINE_BYTES = 4 * 1024**2  # the headers of 200 columns and 50 scenes are far less
SILENCE_LIMIT_S = 120.0  # 2,000 rows take a tenth of a second; looking through 50 MB some seconds


class ReaderDied(LoomliteError):
    """The process that reads lists ended or fell silent before it was done; `str()` says how."""


async def read_list(order: dict[str, Any], folder: Path) -> AsyncGenerator[dict[str, Any], None]:
    """What lead_reader tells of this order, as it goes on; the order is kept in `folder`.

    When the caller stops listening, the process is ended. Raises ReaderDied.
    """
    file, log = folder / "order.json", folder / "reader.log"
    await in_thread(file.write_text, json.dumps(order), "utf-8")
    with log.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            # Without -P a folder called `app` where the user happens to stand would be started.
            *("-P", "-m", "app.campaigns.lead_reader", str(file)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            limit=LINE_BYTES,
            env=engine_environment(os.environ, folder),  # it reads strangers' files: no secrets
            start_new_session=True,  # Ctrl-C in the terminal reaches us alone
        )
        try:
            async for event in _events(process):
                yield event
            if await process.wait() != 0:
                raise ReaderDied(_last_line(log) or f"exit code {process.returncode}")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _events(process: asyncio.subprocess.Process) -> AsyncIterator[dict[str, Any]]:
    lines = process.stdout
    if lines is None:
        raise ReaderDied("its output was not asked for")
    while True:
        try:
            async with asyncio.timeout(SILENCE_LIMIT_S):
                line = await lines.readline()
        except TimeoutError:
            raise ReaderDied(f"silent for {SILENCE_LIMIT_S:.0f} s") from None
        if not line:
            return
        yield json.loads(line)


def _last_line(log: Path) -> str:
    """The last line of a traceback says most."""
    lines = log.read_text("utf-8", "replace").split("\n")
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")
