"""Notices: each member reads the own ones, the bell counts them, a stranger finds none."""

import re
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select, update

from app.db.base import now
from app.db.embedded import EmbeddedDatabase
from app.db.listen import CHANNEL
from app.db.session import Database
from app.settings import Settings
from app.workspaces.members import remove_member
from app.workspaces.notice_models import Notice
from app.workspaces.notices import (
    KEPT_FOR,
    News,
    forget_notices,
    tell_managers,
    tell_person,
)
from tests.campaigns.boards import counted_statements
from tests.cast import Cast, assemble, in_workspace
from tests.workspaces.stage import site_on

READY = News("good", "All 3 videos of “Oslo” are ready", "", "/campaigns", "See the videos")
FAILED = News("bad", "No video of “Oslo” could be made", "linkedin.com asked for a sign-in.")
WAIT_S = 20


@pytest.fixture
async def told(cast: Cast) -> Cast:
    """Bob has two notices, the newer one without a place it leads to."""
    await _tell(cast, "bob", READY, FAILED)
    return cast


async def _tell(cast: Cast, name: str, *news: News) -> None:
    for each in news:
        async with cast.site.database.session() as session:
            await in_workspace(session, cast.acme)
            assert await tell_person(session, cast.users[name].id, each)


async def _ids(cast: Cast) -> list[UUID]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return list(await session.scalars(select(Notice.id).order_by(Notice.id)))


def _bell(html: str) -> str:
    (found,) = re.findall(r'<a class="sidebar-link bell".*?</a>', html, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", found).split())


async def test_the_list_is_newest_first_and_each_leads_on(told: Cast) -> None:
    text = (await told.bob.get("/notices")).text
    assert text.index(FAILED.title) < text.index(READY.title)
    assert FAILED.body in text
    assert "See the videos" in text
    assert text.count("/open") == 1, "what leads nowhere has no button"


async def test_the_bell_counts_on_every_page_without_a_statement_of_its_own(told: Cast) -> None:
    with counted_statements(told) as his:
        page = (await told.bob.get("/settings/notifications")).text
    with counted_statements(told) as hers:
        other = (await told.alice.get("/settings/notifications")).text
    assert _bell(page) == "Notices 2"
    assert _bell(other) == "Notices"
    assert len(his) == len(hers)
    assert not [each for each in his if each.lower().startswith("select count")]


async def test_opening_one_reads_it_and_leads_on(told: Cast) -> None:
    first, second = await _ids(told)
    answer = await told.bob.post(f"/notices/{first}/open")
    assert (answer.status_code, answer.headers["location"]) == (303, "/campaigns")
    answer = await told.bob.post(f"/notices/{second}/open")
    assert answer.headers["location"] == "/notices"
    assert _bell((await told.bob.get("/notices")).text) == "Notices"


async def test_all_are_read_at_once(told: Cast) -> None:
    assert "Mark all as read" in (await told.bob.get("/notices")).text
    assert (await told.bob.post("/notices/read")).headers["location"] == "/notices"
    text = (await told.bob.get("/notices")).text
    assert "Mark all as read" not in text
    assert "Unread" not in text
    assert READY.title in text


async def test_a_notice_leads_to_no_other_site(cast: Cast) -> None:
    await _tell(cast, "bob", News("good", "Hello", "", "//evil.example/", "Go"))
    (one,) = await _ids(cast)
    assert (await cast.bob.post(f"/notices/{one}/open")).headers["location"] == "/"


async def test_nobody_sees_another_member_s_notices(told: Cast) -> None:
    first, _ = await _ids(told)
    assert "No notices yet" in (await told.alice.get("/notices")).text
    assert (await told.alice.post(f"/notices/{first}/open")).status_code == 404
    await told.alice.post("/notices/read")
    assert _bell((await told.bob.get("/notices")).text) == "Notices 2"


async def test_a_stranger_finds_none(told: Cast) -> None:
    first, _ = await _ids(told)
    for path in ("/notices", "/notices/bell"):
        assert (await told.charlie.get(path)).status_code == 404
    for path in ("/notices/read", f"/notices/{first}/open"):
        assert (await told.charlie.post(path)).status_code == 404
    assert (await told.charlie_at_home.post(f"/notices/{first}/open")).status_code == 404
    assert _bell((await told.charlie_at_home.get("/notices")).text) == "Notices"


async def test_who_does_not_belong_is_told_nothing(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert not await tell_person(session, cast.users["charlie"].id, READY)
    assert await _ids(cast) == []


async def test_managers_are_told_each_for_themselves(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert await tell_managers(session, FAILED) == 2
    await cast.adam.post("/notices/read")
    assert _bell((await cast.alice.get("/notices")).text) == "Notices 1"
    assert _bell((await cast.adam.get("/notices")).text) == "Notices"
    assert _bell((await cast.bob.get("/notices")).text) == "Notices"


async def test_who_leaves_takes_the_own_notices_along(told: Cast) -> None:
    async with told.site.database.session(user_id=told.users["alice"].id) as session:
        await in_workspace(session, told.acme)
        await remove_member(session, told.users["alice"], told.users["bob"].id)
    assert await _ids(told) == []


async def test_long_names_and_many_notices_are_cut_and_paged(cast: Cast) -> None:
    await _tell(cast, "bob", *[News("warn", f"{n} {'long ' * 100}", "b" * 2000) for n in range(31)])
    first = (await cast.bob.get("/notices")).text
    assert "1–30 of 31 notices" in " ".join(re.sub("<[^>]+>", " ", first).split())
    assert "0 long" in (await cast.bob.get("/notices?page=2")).text


async def test_old_notices_are_forgotten(told: Cast) -> None:
    first, second = await _ids(told)
    async with told.site.database.session() as session:
        await in_workspace(session, told.acme)
        old = update(Notice).where(Notice.id == first)
        await session.execute(old.values(created_at=now() - KEPT_FOR - timedelta(minutes=1)))
    async with told.site.database.session(every_workspace=True) as session:
        assert await forget_notices(session) == 1
    assert await _ids(told) == [second]


async def test_the_bell_is_rung_on_the_person_s_open_pages(
    own_database: Database, own_urls: EmbeddedDatabase, settings: Settings
) -> None:
    cast = await assemble(site_on(settings, own_database))
    bob = cast.users["bob"].id
    with psycopg.connect(own_urls.app_url, autocommit=True) as connection:
        connection.execute(f"listen {CHANNEL}")
        await _tell(cast, "bob", READY)
        (heard,) = connection.notifies(timeout=WAIT_S, stop_after=1)
    assert heard.payload == f"{cast.acme.id} notices-{bob}"
    assert f"notices-{bob} from:#live" in (await cast.bob.get("/notices")).text
    bell = (await cast.bob.get("/notices/bell")).text
    assert _bell(bell) == "Notices 1"
    assert 'hx-target="#bell-mark"' in bell
