"""The campaigns of a workspace as cards, a page at a time; it reads counters and counts no lead."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.board_filter import BoardFilter
from app.campaigns.models import Campaign
from app.db.like import like_pattern
from app.facecams.models import Facecam
from app.web.paging import PageWindow, page_window

CARDS_PER_PAGE = 24  # fills rows of two, three and four


@dataclass(frozen=True)
class CampaignCard:
    """What a card shows. `poster_facecam_id`: the clip whose poster stands in for a video's."""

    id: UUID
    name: str
    state: str
    created_at: datetime
    updated_at: datetime
    scenes: int
    leads: int
    bad_leads: int
    poster_facecam_id: UUID | None


# Put together once: that takes as long as PostgreSQL does to answer it.
_CARDS: Select[Any] = select(
    Campaign.id,
    Campaign.name,
    Campaign.state,
    Campaign.archived_at,
    Campaign.created_at,
    Campaign.updated_at,
    func.jsonb_array_length(Campaign.scenes).label("scenes"),
    Campaign.good_leads,
    Campaign.bad_leads,
    Facecam.id.label("facecam_id"),
).outerjoin(
    Facecam,
    and_(
        Facecam.workspace_id == Campaign.workspace_id,
        Facecam.id == Campaign.facecam_id,
        Facecam.state == "ready",
    ),
)


async def list_cards(
    session: AsyncSession, wanted: BoardFilter
) -> tuple[list[CampaignCard], PageWindow]:
    """One page of the campaigns that the filter leaves, and where it stands."""
    conditions = _conditions(wanted)
    total = await session.scalar(select(func.count(Campaign.id)).where(*conditions)) or 0
    window = page_window(wanted.page, size=CARDS_PER_PAGE, total=total)
    if not total:
        return [], window
    rows = await session.execute(
        _CARDS.where(*conditions)
        .order_by(*_order(wanted.sort))
        .limit(window.size)
        .offset(window.offset)
    )
    return [_card(row) for row in rows], window


def _card(row: Any) -> CampaignCard:
    return CampaignCard(
        id=row.id,
        name=row.name,
        state="archived" if row.archived_at else row.state,
        created_at=row.created_at,
        updated_at=row.updated_at,
        scenes=row.scenes,
        leads=row.good_leads,
        bad_leads=row.bad_leads,
        poster_facecam_id=row.facecam_id,
    )


def _conditions(wanted: BoardFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Campaign.deleted_at.is_(None)]
    if wanted.state == "archived":
        found.append(Campaign.archived_at.is_not(None))
    else:
        found.append(Campaign.archived_at.is_(None))
    if wanted.state in {"draft", "ready"}:
        found.append(Campaign.state == wanted.state)
    if wanted.words:
        found.append(Campaign.name.ilike(like_pattern(wanted.words), escape="\\"))
    if wanted.since:
        found.append(Campaign.created_at >= datetime.combine(wanted.since, time(), UTC))
    if wanted.until:
        end = datetime.combine(wanted.until, time(), UTC) + timedelta(days=1)
        found.append(Campaign.created_at < end)
    return found


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    # The id decides between equals, or a row could stand on two pages.
    match sort:
        case "oldest":
            return (Campaign.created_at.asc(), Campaign.id.asc())
        case "name":
            return (func.lower(Campaign.name).asc(), Campaign.id.asc())
        case "changed":
            return (Campaign.updated_at.desc(), Campaign.id.desc())
        case _:
            return (Campaign.created_at.desc(), Campaign.id.desc())
