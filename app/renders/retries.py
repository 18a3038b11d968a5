"""Whether a render that did not get through is tried again, and when; pure numbers."""

from dataclasses import dataclass
from typing import Literal

# How an attempt ends without a video: `failed` is the render's own fault, `delayed` that of what
# is around it (a full disk, a storage out of reach), `lost` that of a worker that died, `stopped`
# nobody's: a deployment ended the worker.
Kind = Literal["failed", "delayed", "lost", "stopped"]

FAILURE_WAITS_S: tuple[float, ...] = (
    5.0,
    30.0,
)  # so three tries: a site that is down for a minute is met again
# In all an hour: storages and disks come back, and until then nothing is lost.
SETBACK_WAITS_S: tuple[float, ...] = (5.0, 15.0, 45.0, 120.0, 300.0, 900.0, 1800.0)
LOST_AT_MOST = 6  # a render that takes its worker along each time must not go on for ever


@dataclass(frozen=True)
class Fault:
    """Why an attempt gave no video; `sentence` is for the team that waits for it."""

    code: str
    sentence: str
    permanent: bool = False


WORKER_LOST = Fault(
    "worker_lost",
    "The server that made this video stopped in the middle of it, again and again. "
    "Try it again; if that happens once more, a page of this lead may be too heavy to record.",
)


def wait_before_next(kind: Kind, fault: Fault, *, failures: int, setbacks: int) -> float | None:
    """Seconds until the next try, None where there is none. The counts are those before this one.

    >>> wait_before_next("failed", Fault("x", "…"), failures=0, setbacks=3)
    5.0
    """
    if kind == "stopped":
        return 0.0
    if fault.permanent:
        return None
    waits_s, count = FAILURE_WAITS_S, failures
    if kind != "failed":
        waits_s, count = SETBACK_WAITS_S, setbacks
    if kind == "lost":
        waits_s = waits_s[: LOST_AT_MOST - 1]
    return waits_s[count] if count < len(waits_s) else None
