"""The leads of a campaign as its page lists them: fifty by row, filtered, searched."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from app.campaigns.models import Campaign, Lead
from app.db.like import like_pattern

LEADS_PER_PAGE = 50
STATES = ("good", "bad", "skipped")
# A row's cells are most of it, and the page shows none of them.
_SHOWN = load_only(
    *(Lead.public_id, Lead.row, Lead.state, Lead.name, Lead.email, Lead.company, Lead.problems),
    raiseload=True,
)


@dataclass(frozen=True)
class LeadsWanted:
    """Words in name, e-mail or company; a state or all; rows after one, or before one."""

    words: str = ""
    state: str = ""
    after: int | None = None
    before: int | None = None


@dataclass(frozen=True)
class LeadsPage:
    """Leads in the order of their rows; `after` and `before` lead on, None at the ends."""

    leads: list[Lead]
    after: int | None
    before: int | None


async def list_leads(session: AsyncSession, campaign: Campaign, wanted: LeadsWanted) -> LeadsPage:
    """A page by row numbers, not by counting: the last page costs what the first does."""
    query = select(Lead).options(_SHOWN).where(*_conditions(campaign.id, wanted))
    query = query.limit(LEADS_PER_PAGE + 1)
    backwards = wanted.before is not None
    if backwards:
        query = query.where(Lead.row < wanted.before).order_by(Lead.row.desc())
    else:
        query = query.where(Lead.row > (wanted.after or 0)).order_by(Lead.row)
    found = list(await session.scalars(query))
    more, shown = len(found) > LEADS_PER_PAGE, found[:LEADS_PER_PAGE]
    if backwards:
        shown.reverse()
    if not shown:
        return LeadsPage([], None, None)
    there_is_later = backwards or more
    there_is_earlier = more if backwards else wanted.after is not None
    return LeadsPage(
        shown,
        after=shown[-1].row if there_is_later else None,
        before=shown[0].row if there_is_earlier else None,
    )


def _conditions(campaign_id: UUID, wanted: LeadsWanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Lead.campaign_id == campaign_id]
    if wanted.state:
        found.append(Lead.state == wanted.state)
    if wanted.words:
        pattern = like_pattern(wanted.words)
        fields = (Lead.name, Lead.company, Lead.email)
        found.append(or_(*(field.ilike(pattern, escape="\\") for field in fields)))
    return found
