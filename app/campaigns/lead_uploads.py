"""Lists on their way to the server, each campaign's in a folder of its own; it reads none."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from app.campaigns.lead_import import LIST_BYTES
from app.phrases import file_size
from app.storage.disk import in_thread
from app.storage.part_file import PartFile
from app.storage.upload_errors import UploadRefused

FOLDER = "lists"


class ListTooLarge(UploadRefused):
    """More bytes than a list may have."""

    status = 413

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name or 'The list'} is larger than {file_size(LIST_BYTES)}, which is the limit. "
            "Split it into several lists."
        )


def require_list_size(name: str, size_bytes: int) -> None:
    """Raises ListTooLarge."""
    if size_bytes > LIST_BYTES:
        raise ListTooLarge(name)


def folder_of(uploads_folder: Path, campaign_id: UUID) -> Path:
    """Where what has arrived of this campaign's lists is kept."""
    return uploads_folder / FOLDER / str(campaign_id)


def part_of(uploads_folder: Path, campaign_id: UUID, upload_id: UUID, size_bytes: int) -> PartFile:
    """What has arrived of one list."""
    return PartFile(folder_of(uploads_folder, campaign_id), upload_id, size_bytes)


async def forget_lists(uploads_folder: Path, older_than: timedelta) -> int:
    """How many files and folders of lists were removed that nobody has added to for so long."""
    return await in_thread(_forget, uploads_folder, time.time() - older_than.total_seconds())


def _forget(uploads_folder: Path, before: float) -> int:
    count = 0
    for path in _old(uploads_folder, before):
        try:
            path.rmdir() if path.is_dir() else path.unlink()
            count += 1
        except OSError:
            continue  # a folder into which something has just come
    return count


def _old(uploads_folder: Path, before: float) -> Iterator[Path]:
    """Files before the folders they are in; `reading-*` is what a reading left that was killed."""
    inside = [*uploads_folder.glob(f"{FOLDER}/*/*"), *uploads_folder.glob("reading-*/*")]
    around = [*uploads_folder.glob(f"{FOLDER}/*"), *uploads_folder.glob("reading-*")]
    old_folders = [path for path in around if path.stat().st_mtime < before]
    yield from (path for path in inside if path.stat().st_mtime < before)
    yield from old_folders
