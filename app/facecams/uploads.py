"""A facecam on its way here: begun, found again, complete or discarded; it knows no request."""

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.db.base import new_id, now
from app.db.listen import notify
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.facecams.models import Facecam
from app.facecams.upload_limits import require_file, require_place
from app.jobs.catalogue import PREPARE_FACECAM
from app.storage.interface import UNKNOWN_TYPE, FileNotStored, Storage
from app.storage.part_file import PartFile
from app.storage.upload_errors import UploadGone
from app.web.refusals import NotFound
from app.workspaces.service import record_activity

LATEST_MS: Final = 2**53  # the largest whole number that a browser can mean


@dataclass(frozen=True)
class AnnouncedFile:
    """What a browser says of a file before its first byte; `modified_ms` since 1970."""

    name: str
    size_bytes: int
    media_type: str = ""
    modified_ms: int = 0


@dataclass(frozen=True)
class UnderWay:
    """An upload and how much of it has arrived."""

    facecam: Facecam
    received_bytes: int


async def begin_upload(
    session: AsyncSession, person: User, folder: Path, file: AnnouncedFile
) -> Facecam:
    """A facecam in the state uploading with its part file in `folder`.

    The same file of the same person goes on where it was, from whichever browser. Raises as
    `require_file` and `require_place`, and StorageFull.
    """
    require_file(file.name, file.media_type, file.size_bytes)
    facecam = await _find_same(session, person, file)
    if facecam is not None and part_of(folder, facecam).path.exists():
        return facecam
    if facecam is None:
        await require_place(session, person, file.size_bytes)
        facecam = _new_facecam(session, person, file)
    await PartFile.create(folder, facecam.id, facecam.size_bytes)
    await session.flush()
    return facecam


async def get_upload(session: AsyncSession, person: User, facecam_id: UUID) -> Facecam:
    """A facecam that this person began to upload, in whatever state. Raises NotFound."""
    facecam = await session.scalar(
        select(Facecam).where(Facecam.id == facecam_id, Facecam.created_by_id == person.id)
    )
    if facecam is None:
        raise NotFound
    return facecam


async def list_under_way(session: AsyncSession, person: User, folder: Path) -> list[UnderWay]:
    """This person's unfinished uploads, the latest first."""
    facecams = await session.scalars(
        select(Facecam)
        .where(Facecam.state == "uploading", Facecam.created_by_id == person.id)
        .order_by(Facecam.created_at.desc())
    )
    return [UnderWay(each, received_bytes(folder, each)) for each in facecams]


async def complete_upload(
    session: AsyncSession, person: User, storage: Storage, folder: Path, facecam_id: UUID
) -> None:
    """The file is in the storage and a job prepares it; nothing happens when that was so before.

    Raises UploadIncomplete, UploadGone, StorageFull.
    """
    moved = await session.scalar(
        update(Facecam)
        .where(Facecam.id == facecam_id, Facecam.state == "uploading")
        .values(state="preparing", work_due_at=now(), share=0.0)
        .returning(Facecam)
    )
    # Nothing moved: another request with the last chunk was here first.
    if moved is None:
        return
    await _store_clip(storage, folder, moved)
    ask_for_preparation(session, moved.id)
    await notify(session, "facecam", moved.id)
    await record_activity(session, person, "facecam.added", moved.id, moved.name)


def ask_for_preparation(session: AsyncSession, facecam_id: UUID) -> None:
    """The job leaves with the commit."""
    workspace_id = str(workspace_of(session))
    defer(session, PREPARE_FACECAM, workspace_id=workspace_id, facecam_id=str(facecam_id))


async def discard_upload(session: AsyncSession, facecam: Facecam, folder: Path) -> None:
    """Nothing of an unfinished upload is left. One that is complete stays: NotFound."""
    gone = await session.scalar(
        delete(Facecam)
        .where(Facecam.id == facecam.id, Facecam.state == "uploading")
        .returning(Facecam.id)
    )
    if gone is None:
        raise NotFound
    await part_of(folder, facecam).discard()


async def is_stored(storage: Storage, facecam: Facecam) -> bool:
    """Whether the whole file has left its folder, even if the row does not say so yet."""
    try:
        await storage.describe(facecam.clip_key)
    except FileNotStored:
        return False
    return True


def part_of(folder: Path, facecam: Facecam) -> PartFile:
    return PartFile(folder, facecam.id, facecam.size_bytes)


def received_bytes(folder: Path, facecam: Facecam) -> int:
    """How much has arrived; 0 where the beginning is gone."""
    try:
        return part_of(folder, facecam).received_bytes
    except UploadGone:
        return 0


async def _store_clip(storage: Storage, folder: Path, facecam: Facecam) -> None:
    part = part_of(folder, facecam)
    try:
        path = await part.finish()
    except UploadGone:
        # Moved before, when the database was lost between the move and the commit.
        if await is_stored(storage, facecam):
            return
        raise
    await storage.put_file(facecam.clip_key, path, UNKNOWN_TYPE, move=True)


async def _find_same(session: AsyncSession, person: User, file: AnnouncedFile) -> Facecam | None:
    return await session.scalar(
        select(Facecam)
        .where(
            Facecam.state == "uploading",
            Facecam.created_by_id == person.id,
            Facecam.file_name == _file_name(file),
            Facecam.size_bytes == file.size_bytes,
            Facecam.file_modified_ms == _modified_ms(file),
        )
        .limit(1)
    )


def _new_facecam(session: AsyncSession, person: User, file: AnnouncedFile) -> Facecam:
    name = _file_name(file)
    facecam = Facecam(
        id=new_id(),
        workspace_id=workspace_of(session),
        name=PurePath(name).stem.strip()[:200] or "Facecam",
        file_name=name,
        media_type=file.media_type[:100],
        size_bytes=file.size_bytes,
        file_modified_ms=_modified_ms(file),
        created_by_id=person.id,
    )
    session.add(facecam)
    return facecam


def _file_name(file: AnnouncedFile) -> str:
    """Without a folder, and without what PostgreSQL or a header cannot hold."""
    bare = file.name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in bare if sign.isprintable())[-300:] or "facecam"


def _modified_ms(file: AnnouncedFile) -> int:
    return min(max(file.modified_ms, 0), LATEST_MS)
