"""Looks after all workspaces every five minutes: old things go, stuck things are tried again."""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog

from app.accounts.forgetting import forget_what_ended
from app.billing.ledger_lock import lock_ledger
from app.billing.metering import forget_campaign
from app.campaigns.lead_import import requeue_lead_imports
from app.campaigns.lead_uploads import forget_lists
from app.campaigns.lifecycle import list_overdue, purge_campaign
from app.jobs.billing import sweep_events
from app.jobs.billing_news import sweep_billing_news
from app.jobs.catalogue import POLICIES, SWEEP
from app.jobs.facecams import sweep_facecams
from app.jobs.overage import sweep_overage
from app.jobs.parts import Parts
from app.jobs.services import Services
from app.jobs.visits import sweep_visits
from app.renders.page_checks import forget_pages
from app.renders.preflights import defer_waiting
from app.renders.previews import defer_waiting_previews, forget_previews
from app.workspaces.notices import forget_notices

log = structlog.get_logger()

SWEEP_CRON = "*/5 * * * *"
# Longer than any import takes, so that none is begun twice.
STUCK_AFTER = timedelta(minutes=15)
# A list that was sent half, or whole and never read.
UNFINISHED_FOR = timedelta(days=7)
# What each part may take though all before it took long; who needs more has what others leave. All
# end before the queue ends the whole.
SHARE_S = 25.0
ALL_AT_MOST_S = POLICIES[SWEEP].timeout_s - 30


async def sweep(services: Services) -> None:
    """Each part in transactions of its own: what fails for one, or takes too long, leaves the
    others done. First what only sends jobs that money waits for."""
    clock, parts = asyncio.get_running_loop().time, Parts("sweep.part_failed")
    ends_at = clock() + ALL_AT_MOST_S
    sweepers = (
        *(sweep_events, sweep_billing_news, sweep_overage, _sweep_accounts, sweep_visits),
        *(sweep_facecams, _sweep_checks, _sweep_campaigns),
    )
    for then, sweeper in zip(range(len(sweepers))[::-1], sweepers, strict=True):
        share = max(SHARE_S, ends_at - clock() - then * SHARE_S)
        with parts.part(part=sweeper.__name__):
            async with asyncio.timeout(share):
                await sweeper(services)
    parts.raise_first()


async def _sweep_accounts(services: Services) -> None:
    async with services.database.session() as session:
        await forget_what_ended(session)


async def _sweep_campaigns(services: Services) -> None:
    if count := await forget_lists(services.settings.uploads_folder, UNFINISHED_FOR):
        log.info("lead_lists.forgotten", count=count)
    async with services.database.session(every_workspace=True) as session:
        await forget_notices(session)
        if count := await requeue_lead_imports(session, STUCK_AFTER):
            log.info("lead_imports.requeued", count=count)
    await purge_campaigns(services)


async def purge_campaigns(services: Services) -> None:
    """Those that were deleted a week ago are gone, and what they had reserved is given back."""
    overdue = await _overdue(services)
    while overdue:
        for workspace_id, campaign_id in overdue:
            async with services.database.session(workspace_id=workspace_id) as session:
                await lock_ledger(session)
                if await purge_campaign(session, campaign_id):
                    await forget_campaign(session, campaign_id)
                    log.info("campaign.purged", campaign_id=str(campaign_id))
        overdue = await _overdue(services)


async def _overdue(services: Services) -> list[tuple[UUID, UUID]]:
    async with services.database.session(every_workspace=True) as session:
        return await list_overdue(session)


async def _sweep_checks(services: Services) -> None:
    async with services.database.session(every_workspace=True) as session:
        await defer_waiting(session)
        await defer_waiting_previews(session)
        await forget_pages(session)
        if count := await forget_previews(session):
            log.info("previews.forgotten", count=count)
