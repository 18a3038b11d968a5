"""What obstore's errors mean for whoever uses a bucket; it asks nobody."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from obstore.exceptions import BaseError

from app.storage.interface import FileNotStored
from app.storage.storage_errors import (
    StorageFailed,
    StorageRefused,
    StorageUnreachable,
    UploadBroken,
)

# obstore gives an error of its own for a status only where one file was asked for.
_STATUS: Final = re.compile(r"status code: (\d{3})")
_DAMAGED: Final = ("XAmzContentSHA256Mismatch", "BadDigest", "InvalidDigest")
_WRONG_REGION: Final = ("incorrectly configured region", "AuthorizationHeaderMalformed")


@dataclass(frozen=True)
class Bucket:
    """A bucket and who may use it, as in app/storage_settings.py."""

    name: str
    address: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str = "us-east-1"
    public_url: str | None = None


@contextlib.contextmanager
def told(bucket: Bucket, *, of_bucket: bool = False) -> Iterator[None]:
    """Turns obstore's errors into ours. With `of_bucket`, "not found" can only mean the bucket."""
    try:
        yield
    except (BaseError, FileNotFoundError) as error:
        words = str(error)
        if isinstance(error, FileNotFoundError) and not of_bucket and "NoSuchBucket" not in words:
            raise FileNotStored from None
        raise _failure(bucket, words, is_missing=isinstance(error, FileNotFoundError)) from error


def _failure(bucket: Bucket, words: str, *, is_missing: bool) -> StorageFailed:
    found = _STATUS.search(words)
    status = found[1] if found else "404" if is_missing else ""
    cause = words.partition("\n")[0][:300]
    if any(each in words for each in _WRONG_REGION):
        return StorageRefused(
            f"The bucket {bucket.name} is not in {bucket.region}. Set S3_REGION to its region."
        )
    if any(each in words for each in _DAMAGED):
        return UploadBroken(f"{bucket.address} refused a part: {cause}")
    if status in {"401", "403"}:
        return StorageRefused(
            f"{bucket.address} does not let us into the bucket {bucket.name} ({status}). Compare "
            "S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, and what that key may do: read, write, "
            "delete and list."
        )
    if status == "404":
        return StorageRefused(
            f"There is no bucket {bucket.name} at {bucket.address}. Compare S3_BUCKET and "
            "S3_ENDPOINT with the service's page."
        )
    return StorageUnreachable(f"{bucket.address} failed: {cause}")
