"""The cast: Alice owns Acme, Adam is an admin, Bob belongs, Charlie is a stranger with a workspace.

`site` is the whole application in this process; a Visitor is a browser without a screen.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar

from app.accounts.auth_sessions import Browser, start_session
from app.accounts.models import User
from app.accounts.sign_in import get_or_create_user
from app.asgi import create_app, furnish
from app.db.listen import News
from app.db.session import Database
from app.db.tenancy import enter_workspace
from app.settings import Settings, load_settings
from app.storage.local import LocalStorage
from app.workspaces.models import Membership, Workspace
from app.workspaces.service import create_workspace

HOST = "loomlite.localhost"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"APP_HOST": HOST, "LOOMLITE_VAR": str(tmp_path / "var")})


@dataclass(frozen=True)
class Site:
    """The application and what is under it."""

    app: Any
    settings: Settings
    database: Database
    storage: LocalStorage

    def visitor(self, slug: str | None = None, token: str | None = None) -> httpx.AsyncClient:
        """A client on a workspace's host, or on the app's own; follows no redirect."""
        base_url = self.settings.workspace_url(slug) if slug else self.settings.base_url
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=base_url,
            cookies={"session": token} if token else None,
        )


@pytest.fixture(scope="session")
def built_app() -> Any:
    """The application, built once: its routes and templates take a third of a second each time."""
    nothing: Any = None
    return create_app(load_settings({"APP_HOST": HOST}), nothing, nothing, News())


@pytest.fixture
def site(built_app: Any, settings: Settings, database: Database) -> Site:
    """The application with this test's database and folders under it."""
    storage = LocalStorage(settings.media_folder)
    furnish(litestar_in(built_app), settings, database, storage, News())
    return Site(built_app, settings, database, storage)


def litestar_in(app: Any) -> Litestar:
    """What all the wrappers are around."""
    while not isinstance(app, Litestar):
        app = app.app
    return app


@dataclass(frozen=True)
class Cast:
    """Who is on stage; all are signed in on Acme's host, Charlie too, in vain."""

    site: Site
    acme: Workspace
    other: Workspace
    users: dict[str, User]
    alice: httpx.AsyncClient
    adam: httpx.AsyncClient
    bob: httpx.AsyncClient
    charlie: httpx.AsyncClient
    charlie_at_home: httpx.AsyncClient
    nobody: httpx.AsyncClient
    alice_at_door: httpx.AsyncClient  # on the app's own host
    charlie_at_door: httpx.AsyncClient


@pytest.fixture
async def cast(site: Site) -> Cast:
    return await assemble(site)


async def assemble(site: Site) -> Cast:
    """Two workspaces with their people, signed in."""
    async with site.database.session() as session:
        users = {
            name: await get_or_create_user(session, f"{name}@example.com", name=name.title())
            for name in ("alice", "adam", "bob", "charlie")
        }
    async with site.database.session() as session:
        acme = await create_workspace(session, users["alice"], "Acme", "acme")
        for name, role in (("adam", "admin"), ("bob", "member")):
            session.add(Membership(workspace_id=acme.id, user_id=users[name].id, role=role))
    async with site.database.session() as session:
        other = await create_workspace(session, users["charlie"], "Other", "other")
    return Cast(
        site,
        acme,
        other,
        users,
        alice=await _signed_in(site, users["alice"], "acme"),
        adam=await _signed_in(site, users["adam"], "acme"),
        bob=await _signed_in(site, users["bob"], "acme"),
        charlie=await _signed_in(site, users["charlie"], "acme"),
        charlie_at_home=await _signed_in(site, users["charlie"], "other"),
        nobody=site.visitor("acme"),
        alice_at_door=await _signed_in(site, users["alice"], None),
        charlie_at_door=await _signed_in(site, users["charlie"], None),
    )


async def _signed_in(site: Site, user: User, slug: str | None) -> httpx.AsyncClient:
    host = f"{slug}.{site.settings.host}" if slug else site.settings.host
    async with site.database.session() as session:
        token = await start_session(session, user, Browser(host, "203.0.113.7", "Tests/1.0"))
    return site.visitor(slug, token)


async def in_workspace(session: Any, workspace: Workspace) -> None:
    """Lets a test's own session see that workspace."""
    await enter_workspace(session, workspace.id)
