"""Notices about leads: at once, and no more than one a minute for each person."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import now
from app.db.tenancy import workspace_of
from app.viewer.news_models import ViewNews
from app.viewer.view_words import LeadNews, Piece, by_lead, headline, names, path_of
from app.workspaces.notices import News, tell_person

EVERY = timedelta(minutes=1)
AT_ONCE = 1_000

# Whoever tells at the same time takes others.
_UNTOLD = text(
    """
    select n.id, n.user_id, n.campaign_id, c.name as campaign, n.public_id, n.kind,
      r.id as render_id,
      coalesce(nullif(r.name, ''), nullif(r.email, ''), nullif(r.company, ''), 'A lead') as who
    from view_news n
    join campaigns c on c.workspace_id = n.workspace_id and c.id = n.campaign_id
    left join renders r
      on r.workspace_id = n.workspace_id and r.public_id = n.public_id and r.is_current
    where n.workspace_id = :own and n.noticed_at is null and not n.user_id = any(:lately)
    order by n.happened_at limit :at_most
    for update of n skip locked
    """
)


async def tell_noticed(session: AsyncSession) -> int:
    """Whoever was told nothing within EVERY has a notice of all that is new; how many have one."""
    own = workspace_of(session)
    lately = await session.scalars(
        select(ViewNews.user_id)
        .where(ViewNews.workspace_id == own)
        .group_by(ViewNews.user_id)
        .having(func.max(ViewNews.noticed_at) > now() - EVERY)
    )
    found = await session.execute(_UNTOLD, {"own": own, "lately": list(lately), "at_most": AT_ONCE})
    by_person: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in found:
        by_person[row.user_id].append(row)
    for user_id, rows in by_person.items():
        await tell_person(session, user_id, _news([piece_of(row) for row in rows]))
        await session.execute(
            update(ViewNews)
            .where(ViewNews.workspace_id == own, ViewNews.id.in_([row.id for row in rows]))
            .values(noticed_at=now())
            .execution_options(synchronize_session=False)
        )
    return len(by_person)


def piece_of(row: Row[Any]) -> Piece:
    return Piece(row.campaign_id, row.campaign, row.public_id, row.who, row.render_id, row.kind)


def _news(pieces: Sequence[Piece]) -> News:
    leads = by_lead(pieces)
    campaigns = {each.campaign_id: each.campaign for each in pieces}
    path, step = _way(pieces, leads)
    told = [] if len(leads) == 1 else [names(leads) + "."]
    told += [f"Campaign “{name}”." for name in campaigns.values()] if len(campaigns) == 1 else []
    return News("good", headline(leads), " ".join(told), path, step)


def _way(pieces: Sequence[Piece], leads: Sequence[LeadNews]) -> tuple[str, str]:
    if len(leads) == 1:
        return path_of(pieces[0]), "See the visits"
    campaigns = {each.campaign_id for each in pieces}
    if len(campaigns) == 1:
        return f"/campaigns/{campaigns.pop()}/analytics", "See the figures"
    return "/analytics", "See the figures"
