"""What may be uploaded as a facecam and how much of it; it counts rows and opens no file."""

from pathlib import PurePath
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.db.tenancy import workspace_of
from app.facecams.models import Facecam
from app.phrases import file_size
from app.storage.part_file import UPLOAD_LIMIT_BYTES
from app.storage.upload_errors import FileEmpty, FileTooLarge, UploadRefused
from app.workspaces.models import Workspace

WORKSPACE_LIMIT_BYTES = 20 * 1024**3
UNDER_WAY_AT_MOST = 5  # of one person: enough for every camera somebody may have
ENDINGS = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi")
KIND_WORDS = "MP4, MOV, WebM or MKV"
ACCEPT = ",".join(("video/*", *ENDINGS))  # some systems know no type for .mkv


class NotAVideoFile(UploadRefused):
    """Neither name nor type say that it is a video."""

    status = 415

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not a video file. Choose one of the kind {KIND_WORDS}.")


class WorkspaceFull(UploadRefused):
    """The facecams of a workspace may not take more room."""

    status = 409

    def __init__(self, used_bytes: int) -> None:
        super().__init__(
            f"The facecams of this workspace take {file_size(used_bytes)} of "
            f"{file_size(WORKSPACE_LIMIT_BYTES)}, so this file does not fit. "
            "Delete facecams that are no longer needed, then upload it again."
        )


class TooManyUnderWay(UploadRefused):
    """A person has as many unfinished uploads as may be."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            f"You have {UNDER_WAY_AT_MOST} unfinished uploads. Finish or discard one of them first."
        )


def require_file(name: str, media_type: str, size_bytes: int) -> None:
    """Raises NotAVideoFile, FileEmpty, FileTooLarge: what can be said before the first byte."""
    if PurePath(name).suffix.lower() not in ENDINGS and not media_type.startswith("video/"):
        raise NotAVideoFile(name)
    if size_bytes <= 0:
        raise FileEmpty
    if size_bytes > UPLOAD_LIMIT_BYTES:
        raise FileTooLarge(size_bytes, UPLOAD_LIMIT_BYTES)


async def require_place(session: AsyncSession, person: User, size_bytes: int) -> None:
    """Raises WorkspaceFull, TooManyUnderWay. Until the commit nobody else of the workspace asks."""
    workspace_id = workspace_of(session)
    await _take_turn(session, workspace_id)
    used_bytes = await session.scalar(select(func.coalesce(func.sum(Facecam.size_bytes), 0)))
    if int(used_bytes or 0) + size_bytes > WORKSPACE_LIMIT_BYTES:
        raise WorkspaceFull(int(used_bytes or 0))
    under_way = await session.scalar(
        select(func.count())
        .select_from(Facecam)
        .where(Facecam.state == "uploading", Facecam.created_by_id == person.id)
    )
    if (under_way or 0) >= UNDER_WAY_AT_MOST:
        raise TooManyUnderWay


async def _take_turn(session: AsyncSession, workspace_id: UUID) -> None:
    # Two uploads that begin at once would each find room for itself alone.
    await session.execute(
        select(Workspace.id).where(Workspace.id == workspace_id).with_for_update(key_share=True)
    )
