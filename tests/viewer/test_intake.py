"""Rows are taken many at a time; what was answered is there; a fault of one batch ends there."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from app.db.embedded import EmbeddedDatabase
from app.db.session import Database, open_engine
from app.viewer import intake
from app.viewer.address_hashes import AddressHashes
from app.viewer.intake import Intake, IntakeFull, told_of
from app.viewer.page_tokens import PageToken
from tests.cast import Cast
from tests.viewer.links import show_video
from tests.viewer.visits import (
    SOMEBODY,
    add_up,
    make_team,
    opened_page,
    rows_of,
    watching,
)

WAITS_AT_MOST_S = 30.0
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Counted(Intake):
    """Counts its transactions; they begin once all requests are there."""

    sizes: list[int]

    async def _commit(self, rows: list[str]) -> None:
        await asyncio.sleep(0)
        self.sizes.append(len(rows))
        await super()._commit(rows)


async def _take(taking: Intake, page: PageToken) -> None:
    await taking.take(page, told_of(page, SOMEBODY, None, watching(0, 5)))


async def test_many_requests_are_few_transactions(own_database: Database) -> None:
    acme, campaign_id = await make_team(own_database)
    taking = Counted(own_database)
    taking.sizes = []
    pages = [opened_page(acme, campaign_id) for _ in range(300)]
    await asyncio.gather(*(_take(taking, page) for page in pages))
    assert len(await rows_of(own_database, acme, "visit_inbox")) == 300
    assert sum(taking.sizes) == 300
    assert len(taking.sizes) <= 3


async def test_who_goes_away_takes_nobody_s_row_along(own_database: Database) -> None:
    acme, campaign_id = await make_team(own_database)
    taking = Intake(own_database)
    tasks = [asyncio.create_task(_take(taking, opened_page(acme, campaign_id))) for _ in range(20)]
    await asyncio.sleep(0)
    tasks[3].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await _take(taking, opened_page(acme, campaign_id))
    assert len(await rows_of(own_database, acme, "visit_inbox")) == 21


async def test_without_a_database_all_are_told_so_and_the_next_are_taken(
    own_database: Database, own_urls: EmbeddedDatabase
) -> None:
    acme, campaign_id = await make_team(own_database)
    away = Database(open_engine("postgresql://nobody@127.0.0.1:1/nothing"))
    taking = Intake(away)
    outcomes = await asyncio.gather(
        *(_take(taking, opened_page(acme, campaign_id)) for _ in range(5)), return_exceptions=True
    )
    assert all(isinstance(each, SQLAlchemyError) for each in outcomes)
    await away.close()
    taking._database = own_database
    await _take(taking, opened_page(acme, campaign_id))
    assert len(await rows_of(own_database, acme, "visit_inbox")) == 1


class Broken(Intake):
    """Its first transaction fails as nobody thought of; or waits until it is cancelled."""

    tries = 0
    waits = False

    async def _commit(self, rows: list[str]) -> None:
        self.tries += 1
        if self.waits:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        if self.tries == 1:
            raise ValueError
        await super()._commit(rows)


async def test_a_fault_that_nobody_thought_of_is_told_to_its_own_batch_alone(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, campaign_id = await make_team(own_database)
    monkeypatch.setattr(intake, "MOST_IN_BATCH", 2)
    taking = Broken(own_database)
    async with asyncio.timeout(WAITS_AT_MOST_S):
        outcomes = await asyncio.gather(
            *(_take(taking, opened_page(acme, campaign_id)) for _ in range(5)),
            return_exceptions=True,
        )
    assert [type(each) for each in outcomes] == [ValueError] * 2 + [type(None)] * 3
    assert len(await rows_of(own_database, acme, "visit_inbox")) == 3


async def test_when_writing_ends_all_that_wait_are_told_so(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, campaign_id = await make_team(own_database)
    monkeypatch.setattr(intake, "MOST_IN_BATCH", 2)
    taking = Broken(own_database)
    taking.waits = True
    tasks = [asyncio.create_task(_take(taking, opened_page(acme, campaign_id))) for _ in range(5)]
    async with asyncio.timeout(WAITS_AT_MOST_S):
        while not taking.tries:  # noqa: ASYNC110 - what counts it knows no event
            await asyncio.sleep(0)
        assert taking._writing is not None
        taking._writing.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in outcomes] == [IntakeFull] * 5
    assert taking._writing.cancelled()
    taking.waits = False
    await _take(taking, opened_page(acme, campaign_id))


async def test_what_nobody_can_write_any_more_is_refused(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, campaign_id = await make_team(own_database)
    monkeypatch.setattr(intake, "MOST_WAITING", 3)
    taking = Intake(own_database)
    outcomes = await asyncio.gather(
        *(_take(taking, opened_page(acme, campaign_id)) for _ in range(6)), return_exceptions=True
    )
    assert [type(each) for each in outcomes] == [type(None)] * 3 + [IntakeFull] * 3


async def test_an_address_is_the_same_number_for_a_day_in_every_process(
    own_database: Database,
) -> None:
    acme, other = [(await make_team(own_database, slug))[0] for slug in ("acme", "other")]
    here, there = AddressHashes(own_database), AddressHashes(own_database)
    found = await here.hash_address(acme.id, "192.0.2.7")
    assert found == await there.hash_address(acme.id, "192.0.2.7")
    assert found != await here.hash_address(acme.id, "192.0.2.8")
    assert found != await here.hash_address(other.id, "192.0.2.7")
    assert await here.hash_address(acme.id, "2001:db8::1") == await there.hash_address(
        acme.id, "2001:db8::2"
    )
    assert await here.hash_address(acme.id, "") is None


async def test_each_kind_of_visitor_of_a_page_is_kept_apart(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path)
    agents = {"user-agent": FIREFOX}
    await cast.nobody.get(shown.path, headers=agents)
    await cast.nobody.get(shown.path, headers={"user-agent": "Slackbot-LinkExpanding 1.0"})
    await cast.nobody.get(shown.path, headers={**agents, "sec-purpose": "prefetch"})
    await cast.bob.get(shown.path, headers=agents)
    await cast.charlie.get(shown.path, headers=agents)  # signed in, but of another team
    await cast.nobody.head(shown.path, headers=agents)
    await add_up(cast.site.database, cast.acme)
    visits = await rows_of(cast.site.database, cast.acme, "visits")
    assert sorted((each["kind"], each["reason"]) for each in visits) == [
        ("scanner", "agent"),
        ("scanner", "prefetch"),
        ("team", ""),
        ("unverified", ""),
        ("unverified", ""),
    ]
