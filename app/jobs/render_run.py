"""Makes one render's files: spec, engine, storage. How it ends is written down by its caller."""

import asyncio
import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.batch import is_made
from app.jobs.render_faults import FacecamGone, StillHeld
from app.jobs.render_progress import ProgressTeller
from app.jobs.render_station import Running, Station
from app.pipeline.spec import VIDEO_FILES, RenderSpec
from app.pipeline_process import run_pipeline
from app.render_specs import spec_digest
from app.renders.endings import FinishedVideo, Trace
from app.renders.leases import TakenRender
from app.renders.progress import RenderProgress
from app.renders.spec_of import Folders, FrozenLead, spec_of
from app.renders.timeline import Timeline
from app.storage.disk import in_thread
from app.storage.interface import FileNotStored, content_type_of

LOG_BYTES = 64_000
# A cancelled render is gone within three seconds, its browser included. What the engine has
# published by then is whole, and the next attempt finds it.
END_WITHIN_S = 1.5
# How long a render may take: measured, a second of 1080p60 takes less than one second where two
# cores are free. Sixty times that is for many slots, slow presets and slow pages.
LIMIT_S, LIMIT_S_PER_S = 600.0, 60.0
_PIXELS_PER_S = 1920 * 1080 * 60


@dataclass
class Attempt:
    """What is known of an attempt while it runs; its trace is there however it ends."""

    station: Station
    running: Running
    taken: TakenRender
    timeline: Timeline = field(default_factory=Timeline)
    report: dict[str, Any] | None = None
    fault_code: str = ""

    @property
    def folder(self) -> Path:
        settings = self.station.services.settings
        return settings.work_folder / "renders" / str(self.taken.render.id)

    def trace(self) -> Trace:
        return Trace(self.timeline.steps(self.report), _log_tail(self.folder / "render.log"))


async def make_video(attempt: Attempt) -> FinishedVideo:
    """The render's files are stored. Raises what render_faults.py has words for."""
    attempt.timeline.begin("preparing")
    with _folder(attempt.folder):
        spec = await _spec(attempt)
        progress = RenderProgress(spec)
        teller = ProgressTeller(attempt.station, attempt.running, progress)
        telling = asyncio.create_task(teller.keep_telling())
        try:
            teller.changed()
            attempt.report = await _made(attempt, spec, progress, teller)
            return await _stored(attempt, progress, teller)
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)


async def _spec(attempt: Attempt) -> RenderSpec:
    services, render = attempt.station.services, attempt.taken.render
    frozen = attempt.taken.batch.campaign
    try:
        clip = await services.storage.local_path(frozen["facecam"]["clip_key"])
    except FileNotStored:
        raise FacecamGone(frozen["facecam"]["name"]) from None
    return spec_of(
        frozen,
        FrozenLead(render.row, render.name, render.company, render.cells),
        Folders(
            clip=clip,
            out=attempt.folder,
            artifacts=services.settings.artifacts_folder / str(render.workspace_id),
        ),
        allow_addresses=services.settings.allow_addresses,
    )


async def _made(
    attempt: Attempt, spec: RenderSpec, progress: RenderProgress, teller: ProgressTeller
) -> dict[str, Any]:
    """The engine's report; of an earlier attempt where that one had only failed to be stored."""
    folder = attempt.folder
    digest = spec_digest(spec, str(attempt.taken.batch.campaign["facecam"]["id"]))
    if is_made(folder, digest):
        return _read_report(folder)

    def on_event(event: dict[str, Any]) -> None:
        attempt.timeline.take(event)
        progress.take(event)
        teller.changed()

    # From here on, and until it is complete again, this folder promises nothing.
    (folder / "made-from").unlink(missing_ok=True)
    file = folder / "spec.json"
    file.write_text(spec.model_dump_json(indent=2), encoding="utf-8")
    ended = await run_pipeline(
        "render",
        file,
        log=folder / "render.log",
        on_event=on_event,
        tmp=folder / "tmp",
        memory_limit_mb=attempt.station.services.settings.render_memory_mb,
        limit_s=_limit_s(spec),
        end_within_s=END_WITHIN_S,
    )
    (folder / "made-from").write_text(digest, encoding="utf-8")
    report: dict[str, Any] = ended["report"]
    return report


async def _stored(
    attempt: Attempt, progress: RenderProgress, teller: ProgressTeller
) -> FinishedVideo:
    """Each file under a name that holds its digest, so that it may be kept by caches for ever."""
    attempt.timeline.begin("uploading")
    storage, report = attempt.station.services.storage, attempt.report or {}
    sizes: dict[str, int] = report["sizes_bytes"]
    files: dict[str, Any] = {}
    done = 0
    for name in VIDEO_FILES:
        progress.take_upload(done / max(1, sum(sizes.values())))
        teller.changed()
        path = attempt.folder / name
        sha256 = await in_thread(_sha256, path)
        key = f"{attempt.taken.render.media_prefix}/{path.stem}-{sha256[:12]}{path.suffix}"
        await storage.put_file(key, path, content_type_of(name))
        files[name] = {"key": key, "bytes": sizes[name]}
        done += sizes[name]
    progress.take_upload(1.0)
    measured = report["measurements"] or {}
    kept = {name: value for name, value in report.items() if name != "paths"}
    attempt.timeline.end()
    return FinishedVideo(files, kept, float(measured["duration_s"]))


@contextlib.contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """The folder is there, and no other process works in it. Raises StillHeld.

    A worker that was cut off from the database may not know yet that its render is another's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StillHeld("The render's folder is still in use.") from None
        yield


def _limit_s(spec: RenderSpec) -> float:
    output = spec.output
    size = output.width * output.height * output.fps / _PIXELS_PER_S
    return LIMIT_S + LIMIT_S_PER_S * max(1.0, size) * spec.total_frames / output.fps


def _read_report(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return report


def _log_tail(path: Path) -> str:
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - LOG_BYTES))
        return file.read().decode("utf-8", "replace")
    return ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
