"""Letters about leads: one for each person in a quarter of an hour at most, of all leads in it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.db.base import now
from app.db.session import defer
from app.jobs.catalogue import SEND_LETTER
from app.settings import Settings
from app.viewer.news_models import ViewNews
from app.viewer.view_notices import piece_of
from app.viewer.view_words import LeadNews, Piece, by_lead, headline
from app.workspaces.models import Workspace

EVERY = timedelta(minutes=15)
# Who opens a page may well watch and book: that is one letter.
GATHERED_FOR = timedelta(minutes=2)
LISTED_AT_MOST = 20
AT_ONCE = 5_000

_DUE = text(
    """
    select distinct n.user_id from view_news n
    where n.wants_letter and n.lettered_at is null
      and n.created_at <= now() - make_interval(secs => :gathered_s)
      and not exists (
        select from view_news o where o.user_id = n.user_id and o.wants_letter
          and o.lettered_at > now() - make_interval(secs => :every_s)
      )
    limit 100
    """
)
_LOCK = text("select pg_try_advisory_xact_lock(hashtextextended(:who, 0))")
# Of one workspace: the one that has waited the longest.
_PIECES = text(
    """
    select n.id, n.workspace_id, n.campaign_id, c.name as campaign, n.public_id, n.kind,
      r.id as render_id,
      coalesce(nullif(r.name, ''), nullif(r.email, ''), nullif(r.company, ''), 'A lead') as who
    from view_news n
    join campaigns c on c.workspace_id = n.workspace_id and c.id = n.campaign_id
    left join renders r
      on r.workspace_id = n.workspace_id and r.public_id = n.public_id and r.is_current
    where n.user_id = :user_id and n.wants_letter and n.lettered_at is null
      and n.workspace_id = (
        select o.workspace_id from view_news o
        where o.user_id = :user_id and o.wants_letter and o.lettered_at is null
        order by o.created_at limit 1
      )
    order by n.happened_at limit :at_most
    """
)


async def list_due(session: AsyncSession) -> list[UUID]:
    """Who is to have a letter now; the session sees every workspace."""
    found = await session.scalars(
        _DUE,
        {"gathered_s": GATHERED_FOR.total_seconds(), "every_s": EVERY.total_seconds()},
    )
    return list(found)


async def send_view_letter(session: AsyncSession, settings: Settings, user_id: UUID) -> bool:
    """A letter with all that is new in one workspace is on its way to this person; False where
    another worker sees to it, or has. The session sees every workspace, as the letters' limit is
    the person's."""
    if not await session.scalar(_LOCK, {"who": f"view letter {user_id}"}):
        return False
    if user_id not in await list_due(session):
        return False
    rows = (await session.execute(_PIECES, {"user_id": user_id, "at_most": AT_ONCE})).all()
    user = await session.get(User, user_id)
    if not rows or user is None:
        return False
    workspace = await session.scalar(select(Workspace).where(Workspace.id == rows[0].workspace_id))
    await session.execute(
        update(ViewNews)
        .where(ViewNews.id.in_([row.id for row in rows]))
        .values(lettered_at=now())
        .execution_options(synchronize_session=False)
    )
    if workspace is not None:
        context = letter_context([piece_of(row) for row in rows], workspace, settings)
        defer(session, SEND_LETTER, letter="views", to=user.email, context=context)
    return workspace is not None


def letter_context(
    pieces: Sequence[Piece], workspace: Workspace, settings: Settings
) -> dict[str, Any]:
    """What letters/views needs."""
    home, leads = settings.workspace_url(workspace.slug), by_lead(pieces)
    campaigns = {each.campaign_id for each in pieces}
    figures = f"/campaigns/{campaigns.pop()}/analytics" if len(campaigns) == 1 else "/analytics"
    return {
        "headline": headline(leads),
        "leads": [_lead(each, home) for each in leads[:LISTED_AT_MOST]],
        "more": max(0, len(leads) - LISTED_AT_MOST),
        "workspace_name": workspace.name,
        "link": home + figures,
        "settings_link": home + "/settings/notifications",
    }


def _lead(lead: LeadNews, home: str) -> dict[str, str]:
    return {
        "who": lead.who,
        "did": lead.did,
        "campaign": lead.campaign,
        "link": home + lead.path,
    }
