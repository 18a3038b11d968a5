"""Days, seconds and campaigns as files: tables that are small and are read at once."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.analytics.curves import retention
from app.analytics.figures import (
    compare_campaigns,
    read_all_days,
)
from app.analytics.heats import Heat, read_campaign_heat
from app.analytics.periods import Period
from app.web.exports import Export, Piece

_COUNTS = {
    "opens": "visits",
    "plays": "plays",
    "halves": "half",
    "ends": "to the end",
    "clicks": "clicks",
    "bookings": "booked",
    "watched_s": "seconds watched",
    "unverified_opens": "not confirmed",
    "scanner_opens": "scanner visits",
    "team_opens": "team visits",
}
_REACHED = ("sent", "opened", "played", "half", "ended", "clicked", "booked")


def days_export(campaign_id: UUID | None = None) -> Export:
    """Every day (UTC) on which something happened, in one campaign or in all of them."""

    async def read(session: AsyncSession, _after: None) -> Piece:
        days = await read_all_days(session, tuple(_COUNTS), campaign_id)
        return [[f"{day:%Y-%m-%d}", *map(str, counts)] for day, counts in days], None

    return Export(("day", *_COUNTS.values()), read)


def seconds_export(campaign_id: UUID) -> Export:
    """In how many plays each second was seen, and which scene it belongs to."""

    async def read(session: AsyncSession, _after: None) -> Piece:
        heat = await read_campaign_heat(session, campaign_id)
        shares = retention(heat.seconds, heat.plays)
        rows = [
            [
                str(second),
                _scene_at(heat, second),
                str(count),
                f"{100 * share:.1f}",
            ]
            for second, (count, share) in enumerate(zip(heat.seconds, shares, strict=True))
        ]
        return rows, None

    return Export(("second", "scene", "plays", "share of plays %"), read)


def video_seconds_export(heat: Heat) -> Export:
    """How often each second of one video was played, and which scene it belongs to."""
    rows = [[str(n), _scene_at(heat, n), str(times)] for n, times in enumerate(heat.seconds)]

    async def read(_session: AsyncSession, _after: None) -> Piece:
        return rows, None

    return Export(("second", "scene", "times played"), read)


def _scene_at(heat: Heat, second: int) -> str:
    return next((s.name for s in heat.scenes if s.from_s <= second + 0.5 < s.to_s), "")


def campaigns_export(period: Period) -> Export:
    """All campaigns that the workspace's page compares."""

    async def read(session: AsyncSession, after: int | None) -> Piece:
        number = (after or 0) + 1
        compared, window = await compare_campaigns(session, period, number)
        rows = [
            [each.name, str(each.visits), *(str(getattr(each.reached, name)) for name in _REACHED)]
            for each in compared
        ]
        return rows, number if window.number * window.size < window.total else None

    names = ("leads sent", "opened", "played", "half", "to the end", "clicked", "booked")
    return Export(("campaign", "visits", *names), read)
