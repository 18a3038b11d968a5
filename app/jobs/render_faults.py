"""What went wrong with a render, in words for the team that waits for it; it decides nothing."""

import errno

from app.errors import LoomliteError
from app.pipeline_process import PipelineFailed
from app.renders.frozen_values import NotRenderable
from app.renders.retries import Fault, Kind
from app.storage.disk import StorageFull
from app.storage.storage_errors import StorageFailed, StorageRefused


class StillHeld(LoomliteError):
    """Another process of this machine has not let go of the render's folder yet."""


class FacecamGone(LoomliteError):
    """The clip that the campaign was frozen with is not stored any more."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The facecam “{name}” of this video is no longer on the server. Choose another "
            "facecam for the campaign and render this lead again."
        )


DISK_FULL = Fault(
    "disk_full",
    "The server's disk was full, so this video could not be made. Nothing is lost: try it again "
    "once whoever runs this server has freed some space.",
)
STILL_HELD = Fault(
    "still_held",
    "Another try at this video has not ended yet. It is tried again by itself.",
)
# The engine's own faults: its words name processes and files of ours, which the log has.
_ENGINE = {
    "engine_died": "The program that makes videos ended unexpectedly while it made this one.",
    "engine_hangs": "The program that makes videos stopped answering while it made this one.",
    "engine_garbled": "The program that makes videos could not be understood.",
    "engine_unknown": "The program that makes videos is of another release than this server.",
    "too_much_memory": (
        "This video took more memory than one may. A page of this lead is very large: use another "
        "page, or set a fallback page for its scene."
    ),
    "took_too_long": (
        "This video took far longer than others of its length, so it was given up. A page of this "
        "lead may be very heavy: use another page, or set a fallback page for its scene."
    ),
}
OURS = Fault(
    "fault",
    "Something went wrong on our side while this video was made. Try it again; if that fails too, "
    "tell whoever runs this server.",
)


def fault_of(error: BaseException) -> tuple[Kind, Fault]:
    """Whose fault it was, and what to say."""
    fault = _around(error)
    if fault is not None:
        return "delayed", fault
    if isinstance(error, PipelineFailed):
        sentence = _ENGINE.get(error.code, str(error))
        return "failed", Fault(error.code, sentence, error.permanent)
    if isinstance(error, NotRenderable):
        return "failed", Fault("not_renderable", str(error), permanent=True)
    if isinstance(error, FacecamGone):
        return "failed", Fault("facecam_gone", str(error), permanent=True)
    return "failed", OURS


def _around(error: BaseException) -> Fault | None:
    """What is no fault of this render: others would have met it too."""
    if isinstance(error, StorageFull) or _is_full(error):
        return DISK_FULL
    if isinstance(error, StillHeld):
        return STILL_HELD
    if isinstance(error, StorageFailed):
        refused = isinstance(error, StorageRefused)
        code = "storage_refused" if refused else "storage_unreachable"
        return Fault(code, f"The video is made, but not stored. {error}")
    return None


def _is_full(error: BaseException) -> bool:
    if isinstance(error, PipelineFailed):
        return error.code == "disk_full"
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
