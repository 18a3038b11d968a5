"""A machine whose clock is stepped: for the processes that are started with it, and for no other.

A small library in front of the C library adds what a file says to the time of day, so that Python,
uvloop and PostgreSQL all see the step, in the middle of their work. Time that only counts on
(CLOCK_MONOTONIC) goes on as it does when a real clock is set.
"""

import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static volatile int64_t *step_s;

__attribute__((constructor)) static void look(void) {
  const char *name = getenv("CLOCK_STEP_FILE");
  int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  void *page = file < 0 ? MAP_FAILED : mmap(0, sizeof *step_s, PROT_READ, MAP_SHARED, file, 0);
  if (page != MAP_FAILED) step_s = page;
}

static int64_t step(void) { return step_s ? *step_s : 0; }

int clock_gettime(clockid_t which, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int failed = real(which, now);
  if (!failed && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) now->tv_sec += step();
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *to) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (to) *to = exact.tv_sec;
  return exact.tv_sec;
}
"""


class NoCompiler(Exception):
    """There is no C compiler on this machine."""


@dataclass(frozen=True)
class SteppedClock:
    """`environ` is for the processes that are to have this clock."""

    library: Path
    file: Path

    @property
    def environ(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "CLOCK_STEP_FILE": str(self.file)}

    def step(self, seconds: int) -> None:
        """From here on it is so much later, or earlier, than it is."""
        with self.file.open("r+b") as file:
            file.write(struct.pack("=q", seconds))


def make_clock(folder: Path) -> SteppedClock:
    """Not stepped yet. Raises NoCompiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise NoCompiler
    source, library, file = folder / "clock.c", folder / "clock.so", folder / "clock_step"
    source.write_text(_SOURCE)
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    file.write_bytes(struct.pack("=q", 0))
    for readable in (library, file):
        readable.chmod(0o755)  # PostgreSQL may run as another user
    return SteppedClock(library, file)
