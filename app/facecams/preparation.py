"""A facecam's way from preparing to ready or refused, kept so that one process at a time works on
it and none for ever; it opens no clip.

`work_due_at` is when the work may be taken up. Whoever works keeps it ahead of the clock; when that
process dies, the moment passes.
"""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import now
from app.db.listen import notify
from app.db.session import defer
from app.facecams.models import Facecam
from app.jobs.catalogue import PREPARE_FACECAM
from app.storage.disk import in_thread
from app.storage.part_file import PartFile, sweep

GIVEN_UP_AFTER = 3  # tries that ended by no fault of the clip
HELD_FOR = timedelta(seconds=60)
STUCK_AFTER = timedelta(minutes=10)
UNFINISHED_FOR = timedelta(days=7)
WORK_PREFIX = "preparing-"

_DIED = (
    "{name} could not be prepared: the server gave up on it several times. "
    "Export it as MP4 with H.264 at 1080p and upload that, or try again later."
)


@dataclass(frozen=True)
class ClipFacts:
    """What was found out about a clip; sizes as shown, after rotation."""

    duration_s: float
    width: int
    height: int
    fps: float
    has_sound: bool
    notes: list[str]


async def claim_preparation(session: AsyncSession, facecam_id: UUID) -> Facecam | None:
    """The facecam, which is now this process's to prepare; None when nothing is to be done.

    One that brought down every process which took it up is refused here.
    """
    facecam = await session.scalar(
        select(Facecam)
        .where(Facecam.id == facecam_id, Facecam.state == "preparing", Facecam.work_due_at <= now())
        .with_for_update(skip_locked=True)
    )
    if facecam is None:
        return None
    if facecam.attempts >= GIVEN_UP_AFTER:
        await refuse(session, facecam_id, _DIED.format(name=facecam.name), for_good=False)
        return None
    facecam.attempts += 1
    facecam.work_due_at = now() + HELD_FOR
    await session.flush()
    return facecam


async def hold_preparation(session: AsyncSession, facecam_id: UUID, share: float) -> bool:
    """Still at work, `share` (0 … 1) is done. False when there is no longer anything to do."""
    return await _move(session, facecam_id, share=share, work_due_at=now() + HELD_FOR)


async def let_go(session: AsyncSession, facecam_id: UUID) -> bool:
    """Another process may take it up at once."""
    return await _move(session, facecam_id, share=0.0, work_due_at=now())


async def mark_ready(session: AsyncSession, facecam_id: UUID, facts: ClipFacts) -> bool:
    """Campaigns can use it. False when it was deleted meanwhile."""
    return await _move(
        session,
        facecam_id,
        state="ready",
        problem="",
        share=1.0,
        attempts=0,
        work_due_at=None,
        **vars(facts),
    )


async def refuse(session: AsyncSession, facecam_id: UUID, problem: str, *, for_good: bool) -> bool:
    """It cannot be used, for the reason in `problem`; `for_good`: another try would not help."""
    values: dict[str, Any] = {"state": "refused", "problem": problem[:1000], "work_due_at": None}
    values["attempts"] = 0 if for_good else GIVEN_UP_AFTER
    return await _move(session, facecam_id, **values)


async def requeue_stuck(session: AsyncSession) -> int:
    """How many preparations that nobody works on were asked for once more, in all workspaces."""
    stuck = await session.execute(
        update(Facecam)
        .where(Facecam.state == "preparing", Facecam.work_due_at < now() - STUCK_AFTER)
        .values(work_due_at=now())
        .returning(Facecam.workspace_id, Facecam.id)
    )
    rows = stuck.all()
    for workspace_id, facecam_id in rows:
        defer(
            session,
            PREPARE_FACECAM,
            workspace_id=str(workspace_id),
            facecam_id=str(facecam_id),
        )
    return len(rows)


async def forget_unfinished(session: AsyncSession, folder: Path) -> int:
    """How many uploads that nobody continued for a week were forgotten, in all workspaces.

    Their part files in `folder` are gone, and so is what killed preparations left there.
    """
    await sweep(folder, UNFINISHED_FOR)
    await in_thread(_sweep_work_folders, folder)
    old = await session.scalars(
        select(Facecam).where(
            Facecam.state == "uploading", Facecam.created_at < now() - UNFINISHED_FOR
        )
    )
    gone = [each for each in old if not PartFile(folder, each.id, 0).path.exists()]
    for facecam in gone:
        await session.delete(facecam)
    await session.flush()
    return len(gone)


def work_folder(folder: Path, facecam_id: UUID) -> Path:
    """Where a facecam's files are made before they are stored, beside the part files."""
    return folder / f"{WORK_PREFIX}{facecam_id}"


def _sweep_work_folders(folder: Path) -> None:
    before = (now() - UNFINISHED_FOR).timestamp()
    for path in folder.glob(f"{WORK_PREFIX}*"):
        if path.stat().st_mtime < before:
            shutil.rmtree(path, ignore_errors=True)


async def _move(session: AsyncSession, facecam_id: UUID, **values: Any) -> bool:
    moved = await session.scalar(
        update(Facecam)
        .where(Facecam.id == facecam_id, Facecam.state == "preparing")
        .values(**values)
        .returning(Facecam.id)
    )
    if moved is None:
        return False
    await notify(session, "facecam", facecam_id)
    return True
