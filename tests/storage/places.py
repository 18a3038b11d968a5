"""The storages under test: a folder, and two over servers of ours that can misbehave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.storage.bunny import BunnyPlace, BunnyZone
from app.storage.cache import FileCache
from app.storage.interface import Storage
from app.storage.local import LocalStorage
from app.storage.pull_zone import PullZone
from app.storage.remote import Place, RemoteStorage
from app.storage.retrying import Retrying
from app.storage.s3 import S3Place
from app.storage.s3_failures import Bucket
from app.storage.signed_urls import MediaLinks
from tests.storage import bunny_server, s3_server
from tests.storage.bunny_server import BunnyServer
from tests.storage.http_server import serving
from tests.storage.s3_server import S3Server

LINKS = MediaLinks(b"a secret for tests", "https://loomlite.example")
PATIENCE_S = 10.0  # as in the service; a test of silence has less
WAITS_S = (1.0, 2.0, 4.0)  # waited for by nobody
CACHE_BYTES = 10 * 1024**2


@dataclass
class Waits:
    """A pause that only remembers."""

    waited_s: list[float] = field(default_factory=list)

    async def pause(self, wait_s: float) -> None:
        self.waited_s.append(wait_s)
        await asyncio.sleep(0)

    def retrying(self) -> Retrying:
        return Retrying(WAITS_S, self.pause, lambda: 1.0)


@dataclass
class Remote:
    """A storage elsewhere, its server, and the waits between its tries."""

    storage: RemoteStorage
    server: BunnyServer | S3Server
    waits: Waits


@asynccontextmanager
async def bunny(
    folder: Path, *, silence_s: float = PATIENCE_S, **zone: str
) -> AsyncIterator[Remote]:
    server, waits = BunnyServer(), Waits()
    async with serving(server):
        pull_zone = PullZone(
            server.url,
            bunny_server.TOKEN_KEY,
            zone.pop("api_key", bunny_server.API_KEY),
            server.url,
        )
        chosen = {"name": bunny_server.ZONE, "key": bunny_server.KEY, "host": server.url} | zone
        place = BunnyPlace(
            BunnyZone(**chosen, pull_zone=pull_zone), waits.retrying(), silence_s=silence_s
        )
        async with _over(place, folder, waits) as storage:
            yield Remote(storage, server, waits)


@asynccontextmanager
async def s3(
    folder: Path, *, silence_s: float = PATIENCE_S, **bucket: str
) -> AsyncIterator[Remote]:
    server, waits = S3Server(), Waits()
    async with serving(server):
        chosen = {
            "name": s3_server.BUCKET,
            "address": server.url,
            "access_key_id": s3_server.KEY_ID,
            "secret_access_key": s3_server.SECRET,
        } | bucket
        place = S3Place(Bucket(**chosen), silence_s=silence_s, first_wait_s=0.001)
        async with _over(place, folder, waits) as storage:
            yield Remote(storage, server, waits)


@asynccontextmanager
async def _over(place: Place, folder: Path, waits: Waits) -> AsyncIterator[RemoteStorage]:
    cache = FileCache(folder / "cache", CACHE_BYTES)
    storage = RemoteStorage(place, cache, LINKS, waits.retrying())
    try:
        yield storage
    finally:
        await storage.close()


OPENERS = {"bunny": bunny, "s3": s3}


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[Storage]:
    """A storage by its name in STORAGE."""
    if kind == "local":
        yield LocalStorage(folder / "media", LINKS)
    else:
        async with OPENERS[kind](folder) as remote:
            yield remote.storage
