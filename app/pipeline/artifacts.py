"""Content-addressed files, one writer and many readers; knows keys and locks, not contents.

Layout under the root:
  <kind>/<key[:2]>/<key>      a finished artifact: a file, or a folder
  locks/<kind>-<key>          held (flock) while somebody makes that artifact; its time of change is
                              when the artifact was last used, which no reader and no mount option
                              alters as they do times of access
  drafts/<pid>-<n>/           unfinished work; its `owner` is locked while its process lives

A killed process leaves a draft behind whose lock the kernel has released; the next store sweeps it.
"""

import asyncio
import contextlib
import errno
import fcntl
import hashlib
import itertools
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO

from app.pipeline.errors import DiskFull

LOCK_POLL_S = 0.05  # flock has no awaitable form; a maker takes seconds, so this costs nothing

_draft_numbers = itertools.count()


def digest(*parts: object) -> str:
    """A hex key of 40 characters: SHA-256 over the canonical JSON of all an artifact depends on."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def file_digest(path: Path) -> str:
    """The content key of a file, in 40 hex characters."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:40]


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns the system's "no space" and "over quota" into `DiskFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(str(path)) from error
        raise


class ArtifactStore:
    """The artifacts of one workspace under `root`. Safe between processes on one file system."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.hits: list[str] = []
        for name in ("locks", "drafts"):
            with disk_errors(self.root):
                (self.root / name).mkdir(parents=True, exist_ok=True)
        self.sweep_drafts()

    def path(self, kind: str, key: str) -> Path:
        """Where the artifact is, or will be."""
        return self.root / kind / key[:2] / key

    def find(self, kind: str, key: str, *, max_age_s: float | None = None) -> Path | None:
        """The finished artifact, or None when there is none, or it is older than `max_age_s`."""
        path = self.path(kind, key)
        try:
            made = path.stat().st_mtime
        except FileNotFoundError:
            return None
        if max_age_s is not None and time.time() - made > max_age_s:
            return None
        self._note_use(kind, key)
        # `remove` looks at the time of use once more after it took the artifact away.
        return path if path.exists() else None

    def used_at(self, kind: str, key: str) -> float:
        """When it was last used or made, by this machine's clock; 0 when it is not there."""
        try:
            made = self.path(kind, key).stat().st_mtime
        except FileNotFoundError:
            return 0.0
        with contextlib.suppress(FileNotFoundError):
            return max(made, self._lock_path(kind, key).stat().st_mtime)
        return made

    @contextlib.asynccontextmanager
    async def lock(self, kind: str, key: str) -> AsyncIterator[None]:
        """Waits until nobody else makes this artifact, and holds that right. Look again inside."""
        while (file := self._try_to_hold(kind, key)) is None:  # noqa: ASYNC110  (another ends it)
            await asyncio.sleep(LOCK_POLL_S)
        with file:
            yield

    def remove(self, kind: str, key: str, *, unused_since: float) -> bool:
        """The artifact is gone; False when it is being made, or was used after that time."""
        used_at = self.used_at(kind, key)
        if used_at > unused_since:
            return False
        self._keep_time_of_use(kind, key, used_at)
        file = self._try_to_hold(kind, key)
        if file is None:
            return False
        with file, self.draft() as folder:
            grave = folder / "removed"
            with contextlib.suppress(FileNotFoundError):
                self.path(kind, key).rename(grave)
            # Whoever found it just before it went has noted that first: it comes back.
            if self._lock_path(kind, key).stat().st_mtime > unused_since and grave.exists():
                grave.rename(self.path(kind, key))
                return False
            self._lock_path(kind, key).unlink(missing_ok=True)
        return True

    def _lock_path(self, kind: str, key: str) -> Path:
        return self.root / "locks" / f"{kind}-{key}"

    def _try_to_hold(self, kind: str, key: str) -> IO[str] | None:
        """The locked file, for whoever closes it; None while somebody else has it."""
        path = self._lock_path(kind, key)
        file = path.open("a")
        # `remove` may have unlinked the very file that was opened here: it would keep nobody out.
        with contextlib.suppress(FileNotFoundError):
            if _try_lock(file) and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                return file
        file.close()
        return None

    def _note_use(self, kind: str, key: str) -> None:
        # A full disk, or one that is read only, is no reason to make the artifact again.
        with contextlib.suppress(OSError):
            self._lock_path(kind, key).touch()

    def _keep_time_of_use(self, kind: str, key: str, used_at: float) -> None:
        """Where there is no lock's file, opening it would say that the artifact is in use."""
        with contextlib.suppress(FileExistsError):
            path = self._lock_path(kind, key)
            path.touch(exist_ok=False)
            os.utime(path, (used_at, used_at))

    @contextlib.contextmanager
    def draft(self) -> Iterator[Path]:
        """A private folder for unfinished work; gone afterwards, whatever happens."""
        folder, owner = self._own_folder()
        try:
            with disk_errors(folder):
                yield folder
        finally:
            owner.close()
            shutil.rmtree(folder, ignore_errors=True)

    def _own_folder(self) -> tuple[Path, IO[str]]:
        """A folder no other process has, or takes for a leftover, and its locked `owner` file."""
        while True:
            folder = self.root / "drafts" / f"{os.getpid()}-{next(_draft_numbers)}"
            with disk_errors(folder):
                try:
                    folder.mkdir(parents=True)
                except FileExistsError:
                    continue  # left by a killed process that had our number
                owner = (folder / "owner").open("w")
            # Until it is locked, a store that starts just now may sweep it.
            if _try_lock(owner) and (folder / "owner").exists():
                return folder, owner
            owner.close()

    def publish(self, made: Path, kind: str, key: str) -> Path:
        """Moves a finished file or folder to its place, in one step; replaces an aged one."""
        place = self.path(kind, key)
        with disk_errors(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.is_dir():
                # A folder cannot replace a full one; a reader keeps the files it has open.
                old = made.parent / f"old-{key}"
                place.rename(old)
            made.rename(place)
        self._note_use(kind, key)
        return place

    def sweep_drafts(self) -> int:
        """Removes the drafts of processes that are no more; returns how many."""
        swept = 0
        for folder in (self.root / "drafts").iterdir():
            try:
                owner = (folder / "owner").open("r+")
            except OSError:
                # Either being made this very moment or half removed: only an old one is a leftover.
                with contextlib.suppress(OSError):
                    if time.time() - folder.stat().st_mtime > 60:
                        shutil.rmtree(folder, ignore_errors=True)
                continue
            with owner:
                if _try_lock(owner):
                    shutil.rmtree(folder, ignore_errors=True)
                    swept += 1
        return swept


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
