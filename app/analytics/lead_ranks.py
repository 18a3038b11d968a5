"""Which leads of a campaign watched the most and which the least; it reads what is added up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.renders.models import Render
from app.viewer.visit_models import LeadView

SHOWN = 10


@dataclass(frozen=True)
class LeadRank:
    """A lead with a ready video. `render_id`: the video that its link shows."""

    render_id: UUID
    name: str
    email: str
    company: str
    opens: int
    last_seen_at: datetime | None
    watched_share: float
    ended_at: datetime | None
    booked_at: datetime | None
    is_sample: bool

    @property
    def title(self) -> str:
        return self.name or self.email or "Lead without a name"


_RANKS: Select[*tuple[Any, ...]] = select(
    Render.id.label("render_id"),
    *(Render.name, Render.email, Render.company),
    *(LeadView.opens, LeadView.last_seen_at, LeadView.watched_share),
    *(LeadView.ended_at, LeadView.booked_at, LeadView.is_sample),
).join(
    LeadView,
    (LeadView.workspace_id == Render.workspace_id) & (LeadView.public_id == Render.public_id),
)


async def list_best(session: AsyncSession, campaign_id: UUID) -> list[LeadRank]:
    """Who booked, the last ones first; then who watched the most, then who came most often."""
    booked = (LeadView.booked_at.is_not(None),)
    found = await _list(session, campaign_id, (LeadView.booked_at.desc(),), *booked)
    if len(found) < SHOWN:
        order = (LeadView.watched_share.desc(), LeadView.opens.desc())
        found += await _list(session, campaign_id, order, LeadView.booked_at.is_(None))
    return found[:SHOWN]


async def list_worst(
    session: AsyncSession, campaign_id: UUID, best: Sequence[LeadRank]
) -> list[LeadRank]:
    """Who opened and watched the least and did not book; nobody who is among the best."""
    order = (LeadView.watched_share, LeadView.opens)
    found = await _list(session, campaign_id, order, LeadView.booked_at.is_(None))
    shown = {each.render_id for each in best}
    return [each for each in found if each.render_id not in shown][:SHOWN]


async def rank_leads(
    session: AsyncSession, campaign_id: UUID
) -> tuple[list[LeadRank], list[LeadRank]]:
    """The best and the worst; of so few that all would be the best, the lower half are not."""
    best = await list_best(session, campaign_id)
    if len(best) < SHOWN:
        better = sum(1 for each in best if each.booked_at is not None)
        best = best[: max(better, -(-len(best) // 2))]
    return best, await list_worst(session, campaign_id, best)


async def _list(
    session: AsyncSession,
    campaign_id: UUID,
    order: Sequence[Any],
    *conditions: ColumnElement[bool],
) -> list[LeadRank]:
    rows = await session.execute(
        _RANKS.where(
            LeadView.workspace_id == workspace_of(session),
            LeadView.campaign_id == campaign_id,
            LeadView.opens > 0,
            Render.is_current,
            *conditions,
        )
        # Twice as many: some of the least may be among the most.
        .order_by(*order)
        .limit(2 * SHOWN)
    )
    return [LeadRank(*row) for row in rows]
