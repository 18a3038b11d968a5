"""How much a workspace's plan still has room for in this period; it changes no limit."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.overage import overage_units
from app.billing.plans import Plan
from app.billing.standing import Period, Standing, standing_of
from app.billing.usage import used_now


@dataclass(frozen=True)
class Room:
    """`limit` and `limit_s` None: as many as one likes; else the plan's, and so many videos and
    minutes `beyond` it that the workspace allowed. What is used counts what is in line with a
    reserve and what is being made too, but nothing that waits for the plan."""

    plan: Plan
    period: Period
    limit: int | None
    used: int
    limit_s: float | None
    used_s: float
    concurrent: int
    beyond: int = 0

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def left_s(self) -> float | None:
        return None if self.limit_s is None else max(0.0, self.limit_s - self.used_s)

    @property
    def share(self) -> float:
        """How much of the plan itself is used, of what is nearer its end; 0 without a limit."""
        return max(_share(self.used, self.own_limit), _share(self.used_s, self.own_limit_s))

    @property
    def own_limit(self) -> int | None:
        """The plan's, without what was allowed beyond it."""
        return None if self.limit is None else self.limit - self.beyond

    @property
    def own_limit_s(self) -> float | None:
        return None if self.limit_s is None else self.limit_s - self.beyond * 60.0


def _share(used: float, limit: float | None) -> float:
    if limit is None:
        return 0.0
    return used / limit if limit else 1.0


async def find_room(session: AsyncSession, standing: Standing | None = None) -> Room:
    """Of the session's workspace, as of now; `standing`: where the caller has it."""
    standing = standing or await standing_of(session)
    limits = standing.limits
    used = await used_now(session, standing.period.start)
    beyond = await overage_units(session, standing)
    videos, minutes = limits.videos_per_month, limits.minutes_per_month
    return Room(
        plan=standing.plan,
        period=standing.period,
        limit=None if videos is None else videos + beyond,
        used=used.videos,
        limit_s=None if minutes is None else (minutes + beyond) * 60.0,
        used_s=used.seconds,
        concurrent=limits.concurrent_renders,
        beyond=beyond,
    )
