"""News of a plan becomes notices and a letter for everybody who looks after the workspace, once."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.invoices import BillingInvoice
from app.billing.mirror import list_subscriptions
from app.billing.news_models import BillingNews
from app.billing.plan_news import Billed, PlanNews
from app.billing.stripe_models import BillingCustomer
from app.db.base import new_id, now
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import SEND_BILLING_NEWS
from app.settings import Settings
from app.workspaces.models import Workspace
from app.workspaces.notices import News, tell_managers

PATH = "/billing"
# Longer than the job that sends them may take.
CLAIMED_FOR = timedelta(minutes=5)
# What was not sent for so long tells nobody anything.
SENT_WITHIN = timedelta(days=3)


async def tell_plan_news(session: AsyncSession, settings: Settings, news: PlanNews) -> bool:
    """Owner and admins of the session's workspace have the notice, and a letter on its way;
    False, and nothing, where they were told before."""
    workspace = await session.get_one(Workspace, workspace_of(session))
    home = settings.workspace_url(workspace.slug)
    context = {
        "headline": news.headline,
        "lines": [{"text": line} for line in news.lines],
        "workspace_name": workspace.name,
        "step": news.step,
        "link": news.url or home + PATH,
        "page": home + PATH,
    }
    told = await session.scalar(
        insert(cast(Table, BillingNews.__table__))
        .values(
            id=new_id(),
            created_at=now(),
            workspace_id=workspace.id,
            key=f"{news.key} {new_id()}" if news.may_come_again else news.key,
            context=context,
            sent_to=[],
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "key"])
        .returning(BillingNews.id)
    )
    if told is None:
        return False
    notice = News(news.kind, news.headline, " ".join(news.lines), PATH, "See billing")
    await tell_managers(session, notice)
    defer(session, SEND_BILLING_NEWS, workspace_id=str(workspace.id), news_id=str(told))
    return True


async def read_billed(session: AsyncSession) -> Billed:
    """How the session's workspace stands, as we know it."""
    row = (
        await session.execute(
            select(BillingCustomer.past_due_since, BillingCustomer.card_last4).where(
                BillingCustomer.workspace_id == workspace_of(session)
            )
        )
    ).one_or_none()
    since, card = row or (None, None)
    waiting = await session.execute(
        select(BillingInvoice.id, BillingInvoice.hosted_url)
        .where(
            BillingInvoice.workspace_id == workspace_of(session),
            BillingInvoice.status == "open",
            BillingInvoice.needs_confirmation,
        )
        .order_by(BillingInvoice.issued_at.desc())
        .limit(1)
    )
    invoice = waiting.one_or_none()
    return Billed(
        await list_subscriptions(session),
        since,
        has_card=card is not None,
        to_confirm=(invoice.id, invoice.hosted_url or "") if invoice else None,
    )


async def claim_news(session: AsyncSession, news_id: UUID) -> dict[str, Any] | None:
    """What the letter says; None where it was sent, or somebody sends it."""
    moment = now()
    context: dict[str, Any] | None = await session.scalar(
        update(BillingNews)
        .where(
            BillingNews.id == news_id,
            BillingNews.done_at.is_(None),
            or_(BillingNews.claimed_at.is_(None), BillingNews.claimed_at < moment - CLAIMED_FOR),
        )
        .values(claimed_at=moment)
        .returning(BillingNews.context)
        .execution_options(synchronize_session=False)
    )
    return context


async def list_sent_to(session: AsyncSession, news_id: UUID) -> set[UUID]:
    """Who has the letter."""
    sent = await session.scalar(select(BillingNews.sent_to).where(BillingNews.id == news_id))
    return set(sent or ())


async def keep_sent(session: AsyncSession, news_id: UUID, user_id: UUID) -> None:
    """This person has it."""
    await session.execute(
        update(BillingNews)
        .where(BillingNews.id == news_id)
        .values(sent_to=BillingNews.sent_to.op("||")([user_id]))
        .execution_options(synchronize_session=False)
    )


async def end_claim(session: AsyncSession, news_id: UUID, *, is_done: bool) -> None:
    """Everybody has it, or it is to be tried again."""
    await session.execute(
        update(BillingNews)
        .where(BillingNews.id == news_id)
        .values(claimed_at=None, done_at=now() if is_done else None)
        .execution_options(synchronize_session=False)
    )


async def list_unsent(session: AsyncSession) -> list[tuple[UUID, UUID]]:
    """Workspace and id of letters whose job must have been lost."""
    moment = now()
    rows = await session.execute(
        select(BillingNews.workspace_id, BillingNews.id).where(
            BillingNews.done_at.is_(None),
            BillingNews.created_at < moment - CLAIMED_FOR,
            BillingNews.created_at > moment - SENT_WITHIN,
        )
    )
    return [(workspace_id, news_id) for workspace_id, news_id in rows]
