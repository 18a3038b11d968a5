"""What an engine says on standard error: its end in memory, and a file that stays small."""

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self

KEPT_BYTES = 64 << 10
FILE_BYTES = 1 << 20  # some thousand lines; a render that goes well writes ten


class EngineLog:
    """Takes the engine's bytes as they come. The file at `path`, if any, begins anew.

    When the file is full only the end of it is kept: it says most about why a run failed.
    """

    def __init__(self, path: Path | None) -> None:
        self._tail = bytearray()
        self._file = path.open("wb", buffering=0) if path else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file:
            self._file.close()

    def write(self, chunk: bytes) -> None:
        self._tail += chunk
        del self._tail[:-KEPT_BYTES]
        if self._file is None:
            return
        with contextlib.suppress(OSError):  # a full disk costs the log, not the render
            if self._file.tell() + len(chunk) > FILE_BYTES:
                self._file.seek(0)
                self._file.truncate()
                chunk = bytes(self._tail)
            self._file.write(chunk)

    def last_line(self) -> str:
        """The last line of a traceback says most."""
        lines = self._tail.decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


def log_tail(path: Path) -> str:
    """The last 64 kB of a log, in whole lines; nothing where there is no log."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - KEPT_BYTES))
            said = file.read()
    except OSError:
        return ""
    if size > KEPT_BYTES:
        said = said.partition(b"\n")[2]
    return said.decode("utf-8", "replace")
