"""Single visits: those of one video, those that were left out, and who watches at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.analytics.periods import Period
from app.db.tenancy import workspace_of
from app.renders.models import Render
from app.viewer.visit_models import LeadView, Visit

# A page tells every few seconds how far it is; one that is silent for so long was left.
WATCHING = timedelta(seconds=45)
SHOWN = 20
SHOWN_LEFT_OUT = 10
COUNTED_APART = ("scanner", "team")


@dataclass(frozen=True)
class Watcher:
    """Somebody who has a page open now."""

    render_id: UUID
    title: str
    company: str
    position_s: int
    duration_s: int
    has_ended: bool
    last_seen_at: datetime


@dataclass(frozen=True)
class ApartCount:
    """How many visits were left out for this reason."""

    kind: str
    reason: str
    count: int


_OF_LEAD = and_(
    Render.workspace_id == Visit.workspace_id,
    Render.public_id == Visit.public_id,
    Render.is_current,
)


async def find_lead_view(session: AsyncSession, public_id: str) -> LeadView | None:
    """All visits of one lead's page added up; None before the first."""
    return await session.get(LeadView, (workspace_of(session), public_id))


async def list_visits(session: AsyncSession, public_id: str) -> list[Visit]:
    """The last visits of one lead's page, of all kinds, newest first."""
    query = (
        select(Visit)
        .where(Visit.workspace_id == workspace_of(session), Visit.public_id == public_id)
        .order_by(Visit.opened_at.desc())
        .limit(SHOWN)
    )
    return list(await session.scalars(query))


async def list_left_out(session: AsyncSession, campaign_id: UUID) -> Sequence[Any]:
    """The last visits of scanners and of the team, newest first, each with its lead's name."""
    rows = await session.execute(
        select(Visit, Render.id.label("render_id"), Render.name, Render.email)
        .outerjoin(Render, _OF_LEAD)
        .where(*_left_out(session, campaign_id))
        .order_by(Visit.opened_at.desc())
        .limit(SHOWN_LEFT_OUT)
    )
    return list(rows)


async def count_left_out(
    session: AsyncSession, campaign_id: UUID, period: Period
) -> list[ApartCount]:
    """How many there were in these days for each reason, the most frequent first."""
    query: Select[*tuple[Any, ...]] = select(
        Visit.kind, Visit.reason, func.count().label("count")
    ).where(*_left_out(session, campaign_id))
    if period.first is not None:
        # Days are those of UTC, whatever zone the database is in.
        query = query.where(Visit.opened_at >= datetime.combine(period.first, time(), UTC))
    rows = await session.execute(
        query.group_by(Visit.kind, Visit.reason).order_by(func.count().desc(), Visit.reason)
    )
    return [ApartCount(*row) for row in rows]


async def list_watchers(
    session: AsyncSession, campaign_id: UUID, public_id: str | None = None
) -> list[Watcher]:
    """People whose page told of itself a moment ago, by the database's clock."""
    since = func.now() - WATCHING
    who = [LeadView.public_id == public_id] if public_id else []
    rows = await session.execute(
        select(
            *(Render.id, Render.name, Render.email, Render.company),
            *(Visit.position_s, Visit.duration_s, Visit.ended_at, Visit.last_seen_at),
        )
        .select_from(LeadView)
        .join(
            Visit,
            and_(
                Visit.workspace_id == LeadView.workspace_id, Visit.public_id == LeadView.public_id
            ),
        )
        .join(Render, _OF_LEAD)
        .where(
            *(LeadView.workspace_id == workspace_of(session), LeadView.campaign_id == campaign_id),
            *(LeadView.last_seen_at > since, *who),
            *(Visit.kind == "person", Visit.last_seen_at > since),
        )
        .order_by(Visit.last_seen_at.desc())
        .limit(SHOWN)
    )
    return [
        Watcher(
            render_id=row.id,
            title=row.name or row.email or "Lead without a name",
            company=row.company,
            position_s=row.position_s,
            duration_s=row.duration_s,
            has_ended=row.ended_at is not None,
            last_seen_at=row.last_seen_at,
        )
        for row in rows
    ]


def _left_out(session: AsyncSession, campaign_id: UUID) -> tuple[Any, ...]:
    return (
        Visit.workspace_id == workspace_of(session),
        Visit.campaign_id == campaign_id,
        Visit.kind.in_(COUNTED_APART),
    )
