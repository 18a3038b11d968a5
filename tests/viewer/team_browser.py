"""Acme's service, running, and Bob's own Chromium in front of it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from app.accounts.auth_sessions import Browser as SignedIn
from app.accounts.auth_sessions import start_session
from app.asgi import create_app
from app.db.embedded import EmbeddedDatabase
from app.db.listen import run_news
from app.db.session import Database
from app.listening import open_listener, run_http
from app.pipeline.browser.find import find_chromium
from app.settings import load_settings
from app.storage.local import LocalStorage
from tests.cast import Cast, Site, assemble
from tests.running import free_port


@dataclass(frozen=True)
class TeamBrowser:
    """`url` is Acme's host; `cookies` are Bob's there."""

    cast: Cast
    url: str
    chromium: Browser
    cookies: list[Any]


@asynccontextmanager
async def team_browser(
    urls: EmbeddedDatabase, database: Database, folder: Path
) -> AsyncIterator[TeamBrowser]:
    settings = load_settings({"LOOMLITE_VAR": str(folder / "var"), "PORT": str(free_port())})
    storage = LocalStorage(settings.media_folder)
    with open_listener(settings, "127.0.0.1") as listener:
        async with run_news(urls.app_url) as news, async_playwright() as started:
            app = create_app(settings, database, storage, news)
            async with run_http(app, listener, lambda: None):
                cast = await assemble(Site(app, settings, database, storage))
                sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
                chromium = await started.chromium.launch(
                    executable_path=str(find_chromium(os.environ)), args=sandbox
                )
                yield TeamBrowser(
                    cast, settings.workspace_url("acme"), chromium, [await _cookie(cast)]
                )
                await chromium.close()


async def _cookie(cast: Cast) -> dict[str, str]:
    host = f"acme.{cast.site.settings.host}"
    async with cast.site.database.session() as session:
        signed_in = SignedIn(host, "203.0.113.7", "Chromium")
        token = await start_session(session, cast.users["bob"], signed_in)
    return {"name": "session", "value": token, "domain": host.partition(":")[0], "path": "/"}
