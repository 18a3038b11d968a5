"""One look at a domain at a time, however often somebody asks for it."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import now
from app.domains.checking import claim_one
from app.domains.models import CustomDomain
from app.domains.service import ask_for_check
from app.domains.states import CLAIMED_FOR
from app.jobs.domains import check_domain, check_due_domains
from tests.cast import Cast
from tests.domains.dns_server import Zone
from tests.domains.proofs import add, let_pass, prove, row_of
from tests.postgres import SentJobs
from tests.workspaces.stage import Worker

MINUTE = timedelta(minutes=1)


async def _own(session: AsyncSession, domain: CustomDomain) -> CustomDomain:
    return await session.get_one(CustomDomain, domain.id)


async def test_a_button_that_is_pressed_often_asks_once(
    cast: Cast, worker: Worker, sent_jobs: SentJobs
) -> None:
    domain = await add(cast)
    await worker.run_all()
    asked = []
    for _ in range(3):
        async with cast.site.database.session(workspace_id=cast.acme.id) as session:
            asked.append(await ask_for_check(session, await _own(session, domain)))
    # Looked at a moment ago, so not at all; later once more.
    assert asked == ["just_done"] * 3
    assert sent_jobs == []
    await let_pass(cast.site.database, domain, MINUTE)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        assert await ask_for_check(session, await _own(session, domain)) == "asked"
    assert [job.name for job in sent_jobs] == ["check_domain"]


async def test_a_look_that_was_asked_for_is_taken_once_however_many_jobs_there_are(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    domain = await add(cast)
    for _ in range(3):
        await check_domain(
            worker.services, workspace_id=str(cast.acme.id), custom_domain_id=str(domain.id)
        )
    assert len([name for name, kind in dns.asked if kind == "TXT"]) == 1


async def test_while_somebody_looks_nobody_else_does_and_who_asks_is_told(
    cast: Cast, worker: Worker, dns: Zone, sent_jobs: SentJobs
) -> None:
    domain = await add(cast)
    sent_jobs.clear()
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        assert await claim_one(session, domain.id)
        assert await ask_for_check(session, await _own(session, domain)) == "under_way"
        assert not await claim_one(session, domain.id)
    assert "Being looked up now" in (await cast.alice.get("/settings/domains")).text
    asked = await cast.alice.post(f"/settings/domains/{domain.id}/check")
    assert asked.status_code == 303
    assert "being looked up already" in (await cast.alice.get("/settings/domains")).text
    await check_due_domains(worker.services)
    assert (sent_jobs, dns.asked) == ([], [])

    # The worker died meanwhile: it has not looked.
    await let_pass(cast.site.database, domain, CLAIMED_FOR)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        assert await ask_for_check(session, await _own(session, domain)) == "asked"
    await worker.run_all()
    row = await row_of(cast.site, domain)
    assert row.found["outcome"] == "wrong"
    assert not row.is_looked_at(now())


async def test_pressing_the_button_again_makes_no_passing_fault_a_lasting_one(
    cast: Cast, worker: Worker, dns: Zone
) -> None:
    domain = await add(cast)
    prove(dns, cast.site.settings, domain)
    await worker.run_all()
    dns.say()
    for _ in range(3):
        await let_pass(cast.site.database, domain, MINUTE)
        async with cast.site.database.session(workspace_id=cast.acme.id) as session:
            assert await ask_for_check(session, await _own(session, domain)) == "asked"
        await worker.run_all()
        row = await row_of(cast.site, domain)
        assert (row.state, row.found["outcome"]) == ("verified", "wrong")
    await let_pass(cast.site.database, domain, 60 * MINUTE)
    await check_due_domains(worker.services)
    assert (await row_of(cast.site, domain)).state == "failing"
