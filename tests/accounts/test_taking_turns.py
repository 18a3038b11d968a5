"""What takes its turn beside a transaction waits without a connection that others need."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from app.accounts.rate_limits import INVITE_BY_PERSON, count_try
from app.asgi import create_app
from app.db.embedded import EmbeddedDatabase
from app.db.listen import News
from app.db.session import Database, open_engine
from app.settings import Settings
from app.storage.local import LocalStorage
from app.web.images import PAINTER
from tests.cast import Cast, Site, assemble

AT_ONCE = 4
POOL_SIZE = 1  # and as many over it: fewer than come at once


@pytest.fixture
async def crowded(settings: Settings, own_urls: EmbeddedDatabase) -> AsyncIterator[Cast]:
    """The cast on a database with fewer connections than they make requests."""
    database = Database(open_engine(own_urls.app_url, pool_size=POOL_SIZE))
    storage = LocalStorage(settings.media_folder)
    app = create_app(settings, database, storage, News())
    yield await assemble(Site(app, settings, database, storage))
    await database.close()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/settings/members/invitations", {"email": "ann@example.com", "role": "member"}),
        ("/settings/password/letter", {}),
    ],
)
async def test_requests_at_once_do_not_stop_each_other(
    crowded: Cast, path: str, form: dict[str, str]
) -> None:
    answers = await asyncio.gather(*(crowded.alice.post(path, data=form) for _ in range(AT_ONCE)))
    assert [answer.status_code for answer in answers] == [303] * AT_ONCE


@pytest.mark.parametrize(
    ("path", "field"),
    [("/settings/profile/avatar", "picture"), ("/settings/workspace/logo", "logo")],
)
async def test_pictures_that_wait_to_be_drawn_keep_nobody_else_waiting(
    crowded: Cast, path: str, field: str
) -> None:
    is_free = threading.Event()
    PAINTER.submit(is_free.wait)
    try:
        sent = {field: ("a.png", b"no picture", "image/png")}
        uploads = [
            asyncio.create_task(crowded.alice.post(path, files=sent)) for _ in range(AT_ONCE)
        ]
        for _ in range(AT_ONCE):
            assert (await crowded.bob.get("/settings/workspace")).status_code == 200
    finally:
        is_free.set()
    assert [answer.status_code for answer in await asyncio.gather(*uploads)] == [422] * AT_ONCE


async def test_a_person_invites_slowly_in_all_workspaces_together(cast: Cast) -> None:
    for _ in range(INVITE_BY_PERSON.tries):
        await count_try(cast.site.database, INVITE_BY_PERSON, str(cast.users["alice"].id))
    form = {"email": "ann@example.com", "role": "member"}
    refused = await cast.alice.post("/settings/members/invitations", data=form)
    assert refused.status_code == 429
    other = await cast.adam.post("/settings/members/invitations", data=form)
    assert other.status_code == 303
