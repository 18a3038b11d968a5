"""An uploaded clip, checked and made ready to be shown, in a process with limits; knows no render.

The files appear in their folder together, when all are whole. Until then they are in a folder
`.preparing-…` beside; one that a killed process left there is swept by who started it.
"""

import asyncio
import contextlib
import errno
import resource
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app.pipeline.artifacts import disk_errors
from app.pipeline.clip_spec import (
    DRAFT_PREFIX,
    FILES,
    FILMSTRIP,
    FILMSTRIP_PICTURES,
    HOVER,
    MIN_DURATION_S,
    POSTER,
    PROXY,
    ClipToPrepare,
    PreparedClip,
)
from app.pipeline.compose.clip_check import check_clip
from app.pipeline.compose.clip_hover import write_hover
from app.pipeline.compose.clip_proxy import write_proxy
from app.pipeline.compose.clip_stills import write_clip_poster, write_filmstrip
from app.pipeline.compose.facecam import FacecamFacts, probe_facecam
from app.pipeline.errors import Cancelled, FacecamError, FacecamTooCostly, FacecamTooShort
from app.pipeline.process import OnEvent

TELL_EVERY_S = 0.25
_FAREWELL_CPU_S = 10  # from being told that the time is up to being killed
# Of addresses libraries and the stacks of threads reserve far more than they use.
_RESERVED_BYTES = 2 << 30


def limit_process(asked: ClipToPrepare) -> None:
    """From here on this process has the memory and time that `asked` names, and no more.

    Where memory runs out, allocations fail; where the CPU time runs out, SIGXCPU comes.
    """
    memory = asked.memory_mb << 20
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_AS, (memory + _RESERVED_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (asked.cpu_s, asked.cpu_s + _FAREWELL_CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


async def prepare_clip(asked: ClipToPrepare, on_event: OnEvent) -> PreparedClip:
    """Checks the clip and writes FILES to its folder, in a thread; cancelling stops that.

    Raises FacecamError by what is wrong with the clip, DiskFull; nothing is left then.
    """
    name = asked.name or asked.clip.name
    stop = threading.Event()
    work = asyncio.ensure_future(asyncio.to_thread(_prepare, asked, name, on_event, stop.is_set))
    too_costly = asyncio.Event()

    def end() -> None:
        too_costly.set()
        stop.set()
        # It comes again each second, and ends the process once the loop is closed.
        _, hard_s = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (hard_s, hard_s))

    # This form wakes the loop also where a thread of a codec is the one to be interrupted.
    asyncio.get_running_loop().add_signal_handler(signal.SIGXCPU, end)
    try:
        return await work
    except Cancelled:
        if too_costly.is_set():
            raise FacecamTooCostly(name) from None
        raise
    finally:
        stop.set()


def _prepare(
    asked: ClipToPrepare, name: str, on_event: OnEvent, cancelled: Callable[[], bool]
) -> PreparedClip:
    tell = _Teller(on_event)
    with _named_failures(name), _draft(asked.folder) as draft:
        tell("reading", 0, 1)
        check_clip(asked.clip, name, max_bytes=asked.max_bytes, cpu_s=asked.cpu_s)
        facts = probe_facecam(asked.clip, name=name, max_duration_s=asked.max_duration_s)
        if facts.duration_s < MIN_DURATION_S:
            raise FacecamTooShort(name, facts.duration_s, MIN_DURATION_S)
        proxy = draft / PROXY
        write_proxy(
            asked.clip,
            facts,
            proxy,
            on_frame=lambda done, total: tell("converting", done, total),
            cancelled=cancelled,
        )
        tell("pictures", 0, 1)
        _write_pictures(draft, facts)
        if cancelled():
            raise Cancelled
        sizes = {file: (draft / file).stat().st_size for file in FILES}
        with disk_errors(asked.folder):
            for file in FILES:
                (draft / file).replace(asked.folder / file)
    return _prepared(facts, sizes)


def _write_pictures(draft: Path, facts: FacecamFacts) -> None:
    proxy, duration_s = draft / PROXY, facts.duration_s
    shown_s = write_clip_poster(proxy, draft / POSTER, duration_s=duration_s)
    write_hover(proxy, draft / HOVER, start_s=min(shown_s, max(0.0, duration_s - 4.0)))
    write_filmstrip(proxy, draft / FILMSTRIP, duration_s=duration_s, pictures=FILMSTRIP_PICTURES)


def _prepared(facts: FacecamFacts, sizes: dict[str, int]) -> PreparedClip:
    notes = []
    if not facts.audio:
        notes.append("This clip has no sound, so the videos made from it are silent.")
    elif facts.loudness_lufs is None:
        notes.append("Nothing can be heard in this clip. Check the microphone.")
    return PreparedClip(
        duration_s=facts.duration_s,
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        has_sound=facts.audio,
        rotation_deg=facts.rotation_deg,
        codec=facts.video_codec,
        digest=facts.digest,
        size_bytes=facts.size_bytes,
        files_bytes=sizes,
        notes=tuple(notes),
    )


@contextlib.contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A folder for unfinished files, gone afterwards, on the same disk as `folder`."""
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder, prefix=DRAFT_PREFIX))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextlib.contextmanager
def _named_failures(name: str) -> Iterator[None]:
    """Memory that ran out, and a file that cannot be read, as errors that name the clip."""
    try:
        yield
    except MemoryError:
        raise FacecamTooCostly(name) from None
    except OSError as error:
        if error.errno == errno.ENOMEM:
            raise FacecamTooCostly(name) from None
        raise FacecamError(f"{name} could not be read: {error.strerror}.") from error


class _Teller:
    """Passes steps on, but not every picture of one."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._told: tuple[str, float] = ("", 0.0)

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step == self._told[0] and now - self._told[1] < TELL_EVERY_S and done < total:
            return
        self._told = (step, now)
        self._on_event({"event": "step", "step": step, "done": done, "total": total})
