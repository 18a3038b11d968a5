"""How many videos a workspace's plan still has this month; it changes no limit."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plans import limits_of
from app.billing.usage import used_now
from app.errors import LoomliteError
from app.phrases import plural


@dataclass(frozen=True)
class Room:
    """`limit` None: as many as one likes. `used` counts what waits and what is being made too."""

    limit: int | None
    used: int
    concurrent: int

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)


class OutOfVideos(LoomliteError):
    """The plan has room for fewer videos than were asked for; none was queued."""

    def __init__(self, left: int, asked: int) -> None:
        has = f"{plural(left, 'video', 'videos')} left" if left else "no videos left"
        super().__init__(f"Your plan has {has} this month; you asked for {asked:,}.")
        self.left = left
        self.asked = asked


async def find_room(session: AsyncSession) -> Room:
    """Of the session's workspace, as of now."""
    limits = await limits_of(session)
    used = await used_now(session)
    return Room(limits.videos_per_month, used.videos, limits.concurrent_renders)
