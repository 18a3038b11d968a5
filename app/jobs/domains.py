"""Looks at the records of teams' own domains: one that somebody asks about, and those whose time
has come."""

import asyncio
from uuid import UUID

import structlog

from app.domains.checking import Due, claim_due, claim_one, find_wanted, keep_findings
from app.domains.lookup import Dns
from app.domains.plan_end import follow_plan, list_out_of_step
from app.jobs.services import Services

log = structlog.get_logger()

CHECK_CRON = "* * * * *"
# Each waits for somebody's servers for up to some seconds.
LOOKS_AT_ONCE = 10


async def check_domain(services: Services, *, workspace_id: str, custom_domain_id: str) -> None:
    """The domain stands as its records say now. Nothing for one that was removed meanwhile, or
    that somebody else looks at or has looked at since this was asked for."""
    due = Due(UUID(workspace_id), UUID(custom_domain_id))
    async with services.database.session(workspace_id=due.workspace_id) as session:
        if not await claim_one(session, due.domain_id):
            return
    await _look(services, Dns(services.settings.dns_servers), due)


async def check_due_domains(services: Services) -> None:
    """All whose time has come are looked at; any number of workers share them."""
    await follow_plans(services)
    dns, room = Dns(services.settings.dns_servers), asyncio.Semaphore(LOOKS_AT_ONCE)

    async def look(due: Due) -> None:
        async with room:
            await _look(services, dns, due)

    while True:
        async with services.database.session(every_workspace=True) as session:
            claimed = await claim_due(session)
        if not claimed:
            return
        failed = await asyncio.gather(*map(look, claimed), return_exceptions=True)
        for error in failed:
            # It is claimed for some minutes and then tried again, the others are done.
            if isinstance(error, Exception):
                log.error("domain.not_checked", exc_info=error)


async def follow_plans(services: Services) -> None:
    """Domains of plans that have none any more go on for some days; what was bought comes back."""
    async with services.database.session(every_workspace=True) as session:
        found = await list_out_of_step(session)
    for workspace_id in found:
        try:
            async with services.database.session(workspace_id=workspace_id) as session:
                await follow_plan(session, services.settings)
        except Exception:  # the next minute's tries again, and the others' go on
            log.exception("domain.plan_not_followed", workspace_id=str(workspace_id))


async def _look(services: Services, dns: Dns, due: Due) -> None:
    settings = services.settings
    async with services.database.session(workspace_id=due.workspace_id) as session:
        wanted = await find_wanted(session, settings, due.domain_id)
    if wanted is None:
        return
    # Without a transaction: servers elsewhere take their time.
    findings = await dns.look(wanted)
    async with services.database.session(workspace_id=due.workspace_id) as session:
        await keep_findings(session, settings, due.domain_id, wanted, findings)
    log.info("domain.checked", domain_id=str(due.domain_id), outcome=findings.outcome)
