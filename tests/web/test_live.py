"""Events reach the pages of their workspace, from whichever process, and no stranger's."""

import asyncio
from uuid import UUID, uuid4

import psycopg
import pytest

from app.db.base import new_id
from app.db.embedded import EmbeddedDatabase
from app.db.listen import BEHIND_AT_MOST, RENEWED, News, notify, run_news
from app.db.session import Database
from app.web.live import stream_of
from tests.cast import Cast

WAITS_AT_MOST_S = 20.0
ACME, OTHER = uuid4(), uuid4()


async def _tell(database: Database, workspace_id: UUID, thing_id: UUID) -> None:
    async with database.session(workspace_id=workspace_id) as session:
        await notify(session, "facecam", thing_id)


async def _next(queue: asyncio.Queue[str]) -> str:
    return await asyncio.wait_for(queue.get(), WAITS_AT_MOST_S)


async def test_a_change_is_heard_in_its_workspace_alone(
    own_database: Database, own_urls: EmbeddedDatabase
) -> None:
    changed, elsewhere = new_id(), new_id()
    # Two processes that serve pages; a third one, a worker, changes things.
    async with (
        run_news(own_urls.app_url) as one,
        run_news(own_urls.app_url) as two,
        one.subscribe(ACME) as at_one,
        two.subscribe(ACME) as at_two,
        two.subscribe(OTHER) as stranger,
    ):
        await _until_listening(own_urls, 2)
        await _tell(own_database, OTHER, elsewhere)
        await _tell(own_database, ACME, changed)
        assert await _next(at_one) == await _next(at_two) == f"facecam-{changed}"
        assert await _next(stranger) == f"facecam-{elsewhere}"
        assert (at_one.empty(), stranger.empty()) == (True, True)


async def test_what_is_rolled_back_is_never_told(
    own_database: Database, own_urls: EmbeddedDatabase
) -> None:
    kept = new_id()
    async with run_news(own_urls.app_url) as news, news.subscribe(ACME) as queue:
        await _until_listening(own_urls, 1)
        with pytest.raises(LookupError):
            await _tell_and_fail(own_database)
        await _tell(own_database, ACME, kept)
        assert await _next(queue) == f"facecam-{kept}"


async def test_a_listener_that_was_lost_is_renewed_and_says_so(
    own_database: Database, own_urls: EmbeddedDatabase
) -> None:
    changed = new_id()
    async with run_news(own_urls.app_url) as news, news.subscribe(ACME) as queue:
        await _until_listening(own_urls, 1)
        with psycopg.connect(own_urls.owner_url) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and query like 'listen %'"
            )
        assert await _next(queue) == RENEWED
        await _tell(own_database, ACME, changed)
        assert await _next(queue) == f"facecam-{changed}"


async def test_a_browser_that_sleeps_holds_up_nobody() -> None:
    news = News()
    async with news.subscribe(ACME) as asleep, news.subscribe(ACME) as awake:
        for number in range(BEHIND_AT_MOST + 5):
            news.tell(str(ACME), f"lead-{number}")
            assert awake.get_nowait() == f"lead-{number}"
        told = [asleep.get_nowait() for _ in range(asleep.qsize())]
        assert told[0] == RENEWED, "it looks at everything when it wakes"
        assert told[-1] == f"lead-{BEHIND_AT_MOST + 4}"


async def test_a_stream_begins_at_once_and_names_what_changed() -> None:
    news = News()
    stream = stream_of(news, ACME)
    assert (await anext(stream)).event == RENEWED, "what happened before it is looked at"
    news.tell(str(ACME), "facecam-1")
    assert (await anext(stream)).event == "facecam-1"
    news.tell(str(ACME), 'progress {"render": "1", "step": "recording"}')
    event = await anext(stream)
    assert (event.event, event.data) == ("progress", '{"render": "1", "step": "recording"}')
    await stream.aclose()
    assert news._waiting == {}, "a closed stream is forgotten"


async def test_a_stranger_gets_404_and_a_visitor_the_sign_in(cast: Cast) -> None:
    assert (await cast.charlie.get("/live")).status_code == 404
    assert (await cast.alice_at_door.get("/live")).status_code == 404
    assert (await cast.nobody.get("/live")).status_code in {302, 303}


async def _tell_and_fail(database: Database) -> None:
    async with database.session(workspace_id=ACME) as session:
        await notify(session, "facecam", new_id())
        raise LookupError


async def _until_listening(urls: EmbeddedDatabase, count: int) -> None:
    """Returns once so many connections listen; until then news would be nobody's."""
    asking = "select count(*) from pg_stat_activity where datname = current_database() "
    async with (
        asyncio.timeout(WAITS_AT_MOST_S),
        await psycopg.AsyncConnection.connect(urls.owner_url, autocommit=True) as connection,
    ):
        while True:
            cursor = await connection.execute(f"{asking} and query like 'listen %'")
            if await cursor.fetchone() == (count,):
                return
