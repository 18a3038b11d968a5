"""What load balancers ask: is the process alive, and can it work?"""

from app.asgi import create_app
from app.db.listen import News
from app.db.session import Database, open_engine
from app.settings import Settings
from app.storage.local import LocalStorage
from tests.cast import Site


async def test_a_service_with_its_database_is_ready(site: Site) -> None:
    async with site.visitor() as visitor:
        live, ready = await visitor.get("/health/live"), await visitor.get("/health/ready")
    assert live.json() == {"status": "ok"}
    assert ready.json() == {"status": "ok", "database": "ok"}


async def test_without_a_database_it_is_alive_and_not_ready(settings: Settings) -> None:
    database = Database(open_engine("postgresql://nobody@127.0.0.1:1/nothing"))
    storage = LocalStorage(settings.media_folder)
    site = Site(create_app(settings, database, storage, News()), settings, database, storage)
    async with site.visitor() as visitor:
        live, ready = await visitor.get("/health/live"), await visitor.get("/health/ready")
    await database.close()
    assert live.status_code == 200
    assert ready.status_code == 503
    assert ready.json() == {"status": "unavailable", "database": "OperationalError"}
