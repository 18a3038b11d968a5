"""A cast whose requests and jobs run at once, each on a connection of its own."""

import pytest

from app.asgi import create_app
from app.db.listen import News
from app.db.session import Database
from app.settings import Settings
from app.storage.local import LocalStorage
from tests.cast import Cast, Site, assemble


@pytest.fixture
async def own_cast(settings: Settings, own_database: Database) -> Cast:
    """On a database with real commits: time passes, several work at once, jobs can be cancelled."""
    storage = LocalStorage(settings.media_folder)
    app = create_app(settings, own_database, storage, News())
    return await assemble(Site(app, settings, own_database, storage))
