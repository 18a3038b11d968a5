"""Own domains belong to some plans: not added without one, ended late and told after a downgrade,
and back by themselves after an upgrade."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from app.billing.plans import FREE, GROWTH, STARTER, Plan, set_plan, set_service_plan
from app.db.base import now
from app.db.session import Database
from app.domains.checking import keep_findings
from app.domains.models import CustomDomain
from app.domains.plan_end import follow_plan
from app.domains.records import Findings, Found, wanted_for
from app.domains.states import VERIFIED_EVERY
from app.jobs.domains import check_due_domains, follow_plans
from app.mail.outbox import OutboxLetter
from app.settings import Settings
from tests.cast import Cast, assemble, in_workspace
from tests.domains.dns_server import Zone
from tests.domains.proofs import HOST, add, let_pass, prove, row_of
from tests.postgres import SentJobs
from tests.workspaces.stage import Worker, site_on

PAGE = "/settings/domains"
DAY = timedelta(days=1)


async def _has(cast: Cast, plan: Plan) -> None:
    async with cast.site.database.session() as session:
        await set_service_plan(session, sells=True)
        await in_workspace(session, cast.acme)
        await set_plan(session, plan)


async def _verified(cast: Cast, worker: Worker, dns: Zone) -> CustomDomain:
    await _has(cast, GROWTH)
    domain = await add(cast)
    prove(dns, cast.site.settings, domain)
    await worker.run_all()
    return domain


def _subjects(letters: Sequence[OutboxLetter]) -> list[str]:
    return sorted(letter.subject for letter in letters)


async def test_a_plan_without_one_names_the_plan_that_has(cast: Cast) -> None:
    await _has(cast, STARTER)
    page = (await cast.alice.get(PAGE)).text
    assert "The Starter plan has no domain of your own." in page
    assert "Growth has a domain of your own, for $99 a month." in page
    assert "Add domain" not in page
    assert "Ask an owner or admin" in (await cast.bob.get(PAGE)).text
    refused = await cast.alice.post(PAGE, data={"domain": HOST})
    assert refused.status_code == 422
    assert (await cast.charlie.post(PAGE, data={"domain": HOST})).status_code == 404


async def test_after_a_downgrade_it_goes_on_for_14_days_and_all_are_told(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    domain = await _verified(cast, worker, dns)
    await _has(cast, FREE)
    await follow_plans(worker.services)
    letters = await worker.run_all()
    assert {letter.to for letter in letters} == {"alice@example.com", "adam@example.com"}
    assert "Links that name it do not open" not in letters[0].text
    assert f"{HOST} shows your landing pages until " in letters[0].subject
    assert "Growth has a domain of your own" in letters[0].text
    row = await row_of(cast.site, domain)
    assert row.state == "verified"
    assert row.plan_ends_at is not None
    assert timedelta(days=13) < row.plan_ends_at - now() <= 14 * DAY
    page = (await cast.bob.get(PAGE)).text
    assert "Ends with your plan" in page
    assert "It shows your landing pages until" in page
    # Told once, however often it is looked at; its records are looked at as before.
    await let_pass(cast.site.database, domain, VERIFIED_EVERY)
    await check_due_domains(worker.services)
    await follow_plans(worker.services)
    assert await worker.run_all() == []
    assert (await row_of(cast.site, domain)).state == "verified"
    await let_pass(cast.site.database, domain, VERIFIED_EVERY + timedelta(hours=1))
    await follow_plans(worker.services)
    ended = await worker.run_all()
    assert _subjects(ended) == [f"{HOST} no longer shows your landing pages"] * 2
    assert (await row_of(cast.site, domain)).state == "withdrawn"
    page = (await cast.bob.get(PAGE)).text
    assert "Not in your plan" in page
    # Right records alone do not bring it back.
    await let_pass(cast.site.database, domain, DAY)
    await check_due_domains(worker.services)
    assert (await row_of(cast.site, domain)).state == "withdrawn"
    assert await worker.run_all() == []
    await _has(cast, GROWTH)
    await follow_plans(worker.services)
    await worker.run_all()
    back = await row_of(cast.site, domain)
    assert (back.state, back.plan_ends_at) == ("verified", None)


async def test_an_upgrade_in_time_takes_the_end_back(cast: Cast, worker: Worker, dns: Zone) -> None:
    domain = await _verified(cast, worker, dns)
    await _has(cast, STARTER)
    await follow_plans(worker.services)
    await worker.run_all()
    await _has(cast, GROWTH)
    await follow_plans(worker.services)
    row = await row_of(cast.site, domain)
    assert (row.state, row.plan_ends_at) == ("verified", None)
    assert "Ends with your plan" not in (await cast.alice.get(PAGE)).text
    # And another downgrade begins its 14 days anew.
    await let_pass(cast.site.database, domain, 20 * DAY)
    await _has(cast, FREE)
    await follow_plans(worker.services)
    assert (await row_of(cast.site, domain)).state == "verified"


async def test_one_that_waits_is_not_served_before_the_plan_has_it(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    await _has(cast, GROWTH)
    domain = await add(cast)
    prove(dns, cast.site.settings, domain)
    await _has(cast, FREE)
    await worker.run_all()
    assert (await row_of(cast.site, domain)).state == "pending"
    assert "it works with a plan that has one" in (await cast.alice.get(PAGE)).text
    await _has(cast, GROWTH)
    await follow_plans(worker.services)
    await worker.run_all()
    assert (await row_of(cast.site, domain)).state == "verified"


async def test_a_service_that_sells_nothing_has_them(cast: Cast, worker: Worker, dns: Zone) -> None:
    domain = await add(cast)
    prove(dns, cast.site.settings, domain)
    await worker.run_all()
    await follow_plans(worker.services)
    row = await row_of(cast.site, domain)
    assert (row.state, row.plan_ends_at) == ("verified", None)


async def test_anothers_plan_ends_no_domain(cast: Cast, worker: Worker, dns: Zone) -> None:
    domain = await _verified(cast, worker, dns)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.other)
        await set_plan(session, FREE)
        await follow_plan(session, cast.site.settings)
    await follow_plans(worker.services)
    assert await worker.run_all() == []
    assert (await row_of(cast.site, domain)).plan_ends_at is None


async def test_two_who_follow_a_plan_at_once_tell_it_once(
    settings: Settings, own_database: Database, sent_jobs: SentJobs
) -> None:
    cast = await assemble(site_on(settings, own_database))
    domain = CustomDomain(workspace_id=cast.acme.id, host=HOST, token="t")
    domain.state, domain.verified_at, domain.check_due_at = "verified", now(), now() + DAY
    async with own_database.session(workspace_id=cast.acme.id) as session:
        session.add(domain)
    await _has(cast, FREE)
    sent_jobs.clear()

    async def follow() -> None:
        async with own_database.session(workspace_id=cast.acme.id) as session:
            await follow_plan(session, settings)

    await asyncio.gather(*(follow() for _ in range(4)))
    assert sorted(job.arguments["to"] for job in sent_jobs) == [
        "adam@example.com",
        "alice@example.com",
    ]


async def test_records_that_are_found_while_the_plan_ends_bring_nothing_back(
    settings: Settings, own_database: Database
) -> None:
    cast = await assemble(site_on(settings, own_database))
    domain = CustomDomain(workspace_id=cast.acme.id, host=HOST, token="t")
    domain.state, domain.verified_at, domain.check_due_at = "verified", now(), now() + DAY
    domain.plan_ends_at = now() - DAY
    async with own_database.session(workspace_id=cast.acme.id) as session:
        session.add(domain)
    await _has(cast, FREE)
    wanted = wanted_for(settings, domain.host, domain.token)
    right = Findings(Found("right"), Found("right"))

    async def find() -> None:
        async with own_database.session(workspace_id=cast.acme.id) as session:
            await keep_findings(session, settings, domain.id, wanted, right)

    async def follow() -> None:
        async with own_database.session(workspace_id=cast.acme.id) as session:
            await follow_plan(session, settings)

    await asyncio.gather(find(), follow(), find(), follow())
    row = await row_of(cast.site, domain)
    assert (row.state, row.found["outcome"]) == ("withdrawn", "right")
