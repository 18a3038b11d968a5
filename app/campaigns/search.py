"""Campaigns and facecams by a piece of their name, for going there; it reads nothing else."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.models import Campaign
from app.db.like import like_pattern
from app.facecams.models import Facecam

FOUND_AT_MOST = 8  # of each kind; who types on finds the rest


@dataclass(frozen=True)
class Found:
    """A thing by its name; `kind` is campaign or facecam."""

    kind: str
    id: UUID
    name: str


async def search_by_name(session: AsyncSession, words: str) -> list[Found]:
    """The best first: names that begin so, then those that have it inside; nothing for no words."""
    words = words.replace("\0", "").strip()[:200]
    if not words:
        return []
    inside, lead = like_pattern(words), like_pattern(words)[1:]
    found = []
    for kind, table, there in (
        ("campaign", Campaign, Campaign.deleted_at.is_(None)),
        ("facecam", Facecam, Facecam.state != "refused"),
    ):
        query = (
            select(
                literal(kind).label("kind"),
                table.id,
                table.name,
                table.name.ilike(lead, escape="\\").label("begins"),
            )
            .where(there, table.name.ilike(inside, escape="\\"))
            .order_by(table.name.ilike(lead, escape="\\").desc(), func.lower(table.name))
            .limit(FOUND_AT_MOST)
        )
        found.append(select(query.subquery()))
    rows = await session.execute(union_all(*found))
    best = sorted(rows, key=lambda row: (not row.begins, row.kind, row.name.lower()))
    return [Found(row.kind, row.id, row.name) for row in best]
