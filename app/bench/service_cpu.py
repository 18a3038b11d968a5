"""The processor's time that a worker and PostgreSQL take for themselves; children are left out."""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

import psutil


def cpu_s(process: psutil.Process) -> float:
    """Seconds of the processor that it has used itself."""
    used = process.cpu_times()
    return float(used.user + used.system)


@dataclass(frozen=True)
class Used:
    """Seconds of the processor, of a worker and of PostgreSQL, and the time at which it was so."""

    worker_s: float
    postgres_s: float
    at_s: float

    @property
    def cpu_s(self) -> float:
        return self.worker_s + self.postgres_s

    def __sub__(self, earlier: "Used") -> "Used":
        return Used(
            self.worker_s - earlier.worker_s,
            self.postgres_s - earlier.postgres_s,
            self.at_s - earlier.at_s,
        )


@dataclass(frozen=True)
class Meter:
    """Of one worker and the PostgreSQL whose files are in `data`."""

    worker: psutil.Process
    data: Path

    def read(self) -> Used:
        return Used(cpu_s(self.worker), self._postgres_s(), time.monotonic())

    def _postgres_s(self) -> float:
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        postmaster = psutil.Process(pid)
        own = postmaster.cpu_times()
        # Connections that have ended are in its account of children, open ones in their own.
        total = own.user + own.system + own.children_user + own.children_system
        for child in postmaster.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                total += cpu_s(child)
        return float(total)
