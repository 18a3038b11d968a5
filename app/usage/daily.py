"""What a period's days used, campaign by campaign, as the ledger has it; it draws nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import UsageEntry
from app.billing.usage import Usage
from app.campaigns.models import Campaign
from app.db.tenancy import workspace_of

GONE = "Deleted campaigns"
NOTHING = Usage(0, 0.0)
NOTHING_S = 1e-6  # sums of floats that take each other away


@dataclass(frozen=True)
class CampaignUsage:
    """One campaign's; `id` None: those that are deleted, together."""

    id: UUID | None
    name: str
    days: dict[date, Usage] = field(default_factory=dict)

    @property
    def total(self) -> Usage:
        return total(self.days.values())


@dataclass(frozen=True)
class PeriodUsage:
    """`campaigns`: those with most videos first. `credits`: given without a video, below zero.

    Together they are what the meter says is used.
    """

    campaigns: Sequence[CampaignUsage]
    credits: Usage

    @property
    def made(self) -> Usage:
        return total(each.total for each in self.campaigns)


def total(usages: Iterable[Usage]) -> Usage:
    videos, seconds = 0, 0.0
    for each in usages:
        videos, seconds = videos + each.videos, seconds + each.seconds
    return Usage(videos, seconds)


async def read_period_usage(session: AsyncSession, period_start: datetime) -> PeriodUsage:
    """In one statement. Days are those of UTC; what is reserved only is in none."""
    day = func.date(func.timezone("UTC", UsageEntry.counted_at)).label("day")
    is_credit = UsageEntry.kind == "adjust"
    sums = (
        select(
            day,
            UsageEntry.campaign_id,
            is_credit.label("is_credit"),
            func.sum(UsageEntry.videos).label("videos"),
            func.sum(UsageEntry.seconds).label("seconds"),
        )
        .where(
            UsageEntry.workspace_id == workspace_of(session),
            UsageEntry.period_start == period_start,
        )
        .group_by(day, UsageEntry.campaign_id, is_credit)
        .subquery()
    )
    known = (Campaign.id == sums.c.campaign_id) & Campaign.deleted_at.is_(None)
    rows = await session.execute(
        select(sums, Campaign.id.label("known_id"), Campaign.name)
        .select_from(sums)
        .outerjoin(Campaign, known)
    )
    names: dict[UUID | None, str] = {None: GONE}
    days: dict[UUID | None, dict[date, Usage]] = defaultdict(dict)
    given = NOTHING
    for row in rows:
        usage = Usage(int(row.videos), float(row.seconds))
        if row.is_credit:
            given = total((given, usage))
            continue
        if not usage.videos and abs(usage.seconds) < NOTHING_S:
            continue  # reserved and given back
        if row.known_id is not None:
            names[row.known_id] = row.name
        own = days[row.known_id]
        own[row.day] = total((own.get(row.day, NOTHING), usage))
    found = [CampaignUsage(key, names[key], own) for key, own in days.items()]
    found.sort(key=lambda each: (-each.total.videos, -each.total.seconds, each.name))
    return PeriodUsage(found, given)


def days_of(first: date, last: date) -> list[date]:
    """Every one, both among them."""
    return [first + timedelta(days=n) for n in range(max(0, (last - first).days) + 1)]
