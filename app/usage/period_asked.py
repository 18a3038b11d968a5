"""Which period a page of usage shows, from its URL, and the days it has; it reads no row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from app.billing.standing import Period
from app.usage.daily import days_of
from app.usage.ledger_query import period_words, written_period

# Only when a period began is kept: one that is over ended where the next began, or after a month.
LONGEST = timedelta(days=31)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class PeriodAsked:
    """`key`: as it is written in a URL, "" for the period that is now."""

    key: str
    start: datetime
    days: list[date]

    @property
    def is_now(self) -> bool:
        return self.key == ""

    @property
    def words(self) -> str:
        return "This period" if self.is_now else period_words(self.start)


def read_period_asked(
    key: str, current: Period, starts: Sequence[datetime], moment: datetime
) -> PeriodAsked:
    """What `?period=` asks for, of those that began at `starts`, the newest first; anything else is
    the one that is now."""
    for newer, start in pairwise(starts):
        if key == written_period(start):
            last = min(newer, start + LONGEST) - _INSTANT
            return PeriodAsked(key, start, days_of(start.date(), last.date()))
    # A period ends with the moment at which the next begins.
    last = min(moment, current.end - _INSTANT)
    return PeriodAsked("", current.start, days_of(current.start.date(), last.date()))
