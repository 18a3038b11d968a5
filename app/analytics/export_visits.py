"""The visits of a campaign's pages, and what happened in each, as files; oldest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.analytics.visit_words import EVENT_WORDS, reason_words
from app.analytics.words import KINDS
from app.db.tenancy import workspace_of
from app.renders.models import Render
from app.viewer.visit_models import Visit, VisitEvent
from app.web.exports import ROWS_AT_ONCE, Export, Piece, number, when, yes

VISITS_AT_ONCE = 200  # each has at most a few hundred events

_VISIT = (
    *("visit", "opened", "last seen", "who", "reason", "name", "e-mail", "company", "link id"),
    *("device", "browser", "came from", "page or embedded", "played", "with sound", "half", "end"),
    *("clicked", "booked", "seconds watched", "seconds played", "which seconds", "sample"),
)


def visits_export(campaign_id: UUID) -> Export:
    """Every visit of the campaign's pages, of people and of all others, oldest first."""

    async def read(session: AsyncSession, after: tuple[datetime, UUID] | None) -> Piece:
        found = await _visits(session, campaign_id, after, ROWS_AT_ONCE)
        return [_visit(*row) for row in found], _place(found, ROWS_AT_ONCE)

    return Export(_VISIT, read)


_EVENT = (
    *("visit", "who", "name", "e-mail", "link id", "opened", "number", "event"),
    *("seconds after opening", "from second", "to second", "detail"),
)


def events_export(campaign_id: UUID) -> Export:
    """Each thing that happened in each visit, as the page told of it."""

    async def read(session: AsyncSession, after: tuple[datetime, UUID] | None) -> Piece:
        found = await _visits(session, campaign_id, after, VISITS_AT_ONCE)
        visits = {row[0].id: row for row in found}
        if not found:
            return [], None
        events = await session.scalars(
            select(VisitEvent)
            .where(
                VisitEvent.workspace_id == workspace_of(session),
                VisitEvent.visit_id.in_(visits),
                # So that only the months in question are looked into.
                VisitEvent.opened_at.between(found[0][0].opened_at, found[-1][0].opened_at),
            )
            .order_by(VisitEvent.opened_at, VisitEvent.visit_id, VisitEvent.number)
        )
        rows = [_event(each, *visits[each.visit_id]) for each in events]
        return rows, _place(found, VISITS_AT_ONCE)

    return Export(_EVENT, read)


async def _visits(
    session: AsyncSession, campaign_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> list[Any]:
    query = (
        select(Visit, Render.name, Render.email, Render.company)
        .outerjoin(
            Render,
            and_(
                Render.workspace_id == Visit.workspace_id,
                Render.public_id == Visit.public_id,
                Render.is_current,
            ),
        )
        .where(Visit.workspace_id == workspace_of(session), Visit.campaign_id == campaign_id)
    )
    if after is not None:
        query = query.where(tuple_(Visit.opened_at, Visit.id) > after)
    return list(await session.execute(query.order_by(Visit.opened_at, Visit.id).limit(limit)))


def _place(found: Sequence[Any], limit: int) -> tuple[datetime, UUID] | None:
    return (found[-1][0].opened_at, found[-1][0].id) if len(found) == limit else None


def _visit(visit: Visit, name: str, email: str, company: str) -> list[str]:
    times = ("played_at", "unmuted_at", "half_at", "ended_at", "clicked_at", "booked_at")
    ranges = ", ".join(f"{each.lower}–{each.upper}" for each in visit.watched)
    return [
        *(str(visit.id), when(visit.opened_at), when(visit.last_seen_at)),
        *(KINDS[visit.kind][0], reason_words(visit.kind, visit.reason)),
        *(name or "", email or "", company or "", visit.public_id),
        *(visit.device, visit.browser, visit.referrer_host, visit.source),
        *(when(getattr(visit, each)) for each in times),
        *(str(visit.watched_s), str(visit.played_s), ranges, yes(visit.is_sample)),
    ]


def _event(event: VisitEvent, visit: Visit, name: str, email: str, _company: str) -> list[str]:
    return [
        *(str(visit.id), KINDS[visit.kind][0], name or "", email or "", visit.public_id),
        *(when(event.opened_at), str(event.number), EVENT_WORDS.get(event.kind, event.kind)),
        f"{event.at_ms / 1000:.3f}",
        *(number(event.from_s), number(event.to_s), number(event.detail)),
    ]
