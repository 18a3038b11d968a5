"""Looks after all workspaces every five minutes: old things go, stuck things are tried again."""

from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.forgetting import forget_what_ended
from app.campaigns.lead_import import requeue_lead_imports
from app.campaigns.lifecycle import purge_campaigns
from app.facecams.preparation import forget_unfinished, requeue_stuck
from app.jobs.services import Services

log = structlog.get_logger()

SWEEP_CRON = "*/5 * * * *"
# Longer than any import takes, so that none is begun twice.
STUCK_AFTER = timedelta(minutes=15)


async def sweep(services: Services) -> None:
    """Each part in a transaction of its own: what fails for one leaves the others done."""
    failed: list[Exception] = []
    for part in (_forget, _purge, _requeue_imports, _requeue_facecams, _forget_uploads):
        try:
            async with services.database.session(every_workspace=True) as session:
                await part(session, services)
        except Exception as error:
            log.exception("sweep.part_failed", part=part.__name__)
            failed.append(error)
    if failed:
        raise failed[0]


async def _forget(session: AsyncSession, _services: Services) -> None:
    await forget_what_ended(session)


async def _purge(session: AsyncSession, _services: Services) -> None:
    while count := await purge_campaigns(session):
        log.info("campaigns.purged", count=count)


async def _requeue_imports(session: AsyncSession, _services: Services) -> None:
    if count := await requeue_lead_imports(session, STUCK_AFTER):
        log.info("lead_imports.requeued", count=count)


async def _requeue_facecams(session: AsyncSession, _services: Services) -> None:
    if count := await requeue_stuck(session):
        log.info("facecams.requeued", count=count)


async def _forget_uploads(session: AsyncSession, services: Services) -> None:
    if count := await forget_unfinished(session, services.settings.uploads_folder):
        log.info("uploads.forgotten", count=count)
