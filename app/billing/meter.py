"""How much of its plan a workspace has used in its period, what is reserved, and what is left."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import UsageEntry
from app.billing.plan_fits import Need, Offer, offer_for
from app.billing.plans import Limits, Plan
from app.billing.standing import Period, Standing, standing_of
from app.billing.usage import Usage
from app.db.tenancy import workspace_of

MINUTE_S = 60
# From this share of a plan on its team is told, on pages and by letter.
NEARLY = 0.8


@dataclass(frozen=True)
class Gauge:
    """One thing that is counted. `most` None: it has no end. `used` are those of finished videos,
    `reserved` those that videos which are being made may still take."""

    used: float
    reserved: float
    most: float | None

    @property
    def counted(self) -> float:
        """What is used as people read it: a credit that is not used up is told beside it."""
        return max(0, self.used)

    @property
    def credited(self) -> float:
        return max(0, -self.used)

    @property
    def left(self) -> float | None:
        """Never less than nothing: a smaller plan takes nothing back."""
        return None if self.most is None else max(0, self.most - self.used - self.reserved)

    @property
    def over(self) -> float:
        """What was used beyond the plan."""
        return 0 if self.most is None else max(0, self.used - self.most)

    @property
    def used_percent(self) -> float:
        return self._percent(self.used)

    @property
    def reserved_percent(self) -> float:
        """Of the whole, beside what is used; both together are never more than all."""
        return round(self._percent(self.used + self.reserved) - self.used_percent, 2)

    @property
    def state(self) -> str:
        """`full` where nothing is left, `low` from four fifths on, "" before."""
        if self.most is None:
            return ""
        taken = self.used + self.reserved
        return "full" if taken >= self.most else "low" if taken >= NEARLY * self.most else ""

    def _percent(self, part: float) -> float:
        if self.most is None:
            return 0
        return round(100 * min(1, max(0, part / self.most)), 2) if self.most else 100


@dataclass(frozen=True)
class Meter:
    """Of the period that is now; `videos` in videos, `seconds` in seconds of new picture."""

    plan: Plan
    limits: Limits
    period: Period
    used: Usage
    reserved: Usage

    @property
    def videos(self) -> Gauge:
        return Gauge(self.used.videos, self.reserved.videos, self.limits.videos_per_month)

    @property
    def seconds(self) -> Gauge:
        minutes = self.limits.minutes_per_month
        most = None if minutes is None else minutes * MINUTE_S
        return Gauge(self.used.seconds, self.reserved.seconds, most)


def reached_words(meter: Meter, *, goes_on: bool = False) -> str:
    """The sentence of a prompt where the plan's end is near or reached; "" before. `goes_on`: more
    than the plan has may be used, and is paid for."""
    end = f"before {meter.period.end.day} {meter.period.end:%b}"
    gauges = ((meter.videos, "videos"), (meter.seconds, "minutes"))
    if full := [name for gauge, name in gauges if gauge.state == "full"]:
        then = "is charged beyond the plan" if goes_on else "waits"
        return f"No {' and no '.join(full)} are left {end}. What you ask for now {then}."
    if low := [name for gauge, name in gauges if gauge.state == "low"]:
        return f"Less than a fifth of your {' and '.join(low)} is left {end}."
    return ""


def offer_beyond(meter: Meter) -> Offer | None:
    """The plan that has room for more than this one, where its end is near; None otherwise."""
    need = Need(
        videos=(meter.limits.videos_per_month or 0) + 1 if meter.videos.state else 0,
        minutes=(meter.limits.minutes_per_month or 0) + 1 if meter.seconds.state else 0,
    )
    return offer_for(meter.plan, need) if need != Need() else None


async def read_meter(session: AsyncSession, standing: Standing | None = None) -> Meter:
    """Of the session's workspace; `standing`: where the caller has it. One statement then."""
    standing = standing or await standing_of(session)
    used, reserved = await _sums(session, standing.period.start)
    return Meter(standing.plan, standing.limits, standing.period, used, reserved)


async def _sums(session: AsyncSession, period_start: datetime) -> tuple[Usage, Usage]:
    # Each of the two has an index of its own; an `or` of them would read the rows themselves.
    counted = _sum_of(session, UsageEntry.period_start == period_start)
    waiting = _sum_of(session, UsageEntry.counted_at.is_(None))
    both = select(counted, waiting).select_from(counted.join(waiting, true()))
    row = (await session.execute(both)).one()
    return Usage(int(row[0]), float(row[1])), Usage(int(row[2]), float(row[3]))


def _sum_of(session: AsyncSession, which: ColumnElement[bool]) -> Subquery:
    return (
        select(
            func.coalesce(func.sum(UsageEntry.videos), 0),
            func.coalesce(func.sum(UsageEntry.seconds), 0.0),
        )
        .where(UsageEntry.workspace_id == workspace_of(session), which)
        .subquery()
    )
