"""What a signed-in browser still gets while the database is gone."""

import re
from collections.abc import AsyncIterator

import pytest

from app.asgi import create_app
from app.db.listen import News
from app.db.session import Database, open_engine
from app.settings import Settings
from app.storage.local import LocalStorage
from tests.cast import Site


@pytest.fixture
async def cut_off(settings: Settings) -> AsyncIterator[Site]:
    """The application with a database at a port where nothing listens."""
    database = Database(open_engine("postgresql://nobody@127.0.0.1:1/gone"))
    storage = LocalStorage(settings.media_folder)
    yield Site(create_app(settings, database, storage, News()), settings, database, storage)
    await database.close()


async def test_the_page_that_says_so_has_its_styles(cut_off: Site) -> None:
    async with cut_off.visitor(token="whoever") as visitor:
        page = await visitor.get("/workspaces")
        assert page.status_code == 503
        for path in re.findall(
            r'<(?:link rel="stylesheet"|script)[^>]* (?:href|src)="([^"]+)"', page.text
        ):
            assert (await visitor.get(path)).status_code == 200


async def test_the_process_says_that_it_lives(cut_off: Site) -> None:
    async with cut_off.visitor(token="whoever") as visitor:
        assert (await visitor.get("/health/live")).status_code == 200
        assert (await visitor.get("/health/ready")).status_code == 503
