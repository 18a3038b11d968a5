"""A domain from its first look to its withdrawal: by the jobs, against a real DNS server."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.db.base import now
from app.db.session import Database
from app.domains.models import CustomDomain
from app.domains.service import add_domain, remove_domain
from app.domains.states import PENDING_AT_MOST
from app.jobs.domains import check_domain, check_due_domains
from app.settings import Settings
from app.workspaces.activity_feed import list_activity
from app.workspaces.notices import list_notices
from tests.cast import Cast, assemble
from tests.domains.dns_server import Zone
from tests.domains.proofs import HOST, add, let_pass, prove, right_records, row_of
from tests.postgres import SentJobs
from tests.workspaces.stage import Worker, site_on

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def _notices(cast: Cast, who: str) -> list[str]:
    user = cast.users[who]
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        return [each.title for each in (await list_notices(session, user.id, 1))[0]]


async def _feed(cast: Cast) -> list[str]:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        return [line.text for line in await list_activity(session, 10)]


async def _whose(cast: Cast, host: str = HOST) -> object:
    async with cast.site.database.session() as session:
        return await session.scalar(text("select workspace_of_host(:host)"), {"host": host})


async def _failing(cast: Cast, worker: Worker, dns: Zone) -> CustomDomain:
    """A verified domain whose records were missing twice."""
    domain = await add(cast)
    prove(dns, cast.site.settings, domain)
    await worker.run_all()
    dns.say()
    for _ in range(2):
        await let_pass(cast.site.database, domain, 8 * DAY)
        await check_due_domains(worker.services)
    return domain


async def test_right_records_are_found_and_the_team_is_told(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    domain = await add(cast)
    prove(dns, cast.site.settings, domain)
    await worker.run_all()
    row = await row_of(cast.site, domain)
    assert (row.state, row.problem, row.found["outcome"]) == ("verified", "", "right")
    assert row.verified_at is not None
    assert row.check_due_at - now() > 6 * DAY
    assert await _whose(cast) == cast.acme.id
    for who, titles in (("alice", 1), ("adam", 1), ("bob", 0)):
        assert len(await _notices(cast, who)) == titles
    assert (await _feed(cast))[:2] == [
        f"Loom-Lite found the records of {HOST}, which shows your pages now",
        f"Alice added the domain {HOST}",
    ]


async def test_missing_records_are_looked_for_again_after_waits_that_grow(
    cast: Cast, worker: Worker
) -> None:
    domain, waits = await add(cast), []
    await worker.run_all()
    for passed in (timedelta(0), 40 * timedelta(minutes=1), 3 * HOUR, 2 * DAY, 40 * DAY):
        await let_pass(cast.site.database, domain, passed)
        await check_due_domains(worker.services)
        row = await row_of(cast.site, domain)
        assert row.state == "pending"
        waits.append(row.check_due_at - now())
    assert waits == sorted(waits)
    assert waits[0] < timedelta(minutes=2)
    assert PENDING_AT_MOST < waits[-1] < 2 * DAY
    assert "There is no TXT record" in row.problem
    assert await _whose(cast) is None
    assert await _notices(cast, "alice") == []


async def test_what_is_not_due_is_not_looked_at(cast: Cast, worker: Worker, dns: Zone) -> None:
    await add(cast)
    await worker.run_all()
    before = len(dns.asked)
    await check_due_domains(worker.services)
    assert len(dns.asked) == before


async def test_gone_records_are_told_by_letter_and_only_later_the_domain_is_withdrawn(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    domain = await _failing(cast, worker, dns)
    letters = await worker.run_all()
    assert {letter.to for letter in letters} == {"alice@example.com", "adam@example.com"}
    assert {letter.subject for letter in letters} == {f"The records of {HOST} are gone"}
    assert f"There is no TXT record at _loomlite.{HOST}." in letters[0].text
    assert "http://acme.loomlite.localhost/settings/domains" in letters[0].text
    assert (await _notices(cast, "adam"))[0] == f"The records of {HOST} are gone"
    assert (await row_of(cast.site, domain)).state == "failing"
    assert await _whose(cast) == cast.acme.id, "it is served until it is withdrawn"

    await let_pass(cast.site.database, domain, 6 * DAY)
    await check_due_domains(worker.services)
    assert (await row_of(cast.site, domain)).state == "failing"
    assert await worker.run_all() == [], "nobody is told twice"

    await let_pass(cast.site.database, domain, DAY)
    await check_due_domains(worker.services)
    assert (await row_of(cast.site, domain)).state == "withdrawn"
    assert await _whose(cast) is None
    letters = await worker.run_all()
    assert [letter.subject for letter in letters] == [
        f"{HOST} no longer shows your landing pages"
    ] * 2
    assert "missing for 7 days" in letters[0].text
    assert (await _feed(cast))[0] == f"Loom-Lite no longer shows your pages at {HOST}"


async def test_records_that_come_back_in_time_end_all_that(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    domain = await _failing(cast, worker, dns)
    await worker.run_all()
    prove(dns, cast.site.settings, domain)
    await let_pass(cast.site.database, domain, HOUR)
    await check_due_domains(worker.services)
    row = await row_of(cast.site, domain)
    assert (row.state, row.failing_since, row.told_at) == ("verified", None, None)
    dns.say()
    await let_pass(cast.site.database, domain, 8 * DAY)
    await check_due_domains(worker.services)
    assert (await row_of(cast.site, domain)).state == "verified", "the count begins anew"


async def test_a_withdrawn_domain_is_back_when_its_records_are(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    domain = await _failing(cast, worker, dns)
    await let_pass(cast.site.database, domain, 8 * DAY)
    await check_due_domains(worker.services)
    assert (await row_of(cast.site, domain)).state == "withdrawn"
    prove(dns, cast.site.settings, domain)
    await let_pass(cast.site.database, domain, DAY)
    await check_due_domains(worker.services)
    assert (await row_of(cast.site, domain)).state == "verified"
    assert await _whose(cast) == cast.acme.id


async def test_broken_servers_withdraw_nothing_however_long(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    domain = await _failing(cast, worker, dns)
    await worker.run_all()
    dns.fail_at(HOST, f"_loomlite.{HOST}")
    await let_pass(cast.site.database, domain, 90 * DAY)
    await check_due_domains(worker.services)
    row = await row_of(cast.site, domain)
    assert (row.state, row.found["outcome"]) == ("failing", "unanswered")
    assert await worker.run_all() == []


async def test_another_workspace_s_token_proves_nothing(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    theirs = await add(cast, workspace=cast.other)
    mine = await add(cast)
    assert theirs.token != mine.token
    prove(dns, cast.site.settings, theirs)
    await worker.run_all()
    assert (await row_of(cast.site, theirs)).state == "verified"
    assert (await row_of(cast.site, mine)).state == "pending"


async def test_who_proves_a_served_host_gets_it_once_the_other_is_withdrawn(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    first = await add(cast)
    prove(dns, cast.site.settings, first)
    await worker.run_all()
    second = await add(cast, workspace=cast.other)
    prove(dns, cast.site.settings, second)
    await worker.run_all()
    row = await row_of(cast.site, second)
    assert row.state == "pending"
    assert "another workspace shows its pages" in row.problem
    assert "Acme" not in row.problem
    assert await _whose(cast) == cast.acme.id

    # The host changes hands: the first one's token goes.
    dns.say(*right_records(cast.site.settings, second))
    for _ in range(3):
        await let_pass(cast.site.database, first, 8 * DAY)
        await check_due_domains(worker.services)
        await let_pass(cast.site.database, second, DAY)
        await check_due_domains(worker.services)
    assert (await row_of(cast.site, first)).state == "withdrawn"
    assert (await row_of(cast.site, second)).state == "verified"
    assert await _whose(cast) == cast.other.id


async def test_a_host_that_is_given_up_is_free_at_once(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    first, second = await add(cast), await add(cast, workspace=cast.other)
    for each in (first, second):
        prove(dns, cast.site.settings, each)
    await worker.run_all()
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await remove_domain(session, cast.users["alice"], await session.merge(first))
    assert await _whose(cast) is None
    await let_pass(cast.site.database, second, DAY)
    await check_due_domains(worker.services)
    assert await _whose(cast) == cast.other.id


async def test_a_look_at_a_domain_that_was_removed_meanwhile_does_nothing(
    cast: Cast, worker: Worker
) -> None:
    domain = await add(cast)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await remove_domain(session, cast.users["alice"], await session.merge(domain))
    await worker.run_all()
    await check_due_domains(worker.services)


@pytest.mark.parametrize("turn", range(3))
async def test_of_many_who_prove_one_host_at_once_one_has_it(
    own_database: Database, settings: Settings, sent_jobs: SentJobs, dns: Zone, turn: int
) -> None:
    """On connections of their own, with real commits."""
    site = site_on(settings, own_database)
    cast, worker = await assemble(site), Worker(site, sent_jobs)
    domains = [await add(cast), await add(cast, workspace=cast.other)]
    for each in domains:
        prove(dns, settings, each)
    looks = [
        check_domain(
            worker.services, workspace_id=str(each.workspace_id), custom_domain_id=str(each.id)
        )
        for each in domains
        for _ in range(4)
    ]
    await asyncio.gather(*(looks if turn % 2 else reversed(looks)))
    states = sorted([(await row_of(site, each)).state for each in domains])
    assert states == ["pending", "verified"]
    told = await _notices(cast, "alice")
    assert len(told) == (1 if await _whose(cast) == cast.acme.id else 0), "told once, if at all"


async def test_of_two_workers_each_looks_at_what_the_other_does_not(
    own_database: Database, settings: Settings, sent_jobs: SentJobs, dns: Zone
) -> None:
    site = site_on(settings, own_database)
    cast, worker = await assemble(site), Worker(site, sent_jobs)
    for number in range(8):
        async with own_database.session(
            workspace_id=cast.acme.id, user_id=cast.users["alice"].id
        ) as session:
            await add_domain(session, settings, cast.users["alice"], f"v{number}.acmecorp.com")
    await asyncio.gather(*(check_due_domains(worker.services) for _ in range(3)))
    asked = [name for name, kind in dns.asked if kind == "TXT"]
    assert sorted(asked) == [f"_loomlite.v{number}.acmecorp.com" for number in range(8)]
