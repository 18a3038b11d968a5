"""What people are told when something that took long has ended; it renders nothing."""

from uuid import UUID

import structlog

from app.campaigns.models import Campaign
from app.jobs.services import Services
from app.renders.batch_summary import summarize_batch
from app.renders.batches import claim_telling
from app.renders.telling import tell_who_asked
from app.workspaces.service import record_activity

log = structlog.get_logger()


async def tell_batch_ended(services: Services, *, workspace_id: str, batch_id: str) -> None:
    """The workspace's feed says that the batch is done, and whoever asked has a notice and perhaps
    a letter: all of it once, however often this runs."""
    async with services.database.session(workspace_id=UUID(workspace_id)) as session:
        ended = await claim_telling(session, UUID(batch_id))
        if ended is None:
            return
        counts = {
            "completed": ended.completed,
            "failed": ended.failed,
            "cancelled": ended.cancelled,
        }
        campaign = await session.get(Campaign, ended.batch.campaign_id)
        if campaign is not None and campaign.deleted_at is None:
            if ended.completed:
                made = {"count": ended.completed, **counts}
                await record_activity(
                    session, None, "campaign.rendered", campaign.id, campaign.name, **made
                )
            summary = await summarize_batch(session, ended.batch, campaign=campaign.name)
            await tell_who_asked(session, services.settings, summary)
    log.info("batch.ended", batch_id=batch_id, **counts)
