"""Months of single events: made ahead and dropped when their time is over.

The application's role owns no table; two functions of the owner do it (migration 0012).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Date, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import now

AHEAD = timedelta(days=62)

_MAKE = text("select make_visit_partitions(:since, :until)").bindparams(
    bindparam("since", type_=Date), bindparam("until", type_=Date)
)
_DROP = text("select drop_visit_partitions(:before)").bindparams(bindparam("before", type_=Date))


async def make_months(session: AsyncSession, since: date, until: date) -> int:
    """Events of visits that began between these days have a place; how many months are new."""
    return int(await session.scalar(_MAKE, {"since": since, "until": until}) or 0)


async def make_months_ahead(session: AsyncSession) -> int:
    """This month and two more are there, so that nothing waits for a job at a month's turn."""
    today = now().date()
    return await make_months(session, today - timedelta(days=2), today + AHEAD)


async def make_months_of(session: AsyncSession, times: Iterable[datetime]) -> None:
    """Each of these times has a place. Asked for every batch, so it looks before it makes."""
    months = {each.strftime("%Y_%m"): each.date() for each in times}
    missing = await session.scalars(
        text(
            "select month from unnest(cast(:months as text[])) month "
            "where to_regclass('public.visit_events_' || month) is null"
        ),
        {"months": list(months)},
    )
    for month in missing.all():
        await make_months(session, months[month], months[month])


async def drop_months(session: AsyncSession, days: int) -> int:
    """Months are gone that ended so many days ago; how many."""
    before = now().date() - timedelta(days=days)
    return int(await session.scalar(_DROP, {"before": before}) or 0)
