"""Has the engine check and prepare an uploaded clip; opens no clip and knows no row of a table."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.errors import LoomliteError
from app.pipeline.clip_spec import DRAFT_PREFIX, ClipToPrepare, PreparedClip
from app.pipeline_process import PipelineFailed, run_pipeline

WALL_LIMIT_S = 1200.0  # of 900 s of CPU time; a machine may be busy with renders besides
# It has no browser to close, and what it leaves half-written is swept here.
END_LIMIT_S = 2.0

OnProgress = Callable[[str, float], None]

# How much of the whole time each step has taken when it begins and when it ends.
_SHARES = {"reading": (0.0, 0.05), "converting": (0.05, 0.95), "pictures": (0.95, 1.0)}

_TOO_LONG = "{name} took too long to read. Export it as MP4 with H.264 at 1080p and upload that."
_INTERRUPTED = "Preparing {name} was interrupted. Try again."
# The engine's words name its own files, or the render that this is not.
_SAID = {
    "engine_died": "{name} could not be read: reading it took more memory or time than a clip may, "
    "or the file is damaged. Export it as MP4 with H.264 at 1080p and upload that.",
    "engine_hangs": _TOO_LONG,
    "took_too_long": _TOO_LONG,
    "disk_full": "There is no room left to prepare {name}. Your upload is kept; try again later.",
    "engine_garbled": _INTERRUPTED,
    "cancelled": _INTERRUPTED,
}


class ClipRefused(LoomliteError):
    """The clip could not be prepared; `str()` says why and what to do, `code` is the engine's name.

    With `permanent` the same file will be refused again.
    """

    def __init__(self, code: str, message: str, *, permanent: bool) -> None:
        self.code, self.permanent = code, permanent
        super().__init__(message)


async def prepare_clip(
    clip: Path,
    folder: Path,
    *,
    log: Path | None,
    name: str = "",
    on_progress: OnProgress | None = None,
    wall_s: float = WALL_LIMIT_S,
    **limits: Any,
) -> PreparedClip:
    """Checks `clip` and writes the files that `clip_spec.FILES` names to `folder`, all or none.

    name: what the user calls the clip, for sentences. on_progress: (step, share of the whole,
    0 … 1). limits: those of ClipToPrepare. The work is a process group of its own; when this is
    cancelled or `wall_s` have passed it is ended, and nothing half-written stays. One preparation
    at a time in a folder. Raises ClipRefused.
    """
    asked = _asked(clip, folder, name, limits)
    with _no_leftovers(asked.folder), _as_file(asked) as file:
        try:
            ended = await run_pipeline(
                "prepare-clip",
                file,
                log=log,
                on_event=_shares(on_progress),
                limit_s=wall_s,
                end_within_s=END_LIMIT_S,
            )
        except PipelineFailed as error:
            if error.code not in _SAID:
                raise ClipRefused(error.code, str(error), permanent=error.permanent) from error
            raise _refused(error.code, asked) from error
    return PreparedClip.model_validate(ended["clip"])


def _asked(clip: Path, folder: Path, name: str, limits: dict[str, Any]) -> ClipToPrepare:
    return ClipToPrepare(
        clip=clip.resolve(), folder=folder.resolve(), name=name or clip.name, **limits
    )


def _refused(code: str, asked: ClipToPrepare) -> ClipRefused:
    # The machine may have been at its end, not the clip: another try can help.
    return ClipRefused(code, _SAID[code].format(name=asked.name), permanent=False)


@contextlib.contextmanager
def _as_file(asked: ClipToPrepare) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="loomlite-clip-") as scratch:
        file = Path(scratch) / "clip.json"
        file.write_text(asked.model_dump_json(), encoding="utf-8")
        yield file


@contextlib.contextmanager
def _no_leftovers(folder: Path) -> Iterator[None]:
    """Removes what a preparation that was killed has left, now or before."""
    _sweep(folder)
    try:
        yield
    finally:
        _sweep(folder)


def _sweep(folder: Path) -> None:
    for draft in folder.glob(f"{DRAFT_PREFIX}*"):
        shutil.rmtree(draft, ignore_errors=True)


def _shares(on_progress: OnProgress | None) -> Callable[[dict[str, Any]], None]:
    def told(event: dict[str, Any]) -> None:
        if on_progress is not None and event.get("event") == "step":
            begins, ends = _SHARES[event["step"]]
            on_progress(event["step"], begins + (ends - begins) * event["done"] / event["total"])

    return told
