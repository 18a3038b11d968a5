"""A bucket of anything that speaks S3, by way of obstore; it knows neither retries nor caches.

Files above PART_BYTES go in parts, each tried again by itself: what has arrived is not sent twice.
Each request carries the SHA-256 of its body, which the service compares.
"""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import obstore
from obstore.store import S3Store

from app.storage.interface import FileNotStored, StoredFile
from app.storage.s3_failures import Bucket, told

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

PART_BYTES: Final = 8 * 1024**2  # 10,000 parts at most: 80 GB
PARTS_AT_ONCE: Final = 4  # 32 MB of memory for an upload
PIECE_BYTES: Final = 4 * 1024**2
PAGE_FILES: Final = 1000  # as many as S3 lists or deletes in one request
# For one request, from its start to its last byte: 8 MB at half a megabit per second.
PART_S: Final = 130.0
PART_TRIES: Final = 4  # after the first
# What asks about files is answered at once, and somebody may be waiting for the page.
ANSWER_S: Final = 10.0
ANSWER_TRIES: Final = 1
FIRST_WAIT_S: Final = 0.5
SIGNED_AT_MOST_S: Final = 7 * 86_400  # S3 refuses more
SHA256: Final = "sha256"  # our own entry in the metadata
ASKED_FOR: Final = "loomlite.check"


class S3Place:
    """A Place (app/storage/remote.py)."""

    def __init__(
        self, bucket: Bucket, *, silence_s: float = PART_S, first_wait_s: float = FIRST_WAIT_S
    ) -> None:
        self.bucket = bucket
        self.parts = _store(bucket, silence_s, PART_TRIES, first_wait_s)
        self.store = _store(bucket, min(ANSWER_S, silence_s), ANSWER_TRIES, first_wait_s)

    async def send(self, key: str, path: Path, content_type: str, sha256: str) -> None:
        with told(self.bucket, of_bucket=True):
            await obstore.put_async(
                self.parts,
                key,
                path,
                attributes={"Content-Type": content_type, SHA256: sha256},
                chunk_size=PART_BYTES,
                max_concurrency=PARTS_AT_ONCE,
            )

    async def describe(self, key: str) -> StoredFile:
        with told(self.bucket):
            known = await obstore.get_async(self.store, key, options={"head": True})
            size_bytes, modified_at = known.meta["size"], known.meta["last_modified"]
            return StoredFile(key, size_bytes, modified_at, known.attributes.get(SHA256))

    async def stream(self, key: str, start: int, end: int | None) -> AsyncIterator[bytes]:
        """In pieces of one request each: a request has to end in ANSWER_S, a file has not."""
        size_bytes = (await self.describe(key)).size_bytes
        end = size_bytes if end is None else min(end, size_bytes)
        while start < end:
            stop = min(start + PIECE_BYTES, end)
            with told(self.bucket):
                piece = await obstore.get_range_async(self.parts, key, start=start, end=stop)
            start += len(piece)
            yield bytes(piece)

    async def remove(self, key: str) -> None:
        with contextlib.suppress(FileNotStored), told(self.bucket):
            await obstore.delete_async(self.store, key)

    async def remove_folder(self, prefix: str) -> None:
        with told(self.bucket, of_bucket=True):
            async for page in obstore.list(self.store, prefix, chunk_size=PAGE_FILES):
                await obstore.delete_async(self.store, [each["path"] for each in page])

    async def list(self, prefix: str) -> AsyncIterator[StoredFile]:
        """Each page is tried again by obstore."""
        with told(self.bucket, of_bucket=True):
            async for page in obstore.list(self.store, prefix or None, chunk_size=PAGE_FILES):
                for each in page:
                    yield StoredFile(each["path"], each["size"], each["last_modified"])

    async def forget(self, key: str) -> None:
        """S3 keeps no copies; a CDN in front of it is the operator's."""

    def address(self, key: str, expires_in_s: int) -> str | None:
        if self.bucket.public_url is not None:
            return f"{self.bucket.public_url}/{key}"
        if expires_in_s > SIGNED_AT_MOST_S:
            return None
        return obstore.sign(self.store, "GET", key, timedelta(seconds=expires_in_s))

    async def ask(self) -> None:
        with told(self.bucket, of_bucket=True):
            async for _ in obstore.list(self.store, ASKED_FOR, chunk_size=1):
                return

    async def close(self) -> None:
        """obstore closes its connections itself."""


def _store(bucket: Bucket, answer_s: float, tries: int, first_wait_s: float) -> S3Store:
    client: ClientConfig = {
        "allow_http": bucket.address.startswith("http://"),
        "timeout": timedelta(seconds=answer_s),
        "connect_timeout": timedelta(seconds=min(ANSWER_S, answer_s)),
    }
    retry: RetryConfig = {
        "max_retries": tries,
        "backoff": {"init_backoff": timedelta(seconds=first_wait_s), "base": 2},
    }
    return S3Store(
        bucket.name,
        endpoint=bucket.address,
        region=bucket.region,
        access_key_id=bucket.access_key_id,
        secret_access_key=bucket.secret_access_key,
        client_options=client,
        retry_config=retry,
    )
