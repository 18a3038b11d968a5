"""Where the outbox can be read: whoever reads it can sign in as anybody."""

from pathlib import Path

import pytest

from app.asgi import create_app
from app.db.listen import News
from app.db.session import Database
from app.settings import load_settings
from app.storage.local import LocalStorage
from tests.cast import Site


@pytest.mark.parametrize(
    ("app_host", "environment", "status"),
    [
        ("localhost:8000", "development", 200),
        ("loomlite.localhost", "development", 200),
        ("loomlite.example.com", "development", 404),  # somebody forgot to say that it is not
        ("localhost.example.com", "development", 404),
        ("http://192.0.2.7", "development", 404),
        ("localhost:8000", "production", 404),
    ],
)
async def test_letters_are_shown_on_localhost_alone(
    database: Database, tmp_path: Path, app_host: str, environment: str, status: int
) -> None:
    settings = load_settings(
        {
            "APP_HOST": app_host,
            "LOOMLITE_ENV": environment,
            "LOOMLITE_VAR": str(tmp_path),
            "SMTP_URL": "smtp://mail.example.com",
        }
    )
    storage = LocalStorage(settings.media_folder)
    site = Site(create_app(settings, database, storage, News()), settings, database, storage)
    async with site.visitor() as visitor:
        assert (await visitor.get("/dev/outbox")).status_code == status
