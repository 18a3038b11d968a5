"""Makes the draft of one lead's video in the engine, beside the renders and not behind them."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.jobs.render_faults import FacecamGone, fault_of
from app.jobs.services import Services
from app.pipeline.spec import RenderSpec
from app.pipeline_process import PipelineFailed, run_pipeline
from app.renders import previews
from app.renders.check_models import Preview
from app.renders.frozen_values import NotRenderable
from app.renders.progress import RenderProgress
from app.renders.spec_of import Folders, FrozenLead, spec_of
from app.storage.disk import in_thread
from app.storage.interface import FileNotStored, content_type_of
from app.storage.storage_errors import StorageFailed

log = structlog.get_logger()

TELL_EVERY_S = 0.7
HOLD_EVERY_S = 5.0
# Measured, a minute of video takes some twenty seconds; a page may take a minute to open.
LIMIT_S = 600.0
DRAFT = "draft.mp4"


@dataclass(frozen=True)
class _Work:
    """One try at one draft."""

    services: Services
    mine: Preview

    @property
    def folder(self) -> Path:
        return self.services.settings.work_folder / "previews" / str(self.mine.id)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with self.services.database.session(workspace_id=self.mine.workspace_id) as session:
            yield session


async def make_preview(services: Services, *, workspace_id: str, preview_id: str) -> None:
    """The draft can be watched, or says why it cannot be made; the next one gets its turn.

    Nothing happens for one that is made already, held by another process, or must wait.
    """
    async with services.database.session(every_workspace=True) as session:
        mine = await previews.claim_preview(session, UUID(workspace_id), UUID(preview_id))
    if mine is None:
        return
    work = _Work(services, mine)
    try:
        await _while_held(work)
    except (PipelineFailed, NotRenderable, FacecamGone, StorageFailed, OSError) as error:
        await _failed(work, error)
    except BaseException:
        # Shut down, or the database was lost: whoever comes next need not wait.
        async with work.session() as session:
            await previews.put_back(session, mine)
        raise
    finally:
        await in_thread(shutil.rmtree, work.folder, ignore_errors=True)
    await sweep_previews(services)


async def sweep_previews(services: Services) -> None:
    """The drafts that wait longest, in whatever workspace, are asked for again."""
    async with services.database.session(every_workspace=True) as session:
        await previews.defer_waiting_previews(session)


async def _while_held(work: _Work) -> None:
    """The draft is made; or it is no longer wanted, which ends the work on it."""
    spec = await _spec(work)
    progress = RenderProgress(spec)
    making = asyncio.create_task(_make(work, spec, progress))
    try:
        told: dict[str, Any] = {}
        told_at = time.monotonic()
        while not making.done():
            await asyncio.wait({making}, timeout=TELL_EVERY_S)
            now, passed_s = progress.as_json(), time.monotonic() - told_at
            if making.done() or (now == told and passed_s < HOLD_EVERY_S):
                continue
            told, told_at = now, time.monotonic()
            async with work.session() as session:
                if not await previews.hold_preview(session, work.mine, now):
                    return
        await _keep(work, await making)
    finally:
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)


async def _spec(work: _Work) -> RenderSpec:
    """Raises NotRenderable and FacecamGone."""
    settings, mine = work.services.settings, work.mine
    campaign = mine.frozen["campaign"]
    try:
        clip = await work.services.storage.local_path(campaign["facecam"]["clip_key"])
    except FileNotStored:
        raise FacecamGone(campaign["facecam"]["name"]) from None
    spec = spec_of(
        campaign,
        FrozenLead(mine.row, mine.name, mine.frozen["company"], mine.frozen["cells"]),
        # The renders' own artifacts: what a draft records, a render need not.
        Folders(clip, work.folder, settings.artifacts_folder / str(mine.workspace_id)),
        allow_addresses=settings.allow_addresses,
    )
    return spec.model_copy(update={"draft": True})


async def _make(work: _Work, spec: RenderSpec, progress: RenderProgress) -> dict[str, Any]:
    """The engine's report. Raises PipelineFailed."""
    file = await in_thread(_write, work.folder, spec)
    ended = await run_pipeline(
        "preview",
        file,
        log=work.folder / "render.log",
        on_event=progress.take,
        tmp=work.folder / "tmp",
        memory_limit_mb=work.services.settings.render_memory_mb,
        limit_s=LIMIT_S,
    )
    report: dict[str, Any] = ended["report"]
    return report


async def _keep(work: _Work, report: dict[str, Any]) -> None:
    storage, key = work.services.storage, work.mine.draft_key
    await storage.put_file(key, work.folder / DRAFT, content_type_of(key), move=True)
    kept = ("id", "url", "used_fallback", "notices", "attempts")
    scenes = [{name: scene[name] for name in kept} for scene in report["scenes"]]
    duration_s = (report.get("measurements") or {}).get("duration_s")
    async with work.session() as session:
        is_wanted = await previews.finish_preview(session, work.mine, scenes, duration_s)
    if not is_wanted:
        await storage.delete_prefix(work.mine.media_prefix)
        return
    log.info("preview.made", preview_id=str(work.mine.id), wall_s=report["wall_s"].get("total"))


async def _failed(work: _Work, error: Exception) -> None:
    _kind, fault = fault_of(error)
    log.warning("preview.failed", preview_id=str(work.mine.id), code=fault.code, reason=str(error))
    async with work.session() as session:
        await previews.fail_preview(session, work.mine, fault.sentence)


def _write(folder: Path, spec: RenderSpec) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "spec.json"
    file.write_text(spec.model_dump_json(), encoding="utf-8")
    return file
