"""Letters about plans and payments leave here: one to each who looks after the workspace, and
again to those alone who have none yet."""

from uuid import UUID

import structlog

from app.billing.telling import (
    claim_news,
    end_claim,
    keep_sent,
    list_sent_to,
    list_unsent,
)
from app.db.session import defer
from app.jobs.catalogue import SEND_BILLING_NEWS
from app.jobs.services import Services
from app.mail.letters import write_letter
from app.mail.send import MailNotSent
from app.workspaces.members import list_members

log = structlog.get_logger()


async def send_billing_news(services: Services, *, workspace_id: str, news_id: str) -> None:
    """Everybody who is to have the letter has it. Raises MailNotSent for another try."""
    workspace, news = UUID(workspace_id), UUID(news_id)
    async with services.database.session(workspace_id=workspace) as session:
        context = await claim_news(session, news)
        if context is None:
            return
        sent = await list_sent_to(session, news)
        members = await list_members(session)
    people = [each.user for each in members if each.can_manage and each.user.id not in sent]
    failed: MailNotSent | None = None
    for person in people:
        try:
            await services.mailer.send(write_letter("billing_news", person.email, **context))
        except MailNotSent as error:
            log.warning("billing_news.not_sent", news_id=news_id, reason=error.reason)
            if not error.permanent:
                failed = error
                continue
        async with services.database.session(workspace_id=workspace) as session:
            await keep_sent(session, news, person.id)
    async with services.database.session(workspace_id=workspace) as session:
        await end_claim(session, news, is_done=failed is None)
    if failed is not None:
        raise failed


async def sweep_billing_news(services: Services) -> None:
    """Letters whose job was lost have another."""
    async with services.database.session(every_workspace=True) as session:
        for workspace_id, news_id in await list_unsent(session):
            defer(
                session,
                SEND_BILLING_NEWS,
                workspace_id=str(workspace_id),
                news_id=str(news_id),
            )
