"""A body is there before a handler begins: who sends it slowly keeps nobody else waiting."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.asgi import create_app
from app.db.listen import News
from app.db.session import Database
from app.settings import Settings
from app.storage.local import LocalStorage
from app.web.images import PICTURE_BODY_BYTES
from app.web.whole_body import HELD_AT_MOST_BYTES
from tests.cast import Cast, Site, assemble

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=edge"
PICTURE = (
    b'--edge\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n',
    b"no picture\r\n--edge--\r\n",
)


@pytest.fixture
async def pooled(settings: Settings, own_database: Database) -> Cast:
    """The cast on a database with a pool, whose connections can be counted."""
    storage = LocalStorage(settings.media_folder)
    app = create_app(settings, own_database, storage, News())
    return await assemble(Site(app, settings, own_database, storage))


@pytest.mark.parametrize(
    ("path", "kind", "pieces", "status"),
    [
        ("/settings/profile", URLENCODED, (b"name=", b"Ann"), 303),
        ("/settings/profile/avatar", MULTIPART, PICTURE, 422),
        ("/facecams/uploads", "application/json", (b"{", b"}"), 400),
        ("{campaign}/edit/leads/paste", URLENCODED, (b"text=", b""), 422),
    ],
)
async def test_a_body_on_its_way_holds_no_connection(
    pooled: Cast, path: str, kind: str, pieces: tuple[bytes, bytes], status: int
) -> None:
    held: list[int] = []

    async def slowly() -> AsyncIterator[bytes]:
        yield pieces[0]
        held.append(_connections_in_use(pooled))
        yield pieces[1]

    made = await pooled.alice.post("/campaigns")
    path = path.format(campaign=made.headers["location"].partition("/edit")[0])
    answer = await pooled.alice.post(path, content=slowly(), headers={"content-type": kind})
    assert answer.status_code == status
    assert held == [0]


async def test_a_stranger_is_refused_before_a_large_body_is_read(cast: Cast) -> None:
    taken = 0

    async def large() -> AsyncIterator[bytes]:
        nonlocal taken
        taken += 1
        yield b"x" * PICTURE_BODY_BYTES

    answer = await cast.nobody.post("/settings/profile/avatar", content=large())
    assert answer.status_code == 303
    assert taken == 0


async def test_a_large_body_that_announces_nothing_ends_at_the_limit(cast: Cast) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 65_536
            yield PICTURE[0] if taken == 65_536 else b"x" * 65_536

    headers = {"content-type": MULTIPART}
    answer = await cast.alice.post("/settings/profile/avatar", content=endless(), headers=headers)
    assert answer.status_code == 422
    assert "The picture is over 5 MB" in answer.text
    assert taken < 2 * PICTURE_BODY_BYTES < HELD_AT_MOST_BYTES


async def test_a_sender_that_goes_away_gets_no_answer(cast: Cast) -> None:
    """Nothing is done with half a form."""
    sent: list[object] = []
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": b"name=Half", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    async def send(message: object) -> None:
        sent.append(message)

    await cast.site.app(_scope_of(cast.alice), receive, send)
    assert sent == []
    page = await cast.alice.get("/settings/profile")
    assert 'value="Alice"' in page.text


def _scope_of(client: httpx.AsyncClient) -> dict[str, object]:
    headers = [
        (b"host", client.base_url.netloc),
        (b"cookie", f"session={client.cookies['session']}".encode()),
        (b"content-type", URLENCODED.encode()),
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/settings/profile",
        "raw_path": b"/settings/profile",
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("203.0.113.7", 1),
        "server": ("localhost", 80),
    }


def _connections_in_use(cast: Cast) -> int:
    engine = cast.site.database.bind
    assert isinstance(engine, AsyncEngine)
    return engine.pool.checkedout()  # type: ignore[attr-defined,no-any-return]
