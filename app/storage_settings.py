"""Where files are kept: a folder, Bunny or S3, and whether what was said of it is enough."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from app.setting_fields import SettingsInvalid, setting, whole_number

StorageKind = Literal["local", "bunny", "s3"]

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?", re.IGNORECASE)
_PUBLIC = re.compile(rf"{_ORIGIN.pattern}(?:/[A-Za-z0-9._/-]*)?", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
SECRET_CHARACTERS = 32


def read_storage(name: str, text: str) -> str:
    if text not in {"local", "bunny", "s3"}:
        raise SettingsInvalid(f"{name} must be local, bunny or s3, not {text}.")
    return text


def read_name(name: str, text: str) -> str:
    if not _NAME.fullmatch(text):
        raise SettingsInvalid(f"{name} must be a bare name, without spaces or slashes.")
    return text


def read_origin(name: str, text: str) -> str:
    """Scheme and host; https:// where none is said."""
    whole = (text if "://" in text else f"https://{text}").rstrip("/")
    if not _ORIGIN.fullmatch(whole):
        raise SettingsInvalid(f"{name} must be an address such as https://example.com, not {text}.")
    return whole.lower()


def read_public_url(name: str, text: str) -> str:
    """As an origin, with a path if there is one."""
    whole = (text if "://" in text else f"https://{text}").rstrip("/")
    if not _PUBLIC.fullmatch(whole):
        raise SettingsInvalid(f"{name} must be an address such as https://example.com, not {text}.")
    return whole


def read_secret(name: str, text: str) -> str:
    if len(text) < SECRET_CHARACTERS:
        raise SettingsInvalid(
            f"{name} must have at least {SECRET_CHARACTERS} characters. Make one with "
            "`openssl rand -hex 32`."
        )
    return text


@dataclass(frozen=True)
class StorageSettings:
    """What is needed depends on STORAGE alone; the rest may be there and is not looked at."""

    storage: StorageKind = setting(
        "STORAGE",
        "where videos, facecams and pictures are kept: local (LOOMLITE_VAR/media), bunny or s3",
        "local",
        read=read_storage,
    )
    media_secret: str | None = setting(
        "MEDIA_SECRET",
        "signs this server's own addresses of files, the same on all machines; without it one is "
        "made in LOOMLITE_VAR/secret",
        None,
        shown="LOOMLITE_VAR/secret",
        secret=True,
        read=read_secret,
    )
    storage_cache_bytes: int = setting(
        "STORAGE_CACHE_BYTES",
        "how much of a storage elsewhere each machine keeps in LOOMLITE_VAR/cache/storage",
        20 * 1024**3,
        shown="21474836480 (20 GB)",
        read=whole_number(0, 10**15),
    )
    bunny_storage_zone: str | None = setting(
        "BUNNY_STORAGE_ZONE", "with STORAGE=bunny: the storage zone's name", None, shown="–",
        read=read_name,
    )  # fmt: skip
    bunny_storage_key: str | None = setting(
        "BUNNY_STORAGE_KEY", "the storage zone's password, not the read-only one", None,
        shown="–", secret=True,
    )  # fmt: skip
    bunny_storage_host: str = setting(
        "BUNNY_STORAGE_HOST",
        "the host of the storage zone's main region, such as ny.storage.bunnycdn.com",
        "https://storage.bunnycdn.com",
        shown="storage.bunnycdn.com",
        read=read_origin,
    )
    bunny_pull_zone: str | None = setting(
        "BUNNY_PULL_ZONE",
        "the pull zone in front of it, such as https://acme.b-cdn.net; without it files go through "
        "this server",
        None,
        shown="–",
        read=read_origin,
    )
    bunny_token_key: str | None = setting(
        "BUNNY_TOKEN_KEY",
        "the pull zone's token authentication key; without it its addresses never expire",
        None,
        shown="–",
        secret=True,
    )
    bunny_api_key: str | None = setting(
        "BUNNY_API_KEY",
        "the account's API key, to purge deleted files from the pull zone at once",
        None,
        shown="–",
        secret=True,
    )
    s3_bucket: str | None = setting(
        "S3_BUCKET", "with STORAGE=s3: the bucket's name", None, shown="–", read=read_name
    )
    s3_endpoint: str | None = setting(
        "S3_ENDPOINT",
        "the service's address, such as https://ACCOUNT.r2.cloudflarestorage.com; without it AWS",
        None,
        shown="AWS",
        read=read_origin,
    )
    s3_region: str | None = setting(
        "S3_REGION", "the bucket's region; with S3_ENDPOINT it may be left out", None, shown="–",
        read=read_name,
    )  # fmt: skip
    s3_access_key_id: str | None = setting(
        "S3_ACCESS_KEY_ID", "the key that may read, write, delete and list there", None, shown="–"
    )
    s3_secret_access_key: str | None = setting(
        "S3_SECRET_ACCESS_KEY", "the secret of S3_ACCESS_KEY_ID", None, shown="–", secret=True
    )
    s3_public_url: str | None = setting(
        "S3_PUBLIC_URL",
        "an address under which everybody can read the bucket, such as a CDN's; without it "
        "browsers get signed addresses of S3_ENDPOINT",
        None,
        shown="–",
        read=read_public_url,
    )

    @property
    def media_origin(self) -> str | None:
        """Where browsers fetch files besides here: scheme and host. None: nowhere."""
        if self.storage == "bunny":
            return self.bunny_pull_zone
        if self.storage == "s3":
            parts = urlsplit(self.s3_public_url or self.s3_address)
            return f"{parts.scheme}://{parts.netloc}"
        return None

    @property
    def s3_address(self) -> str:
        return self.s3_endpoint or f"https://s3.{self.s3_region}.amazonaws.com"


_NEEDED = {
    "local": (),
    "bunny": ("bunny_storage_zone", "bunny_storage_key"),
    "s3": ("s3_bucket", "s3_access_key_id", "s3_secret_access_key"),
}


def storage_problems(settings: StorageSettings) -> Iterator[str]:
    """What is missing, each as the sentence of a SettingsInvalid."""
    for needed in _NEEDED[settings.storage]:
        if getattr(settings, needed) is None:
            yield f"{needed.upper()} is missing. STORAGE={settings.storage} needs it."
    if settings.storage == "s3" and settings.s3_endpoint is None and settings.s3_region is None:
        yield "S3_REGION is missing. Set the bucket's region on AWS, or S3_ENDPOINT elsewhere."
    if settings.storage == "bunny" and settings.bunny_pull_zone is None:
        for useless in ("bunny_token_key", "bunny_api_key"):
            if getattr(settings, useless) is not None:
                yield f"{useless.upper()} belongs to a pull zone. Set BUNNY_PULL_ZONE too."
