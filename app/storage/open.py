"""The storage that the settings name; what uses it does not know which one it is."""

from typing import Final

import structlog

from app.settings import Settings, SettingsInvalid
from app.storage.bunny import BunnyPlace, BunnyZone
from app.storage.cache import FileCache
from app.storage.interface import Storage
from app.storage.local import LocalStorage
from app.storage.pull_zone import PullZone
from app.storage.remote import Place, RemoteStorage
from app.storage.retrying import Retrying
from app.storage.s3 import S3Place
from app.storage.s3_failures import Bucket
from app.storage.secret import load_secret
from app.storage.signed_urls import MediaLinks
from app.storage.storage_errors import StorageFailed, StorageRefused

log = structlog.get_logger()

# Besides those of each request, which obstore makes itself: a file is begun anew this often.
S3_WAITS_S: Final = (2.0, 8.0)
ANY_REGION: Final = "us-east-1"  # what services outside AWS take for their only one


def open_storage(settings: Settings) -> Storage:
    """The storage, unasked: whether it takes our keys is told by its `check`."""
    secret = load_secret(settings.media_secret, settings.var_folder / "secret")
    links = MediaLinks(secret, settings.base_url)
    if settings.storage == "local":
        return LocalStorage(settings.media_folder, links)
    cache = FileCache(settings.var_folder / "cache" / "storage", settings.storage_cache_bytes)
    place, retrying = _bunny(settings) if settings.storage == "bunny" else _s3(settings)
    return RemoteStorage(place, cache, links, retrying)


async def check_settings(storage: Storage) -> None:
    """Raises SettingsInvalid, in the operator's words, when the place does not take our keys.

    One that does not answer is no fault of the settings: it may come back, and the log says so.
    """
    try:
        await storage.check()
    except StorageRefused as error:
        raise SettingsInvalid(error.operator) from error
    except StorageFailed as error:
        log.warning("storage.unreachable", cause=error.operator)


def _bunny(settings: Settings) -> tuple[Place, Retrying]:
    shown = settings.bunny_pull_zone
    zone = BunnyZone(
        _given(settings.bunny_storage_zone),
        _given(settings.bunny_storage_key),
        settings.bunny_storage_host,
        PullZone(shown, settings.bunny_token_key, settings.bunny_api_key) if shown else None,
    )
    retrying = Retrying()
    return BunnyPlace(zone, retrying), retrying


def _s3(settings: Settings) -> tuple[Place, Retrying]:
    bucket = Bucket(
        _given(settings.s3_bucket),
        settings.s3_address,
        _given(settings.s3_access_key_id),
        _given(settings.s3_secret_access_key),
        settings.s3_region or ANY_REGION,
        settings.s3_public_url,
    )
    return S3Place(bucket), Retrying(S3_WAITS_S)


def _given(value: str | None) -> str:
    """Checked at the start: app/storage_settings.py."""
    if value is None:
        raise ValueError("a setting of the storage is missing")
    return value
