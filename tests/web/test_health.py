"""What load balancers and alarms ask: is the process alive, and can it work?"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from app.asgi import create_app, furnish
from app.db.base import new_id, now
from app.db.listen import News
from app.db.session import Database, open_engine
from app.renders.health import HealthChecks
from app.renders.models import RenderWorker
from app.settings import Settings, load_settings
from app.storage.local import LocalStorage
from app.storage.storage_errors import StorageUnreachable
from tests.cast import HOST, Site, litestar_in

ALL_OK = {"database": "ok", "queue": "ok", "storage": "ok", "disk": "ok", "worker": "ok"}


async def _queue_answers() -> None:
    """As one that is there."""


async def _queue_is_away() -> None:
    raise ConnectionError


class StorageAway(LocalStorage):
    """A storage that does not answer, and counts how often it is asked."""

    asked = 0

    async def check(self) -> None:
        self.asked += 1
        raise StorageUnreachable("Nobody answers at storage.example.com.")


async def _see_worker(database: Database, *, seen_ago_s: float) -> None:
    async with database.session() as session:
        session.add(
            RenderWorker(
                id=new_id(), name="box", slots=2, started_at=now(),
                seen_at=now() - timedelta(seconds=seen_ago_s),
            )
        )  # fmt: skip


def _furnish(
    site: Site,
    *,
    settings: Settings | None = None,
    storage: LocalStorage | None = None,
    queue: Callable[[], Awaitable[None]] = _queue_answers,
) -> None:
    furnish(
        litestar_in(site.app),
        settings or site.settings,
        site.database,
        storage or site.storage,
        News(),
        queue,
    )


async def _ask(site: Site, query: str = "") -> tuple[int, dict[str, Any]]:
    async with site.visitor() as visitor:
        answer = await visitor.get(f"/health/ready{query}")
    return answer.status_code, answer.json()


async def test_a_service_that_has_all_its_parts_is_ready(site: Site) -> None:
    _furnish(site)
    await _see_worker(site.database, seen_ago_s=3)
    async with site.visitor() as visitor:
        assert (await visitor.get("/health/live")).json() == {"status": "ok"}
    assert await _ask(site) == (200, {"status": "ok", **ALL_OK})
    assert await _ask(site, "?strict=1") == (200, {"status": "ok", **ALL_OK})


async def test_a_worker_that_died_is_told(site: Site) -> None:
    _furnish(site)
    await _see_worker(site.database, seen_ago_s=90)
    missing = {"status": "degraded", **ALL_OK, "worker": "none seen"}
    assert await _ask(site) == (200, missing), "pages work, so no balancer takes this process out"
    assert await _ask(site, "?strict=1") == (503, missing), "an alarm hears of it"


async def test_a_queue_that_is_away_is_told(site: Site) -> None:
    _furnish(site, queue=_queue_is_away)
    status, parts = await _ask(site)
    assert (status, parts["status"], parts["queue"]) == (200, "degraded", "ConnectionError")


async def test_a_storage_that_is_away_is_told_and_not_asked_at_every_probe(site: Site) -> None:
    storage = StorageAway(site.settings.media_folder)
    _furnish(site, storage=storage)
    for _ in range(3):
        status, parts = await _ask(site)
        assert (status, parts["storage"]) == (200, "StorageUnreachable")
    assert storage.asked == 1


async def test_a_disk_that_is_nearly_full_is_told(site: Site) -> None:
    greedy = load_settings(
        {"LOOMLITE_VAR": str(site.settings.var_folder), "APP_HOST": HOST, "DISK_FREE_GB": "999999"}
    )
    _furnish(site, settings=greedy)
    status, parts = await _ask(site)
    assert status == 200
    assert parts["disk"].endswith("GB free")


async def test_a_part_that_never_answers_holds_nobody_up(site: Site) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    checks = HealthChecks(site.settings, site.database, site.storage, never, within_s=1.0)
    parts = await checks.ask_all()
    assert (parts["queue"], parts["database"]) == ("TimeoutError", "ok")


async def test_without_a_database_it_is_alive_and_not_ready(settings: Settings) -> None:
    database = Database(open_engine("postgresql://nobody@127.0.0.1:1/nothing"))
    storage = LocalStorage(settings.media_folder)
    site = Site(create_app(settings, database, storage, News()), settings, database, storage)
    async with site.visitor() as visitor:
        live, ready = await visitor.get("/health/live"), await visitor.get("/health/ready")
    await database.close()
    assert live.status_code == 200
    assert ready.status_code == 503
    told = ready.json()
    assert (told["status"], told["database"]) == ("unavailable", "OperationalError")
    assert told["worker"] == "unknown"
