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
    """Who booked, then who watched the most, then who came most often."""
    order = (LeadView.booked_at.is_not(None).desc(), LeadView.watched_share.desc())
    return await _list(session, campaign_id, (*order, LeadView.opens.desc()))


async def list_worst(
    session: AsyncSession, campaign_id: UUID, best: Sequence[LeadRank]
) -> list[LeadRank]:
    """Who opened and watched the least and did not book; nobody who is among the best."""
    order = (LeadView.watched_share, LeadView.opens, LeadView.last_seen_at)
    without = (LeadView.booked_at.is_(None), Render.id.not_in([each.render_id for each in best]))
    return await _list(session, campaign_id, order, *without)


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
            LeadView.first_opened_at.is_not(None),
            Render.is_current,
            *conditions,
        )
        .order_by(*order, LeadView.public_id)
        .limit(SHOWN)
    )
    return [LeadRank(*row) for row in rows]
