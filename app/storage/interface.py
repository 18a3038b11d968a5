"""What a place for files can do, whichever it is; knows no workspace and no request."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from app.errors import LoomliteError
from app.storage.signed_urls import MediaLinks

# A key is a path of plain names: `workspaces/<workspace_id>/facecams/<id>/proxy.mp4`. No name
# starts with a dot, so `..` and the hidden drafts of LocalStorage cannot be addressed.
_KEY = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}/){0,15}[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")

# Only what a browser may show from our own origin. Neither SVG nor HTML: they run scripts.
CONTENT_TYPES: Final = {
    ".avif": "image/avif",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
}
UNKNOWN_TYPE: Final = "application/octet-stream"


class FileNotStored(LoomliteError):
    """Nothing is stored under a key."""

    status = 404

    def __init__(self) -> None:
        super().__init__("This file is no longer here. It may have been deleted.")


@dataclass(frozen=True)
class StoredFile:
    """What a storage knows of a file. `modified_at` is the end of its upload, in UTC."""

    key: str
    size_bytes: int
    modified_at: datetime
    sha256: str | None = None  # 64 hex digits, where the storage keeps it and was asked for one


class Storage(Protocol):
    """Files under keys. Every method raises ValueError for a text that cannot be a key.

    Those that wait for an answer raise a StorageFailed (app/storage/storage_errors.py) when there
    was none after several tries, or a refusal. The file at hand is then as it was before.
    """

    links: MediaLinks  # for files that this server gives out itself: app/web/signed_media.py

    async def put_file(
        self, key: str, path: Path, content_type: str, *, move: bool = False
    ) -> None:
        """The bytes of `path` are stored under `key`, whole, in place of what was there.

        Raises ValueError when the key's ending stands for another type than `content_type`.
        With `move`, `path` is gone afterwards: its size and checksum were compared first. Readers
        see the earlier file or this one, never a part. Whatever is raised (StorageFull, a
        StorageFailed), neither the earlier file nor `path` has changed: call again later.
        """

    async def describe(self, key: str) -> StoredFile:
        """What is stored under `key`, without fetching it. Raises FileNotStored."""

    async def local_path(self, key: str) -> Path:
        """A file of this machine with these bytes, to be read only, and soon: within the hour.

        It may be a copy that was fetched and compared first. Raises FileNotStored, StorageFull.
        """

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` up to `end` (not included). Raises FileNotStored."""

    async def delete(self, key: str) -> None:
        """Nothing is stored under `key`; nothing happens when that was so before."""

    async def delete_prefix(self, prefix: str) -> None:
        """Nothing is stored below `prefix`, taken as a folder: `a/b` covers `a/b/c`, not `a/bc`."""

    def list(self, prefix: str) -> AsyncIterator[StoredFile]:
        """Every file below `prefix`, taken as a folder, in no order; with "" every file.

        What comes or goes meanwhile may be listed or not.
        """

    def url(self, key: str) -> str | None:
        """Where a browser may fetch it for some hours; None: only through app/web/media.py."""

    def signed_url(self, key: str, expires_in_s: int) -> str:
        """An address under which anybody may fetch it, for about `expires_in_s` and not for less.

        For pages without a session and for letters. A pull zone or a bucket that is open to
        everybody gives addresses that do not expire.
        """

    async def check(self) -> None:
        """The place answers and takes our keys. Raises a StorageFailed; cheap enough to repeat."""

    async def close(self) -> None:
        """Its connections are closed."""


def require_key(key: str) -> str:
    """The key itself. Raises ValueError: a key is made by us, so a wrong one is a fault of ours."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not the key of a file")
    return key


def require_prefix(prefix: str) -> str:
    """The prefix without a slash at its end; "" stands for all. Raises ValueError."""
    bare = prefix.removesuffix("/")
    return require_key(bare) if bare else bare


def content_type_of(key: str) -> str:
    """By the ending of the key, "application/octet-stream" for one that we do not show."""
    return CONTENT_TYPES.get(Path(key).suffix.lower(), UNKNOWN_TYPE)


def require_type(key: str, content_type: str) -> None:
    """Raises ValueError when the key's ending stands for another type: it is served by that."""
    told = content_type_of(key)
    if told.partition(";")[0] != content_type.partition(";")[0]:
        raise ValueError(f"{key!r} would be served as {told}, not as {content_type}")
