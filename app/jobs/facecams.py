"""Prepares uploaded facecams for watching and trimming in a browser; it knows no page."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.clip_preparation import WALL_LIMIT_S, ClipRefused, prepare_clip
from app.facecams.models import Facecam
from app.facecams.preparation import (
    GIVEN_UP_AFTER,
    ClipFacts,
    claim_preparation,
    forget_unfinished,
    hold_preparation,
    let_go,
    mark_ready,
    refuse,
    requeue_stuck,
    work_folder,
)
from app.jobs.services import Services
from app.pipeline.clip_spec import FILES, PreparedClip
from app.storage.disk import in_thread
from app.storage.interface import FileNotStored, content_type_of
from app.storage.part_file import UPLOAD_LIMIT_BYTES

log = structlog.get_logger()

TOLD_EVERY_S = 1.5  # quick enough for a bar that moves, rare enough for the database
GONE = "The file of {name} is no longer on the server. Delete this facecam and upload it again."


@dataclass
class _Work:
    """One try at one facecam."""

    services: Services
    workspace_id: UUID
    facecam_id: UUID
    share: float = field(default=0.0)

    @property
    def folder(self) -> Path:
        return work_folder(self.services.settings.uploads_folder, self.facecam_id)

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with self.services.database.session(workspace_id=self.workspace_id) as session:
            yield session

    def on_progress(self, _step: str, share: float) -> None:
        self.share = share


async def prepare_facecam(services: Services, *, workspace_id: str, facecam_id: str) -> None:
    """The facecam is ready or refused. Raises ClipRefused for another try.

    Nothing happens for one that is prepared already, deleted, or in another process's hands.
    """
    work = _Work(services, UUID(workspace_id), UUID(facecam_id))
    async with work.session() as session:
        facecam = await claim_preparation(session, work.facecam_id)
    if facecam is None:
        return
    try:
        clip = await _while_held(work, facecam)
        if clip is not None:
            await _keep(work, facecam, clip)
    except ClipRefused as refusal:
        await _refused(work, facecam, refusal)
    except FileNotStored:
        async with work.session() as session:
            problem = GONE.format(name=facecam.name)
            await refuse(session, work.facecam_id, problem, for_good=True)
    except BaseException:
        # Shut down, or the database was lost: whoever comes next need not wait.
        async with work.session() as session:
            await let_go(session, work.facecam_id)
        raise
    finally:
        await in_thread(shutil.rmtree, work.folder, ignore_errors=True)


async def sweep_facecams(services: Services) -> None:
    """Stuck preparations are asked for again; uploads that nobody continued are gone."""
    async with services.database.session(every_workspace=True) as session:
        requeued = await requeue_stuck(session)
        forgotten = await forget_unfinished(session, services.settings.uploads_folder)
    if requeued or forgotten:
        log.info("facecams.swept", requeued=requeued, forgotten=forgotten)


async def _while_held(work: _Work, facecam: Facecam) -> PreparedClip | None:
    """The prepared clip; None when the facecam was deleted, which ends the work on it."""
    preparing = asyncio.create_task(_prepare(work, facecam))
    try:
        while not preparing.done():
            await asyncio.wait({preparing}, timeout=TOLD_EVERY_S)
            if preparing.done():
                break
            async with work.session() as session:
                if not await hold_preparation(session, work.facecam_id, work.share):
                    return None
        return await preparing
    finally:
        preparing.cancel()
        await asyncio.gather(preparing, return_exceptions=True)


async def _prepare(work: _Work, facecam: Facecam) -> PreparedClip:
    clip = await work.services.storage.local_path(facecam.clip_key)
    await in_thread(work.folder.mkdir, parents=True, exist_ok=True)
    return await prepare_clip(
        clip,
        work.folder,
        log=None,
        name=facecam.name,
        on_progress=work.on_progress,
        wall_s=WALL_LIMIT_S,
        max_bytes=UPLOAD_LIMIT_BYTES,
    )


async def _keep(work: _Work, facecam: Facecam, clip: PreparedClip) -> None:
    storage = work.services.storage
    for name in FILES:
        key = f"{facecam.media_prefix}/{name}"
        await storage.put_file(key, work.folder / name, content_type_of(name), move=True)
    facts = ClipFacts(
        clip.duration_s, clip.width, clip.height, clip.fps, clip.has_sound, list(clip.notes)
    )
    async with work.session() as session:
        await mark_ready(session, work.facecam_id, facts)
        is_gone = await session.get(Facecam, work.facecam_id) is None
    if is_gone:
        # Deleted meanwhile, and its media before these came.
        await storage.delete_prefix(facecam.media_prefix)
        return
    log.info("facecam.prepared", facecam_id=str(work.facecam_id), duration_s=clip.duration_s)


async def _refused(work: _Work, facecam: Facecam, refusal: ClipRefused) -> None:
    is_last = refusal.permanent or facecam.attempts >= GIVEN_UP_AFTER
    log.info("facecam.not_prepared", facecam_id=str(work.facecam_id), code=refusal.code)
    async with work.session() as session:
        if is_last:
            await refuse(session, work.facecam_id, str(refusal), for_good=refusal.permanent)
        else:
            await let_go(session, work.facecam_id)
    if not is_last:
        raise refusal
