"""Files in a folder of this machine; knows neither who may see them nor what they are."""

import contextlib
import errno
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from app.storage.disk import flush_folder, full_disk_named, in_thread
from app.storage.interface import (
    FileNotStored,
    StoredFile,
    require_key,
    require_prefix,
    require_type,
)
from app.storage.signed_urls import MediaLinks
from app.storage.storage_errors import StorageUnreachable

PIECE_BYTES = 256 * 1024
DRAFTS = ".drafts"  # no key starts with a dot, so a draft is never served


class LocalStorage:
    """A Storage below `folder`, safe between processes of one machine.

    `links` sign its addresses; without them they work in this process alone.
    """

    def __init__(self, folder: Path, links: MediaLinks | None = None) -> None:
        self.folder = folder.resolve()
        self.links = links or MediaLinks(secrets.token_bytes(32))
        self.drafts = self.folder / DRAFTS
        self.drafts.mkdir(parents=True, exist_ok=True)

    async def put_file(
        self, key: str, path: Path, content_type: str, *, move: bool = False
    ) -> None:
        """As `Storage`. The type of a local file is not kept: it is told by its key's ending."""
        require_type(key, content_type)
        await in_thread(self._put, self._path(key), path, move=move)

    async def describe(self, key: str) -> StoredFile:
        described = await in_thread(_described, key, self._path(key))
        if described is None:
            raise FileNotStored
        return described

    async def local_path(self, key: str) -> Path:
        path = self._path(key)
        if not await in_thread(path.is_file):
            raise FileNotStored
        return path

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        file = await in_thread(_open_at, self._path(key), start)
        try:
            position = start
            while end is None or position < end:
                wanted = PIECE_BYTES if end is None else min(PIECE_BYTES, end - position)
                piece = await in_thread(file.read, wanted)
                if not piece:
                    return
                position += len(piece)
                yield piece
        finally:
            file.close()

    async def delete(self, key: str) -> None:
        await in_thread(self._delete, self._path(key))

    async def delete_prefix(self, prefix: str) -> None:
        await in_thread(self._delete, self._path(prefix.removesuffix("/")))

    async def list(self, prefix: str) -> AsyncIterator[StoredFile]:
        for file in await in_thread(self._list, require_prefix(prefix)):
            yield file

    def url(self, key: str) -> str | None:
        """None: a folder has no address of its own."""
        require_key(key)
        return None

    def signed_url(self, key: str, expires_in_s: int) -> str:
        """As `Storage`; answered by app/web/signed_media.py."""
        return self.links.address(require_key(key), expires_in_s)

    async def check(self) -> None:
        if not await in_thread(os.access, self.drafts, os.W_OK | os.X_OK):
            raise StorageUnreachable(f"The folder {self.folder} is gone or cannot be written to.")

    async def close(self) -> None:
        """Nothing is open."""

    async def sweep_drafts(self, older_than: timedelta) -> int:
        """How many drafts of processes that died were removed."""
        return await in_thread(_sweep, self.drafts, time.time() - older_than.total_seconds())

    def _path(self, key: str) -> Path:
        return self.folder / require_key(key)

    def _list(self, prefix: str) -> Sequence[StoredFile]:
        return tuple(_below(self.folder, self.folder / prefix))

    def _put(self, target: Path, source: Path, *, move: bool) -> None:
        with full_disk_named():
            if move and source.stat().st_dev == self.drafts.stat().st_dev:
                _flush(source)
                self._into_place(source, target)
            else:
                self._copy(source, target)
                if move:
                    source.unlink()
            for folder in target.parents:
                with contextlib.suppress(FileNotFoundError):  # deleted again already
                    flush_folder(folder)
                if folder == self.folder:
                    break

    def _copy(self, source: Path, target: Path) -> None:
        descriptor, name = tempfile.mkstemp(dir=self.drafts)
        os.close(descriptor)
        draft = Path(name)
        try:
            shutil.copyfile(source, draft)
            _flush(draft)
            self._into_place(draft, target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def _into_place(self, draft: Path, target: Path) -> None:
        """The rename is atomic; `_prune` may remove the empty folder just before it, so again."""
        for _attempt in range(20):
            # mkdir reports "exists" for a folder that is removed while it looks.
            with contextlib.suppress(FileNotFoundError, FileExistsError):
                target.parent.mkdir(parents=True, exist_ok=True)
                draft.replace(target)
                return
        self._prune(target.parent)
        raise OSError(errno.EBUSY, "could not be renamed into place", str(target))

    def _delete(self, path: Path) -> None:
        """Removes a file or a whole folder, then the folders that became empty."""
        if path.is_dir():
            # Out of the way by one rename: nobody sees half a folder, or adds to it meanwhile.
            grave = Path(tempfile.mkdtemp(dir=self.drafts))
            with contextlib.suppress(FileNotFoundError):  # another deletion was faster
                path.rename(grave / "deleted")
            _remove_tree(grave)
        else:
            with contextlib.suppress(NotADirectoryError):
                path.unlink(missing_ok=True)
        self._prune(path.parent)

    def _prune(self, folder: Path) -> None:
        while folder != self.folder and folder.is_relative_to(self.folder):
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError:
                return  # not empty
            folder = folder.parent


def _below(folder: Path, place: Path) -> Iterator[StoredFile]:
    for at, folders, names in os.walk(place):
        folders[:] = [each for each in folders if not each.startswith(".")]
        for name in names:
            path = Path(at, name)
            if described := _described(path.relative_to(folder).as_posix(), path):
                yield described


def _described(key: str, path: Path) -> StoredFile | None:
    """None for what is no file, or no longer."""
    try:
        stat = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if path.is_dir():
        return None
    return StoredFile(key, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))


def _open_at(path: Path, start: int) -> BinaryIO:
    try:
        file = path.open("rb")
    except (FileNotFoundError, IsADirectoryError):
        raise FileNotStored from None
    file.seek(start)
    return file


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _remove_tree(folder: Path) -> None:
    """Once more where a call that had found its way here before the rename came between."""
    for _attempt in range(20):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            if not folder.exists():
                return
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise
        else:
            return


def _sweep(drafts: Path, before: float) -> int:
    stale = [path for path in drafts.iterdir() if path.lstat().st_mtime < before]
    for path in stale:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(stale)
