"""Which days a page shows, from its URL, and those days put together so that they can be seen.

Days are those of UTC, as view_days counts them. It knows no table.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta

CHOICES = {
    "7d": ("7 days", 7),
    "30d": ("30 days", 30),
    "90d": ("90 days", 90),
    "12m": ("12 months", 365),
    "all": ("All time", None),
}
DEFAULT = "30d"
# So many bars at most; beyond, they are weeks, and then months.
DAYS_SHOWN, WEEKS_SHOWN_DAYS = 92, 2 * 366
FEWEST_DAYS = 7  # of all time: a workspace that began today shows a week


@dataclass(frozen=True)
class Period:
    """`first` and `last` are both within. `first` is None for all time."""

    key: str
    label: str
    first: date | None
    last: date

    @property
    def before(self) -> "Period | None":
        """As many days right before it; none before all time."""
        if self.first is None:
            return None
        days = (self.last - self.first).days + 1
        first, last = self.first - timedelta(days=days), self.first - timedelta(days=1)
        return Period(self.key, f"the {self.label.lower()} before", first, last)

    @property
    def with_before(self) -> "Period":
        """Both, to be read at once."""
        return replace(self, first=self.before.first) if self.before else self

    def holds(self, day: date) -> bool:
        return (self.first is None or day >= self.first) and day <= self.last


def read_period(key: str | None, today: date) -> Period:
    """What `?period=` asks for; anything else is the default."""
    chosen = key if key in CHOICES else DEFAULT
    label, days = CHOICES[chosen]
    first = today - timedelta(days=days - 1) if days else None
    return Period(chosen, label, first, today)


@dataclass(frozen=True)
class Counts:
    """What view_days counts, added up. People only, but for the last three kinds of opens."""

    opens: int = 0
    plays: int = 0
    halves: int = 0
    ends: int = 0
    clicks: int = 0
    bookings: int = 0
    watched_s: int = 0
    unverified_opens: int = 0
    scanner_opens: int = 0
    team_opens: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, n) + getattr(other, n) for n in COUNTED))


COUNTED = tuple(each.name for each in fields(Counts))


@dataclass(frozen=True)
class Span:
    """A day, a week or a month; `name` stands under its bar, `said` names it whole."""

    first: date
    last: date
    name: str
    said: str
    counts: Counts = field(default_factory=Counts)


def spans(days: Mapping[date, Counts], period: Period) -> list[Span]:
    """The whole period in equal pieces, those without anything too, oldest first."""
    first = period.first
    if first is None:
        known = min((*days, period.last))
        first = min(known, period.last - timedelta(days=FEWEST_DAYS - 1))
    length = (period.last - first).days + 1
    begin, named = _piece(length)
    found: list[Span] = []
    for n in range(length):
        day = first + timedelta(days=n)
        counts = days.get(day, Counts())
        if found and begin(found[-1].first) == begin(day):
            found[-1] = _named(found[-1].first, day, found[-1].counts + counts, named)
        else:
            found.append(_named(day, day, counts, named))
    return found


def total(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts())


def change(after: float, before: float) -> str:
    """“12 % more”, “as many”; "" where there was nothing to compare with."""
    if not before:
        return ""
    percent = round(100 * (after - before) / before)
    if percent == 0:
        return "as many"
    return f"{abs(percent):,} % {'more' if percent > 0 else 'fewer'}"


Named = Callable[[date, date], tuple[str, str]]


def _named(first: date, last: date, counts: Counts, named: Named) -> Span:
    return Span(first, last, *named(first, last), counts)


def _piece(length: int) -> tuple[Callable[[date], date], Named]:
    """What a day belongs to, and how that is called."""
    if length <= DAYS_SHOWN:
        return (lambda day: day), lambda first, _last: (_short(first), _whole(first))
    if length <= WEEKS_SHOWN_DAYS:
        return (
            lambda day: day - timedelta(days=day.weekday()),
            lambda first, last: (_short(first), f"{_whole(first)} to {_whole(last)}"),
        )
    return (
        lambda day: day.replace(day=1),
        lambda first, _last: (f"{first:%b %y}", f"{first:%B %Y}"),
    )


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"


def _whole(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"
