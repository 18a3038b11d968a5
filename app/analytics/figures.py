"""How many leads came how far, and how many visits there were by day; it reads what is added up.

A lead that opened its page three times is one lead and three visits. It knows no page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.analytics.models import CampaignReach
from app.analytics.periods import COUNTED, Counts, Period, Span, total
from app.campaigns.models import Campaign
from app.db.tenancy import workspace_of
from app.renders.models import Render
from app.viewer.visit_models import ViewDay
from app.web.paging import PageWindow, page_window

CAMPAIGNS_PER_PAGE = 10
STEPS = ("opened", "played", "half", "ended", "clicked", "booked")


@dataclass(frozen=True)
class Reached:
    """Leads of a campaign. `sent`: those whose link shows a video, whether or not it was sent."""

    sent: int = 0
    opened: int = 0
    played: int = 0
    half: int = 0
    ended: int = 0
    clicked: int = 0
    booked: int = 0


@dataclass(frozen=True)
class LeftOut:
    """Visits that no figure counts."""

    unverified: int = 0
    scanner: int = 0
    team: int = 0

    @property
    def any(self) -> bool:
        return bool(self.unverified or self.scanner or self.team)


@dataclass(frozen=True)
class Compared:
    """One campaign beside the others: its leads of all time, its visits in the period."""

    id: UUID
    name: str
    visits: int
    reached: Reached


async def read_reached(session: AsyncSession, campaign_ids: Sequence[UUID]) -> dict[UUID, Reached]:
    """For each of these campaigns, those without a visit too."""
    if not campaign_ids:
        return {}
    rows = await session.scalars(
        select(CampaignReach).where(
            CampaignReach.workspace_id == workspace_of(session),
            CampaignReach.campaign_id.in_(campaign_ids),
        )
    )
    known = {row.campaign_id: row for row in rows}
    sent = await _count_sent(session, campaign_ids)
    return {
        each: Reached(
            sent.get(each, 0),
            *(getattr(known[each], name) for name in STEPS if each in known),
        )
        for each in campaign_ids
    }


async def _count_sent(session: AsyncSession, campaign_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = await session.execute(
        select(Render.campaign_id, func.count())
        .where(
            Render.workspace_id == workspace_of(session),
            Render.campaign_id.in_(campaign_ids),
            Render.is_current,
        )
        .group_by(Render.campaign_id)
    )
    return {row[0]: row[1] for row in rows}


async def read_days(
    session: AsyncSession, period: Period, campaign_id: UUID | None = None
) -> dict[date, Counts]:
    """Each day of the period on which something happened, in one campaign or in all."""
    columns = [func.sum(getattr(ViewDay, name)).label(name) for name in COUNTED]
    query = _within(select(ViewDay.day, *columns), session, period, campaign_id)
    rows = await session.execute(query.group_by(ViewDay.day))
    return {row.day: Counts(*(int(getattr(row, name)) for name in COUNTED)) for row in rows}


async def read_all_days(
    session: AsyncSession, names: Sequence[str], campaign_id: UUID | None = None
) -> list[tuple[date, Sequence[int]]]:
    """Each day there is with these counts, oldest first."""
    columns = [func.sum(getattr(ViewDay, name)) for name in names]
    query = select(ViewDay.day, *columns).where(ViewDay.workspace_id == workspace_of(session))
    if campaign_id is not None:
        query = query.where(ViewDay.campaign_id == campaign_id)
    rows = await session.execute(query.group_by(ViewDay.day).order_by(ViewDay.day))
    return [(row[0], [int(each) for each in row[1:]]) for row in rows]


def left_out_of(pieces: Iterable[Span]) -> LeftOut:
    """What was not counted in these days."""
    counts = total(each.counts for each in pieces)
    return LeftOut(counts.unverified_opens, counts.scanner_opens, counts.team_opens)


async def compare_campaigns(
    session: AsyncSession, period: Period, asked_page: int
) -> tuple[list[Compared], PageWindow]:
    """A page of the campaigns with videos or visits, most visited in the period first."""
    visits = (
        _within(
            select(ViewDay.campaign_id, func.sum(ViewDay.opens).label("visits")), session, period
        )
        .group_by(ViewDay.campaign_id)
        .subquery()
    )
    was_visited = exists().where(
        ViewDay.workspace_id == Campaign.workspace_id, ViewDay.campaign_id == Campaign.id
    )
    own = (
        Campaign.workspace_id == workspace_of(session),
        Campaign.deleted_at.is_(None),
        or_(Campaign.state == "ready", was_visited),
    )
    count = await session.scalar(select(func.count()).select_from(Campaign).where(*own))
    window = page_window(asked_page, size=CAMPAIGNS_PER_PAGE, total=count or 0)
    most = func.coalesce(visits.c.visits, 0)
    rows = await session.execute(
        select(Campaign.id, Campaign.name, most.label("visits"))
        .outerjoin(visits, visits.c.campaign_id == Campaign.id)
        .where(*own)
        .order_by(most.desc(), Campaign.created_at.desc(), Campaign.id)
        .offset(window.offset)
        .limit(window.size)
    )
    found = list(rows)
    reached = await read_reached(session, [row.id for row in found])
    return [Compared(row.id, row.name, int(row.visits), reached[row.id]) for row in found], window


def _within(
    query: Select[*tuple[Any, ...]],
    session: AsyncSession,
    period: Period,
    campaign_id: UUID | None = None,
) -> Select[*tuple[Any, ...]]:
    query = query.where(ViewDay.workspace_id == workspace_of(session), ViewDay.day <= period.last)
    if period.first is not None:
        query = query.where(ViewDay.day >= period.first)
    return query if campaign_id is None else query.where(ViewDay.campaign_id == campaign_id)


def funnel_steps(reached: Reached) -> list[tuple[str, int, str]]:
    """For charts.funnel: each step with what it means."""
    return [
        ("Sent", reached.sent, "links of ready videos"),
        ("Opened", reached.opened, "leads who opened their page"),
        ("Played", reached.played, "who started the video"),
        ("Half", reached.half, "who watched at least half of it"),
        ("To the end", reached.ended, "who reached its end"),
        ("Booked", reached.booked, "who booked a meeting"),
    ]
