"""Days as bars, each in pieces by campaign; macros/charts.html draws them. It reads no row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from app.analytics.charts import (
    BARS_PX,
    EACH_LABELLED,
    WIDEST_BAR,
    Mark,
    rounded,
    scale,
    spread,
)
from app.billing.usage import Usage
from app.phrases import minutes, plural
from app.usage.daily import NOTHING, CampaignUsage, total

APART = 4  # campaigns that have a shade of their own; more could not be told apart
OTHERS = "All others"
# What is counted: how a usage is measured, how an amount is said, and how its scale is marked.
UNITS: dict[str, tuple[Callable[[Usage], float], Callable[[float], str], str]] = {
    "videos": (lambda usage: usage.videos, lambda n: plural(round(n), "video", "videos"), "Videos"),
    "minutes": (lambda usage: usage.seconds / 60, lambda n: minutes(n * 60), "Minutes"),
}


@dataclass(frozen=True)
class Series:
    """What has a shade of its own: a campaign, or all others together."""

    name: str
    level: int  # from 1, the darkest; 5 are the others
    campaigns: tuple[CampaignUsage, ...]

    def on(self, day: date) -> Usage:
        return total(each.days.get(day, NOTHING) for each in self.campaigns)

    @property
    def total(self) -> Usage:
        return total(each.total for each in self.campaigns)


@dataclass(frozen=True)
class StackedBar:
    """`pieces`: (px from the top, height in px, level), the lowest first."""

    left: float
    width: float
    top_px: float
    pieces: tuple[tuple[float, float, int], ...]
    label: str
    said: str

    @property
    def middle(self) -> float:
        return rounded(self.left + self.width / 2)


@dataclass(frozen=True)
class StackedChart:
    """`lines`: (px from the top, number) of the scale's lines, zero first."""

    bars: tuple[StackedBar, ...]
    lines: tuple[tuple[float, str], ...]
    below: tuple[Mark, ...]
    said: str
    height_px: int = BARS_PX


def series_of(campaigns: Sequence[CampaignUsage], unit: str) -> list[Series]:
    """The largest have a shade each, and the others one together."""
    measure = UNITS[unit][0]
    ranked = sorted(campaigns, key=lambda each: -measure(each.total))
    apart = APART if len(ranked) > APART + 1 else APART + 1
    found = [Series(each.name, n, (each,)) for n, each in enumerate(ranked[:apart], 1)]
    rest = tuple(ranked[apart:])
    return [*found, Series(OTHERS, APART + 1, rest)] if rest else found


def stacked_chart(series: Sequence[Series], days: Sequence[date], unit: str) -> StackedChart:
    """A bar for each day, also where nothing was used."""
    measure, said, _label = UNITS[unit]
    amounts = [[max(0.0, measure(each.on(day))) for each in series] for day in days]
    sums = [sum(each) for each in amounts]
    lines = scale(ceil(max(sums, default=0)))
    slot = 100 / max(1, len(days))
    width = min(slot * 0.72, WIDEST_BAR)
    peak = max(range(len(days)), key=lambda n: sums[n], default=-1)
    bars = []
    for n, day in enumerate(days):
        pieces = _pieces(amounts[n], [each.level for each in series], lines[-1])
        is_labelled = sums[n] > 0 and (len(days) <= EACH_LABELLED or n == peak)
        bars.append(
            StackedBar(
                rounded(slot * n + (slot - width) / 2),
                rounded(width),
                rounded(BARS_PX * (1 - sums[n] / lines[-1])),
                pieces,
                _short(sums[n]) if is_labelled else "",
                _said(day, [(each.name, amounts[n][at]) for at, each in enumerate(series)], said),
            )
        )
    return StackedChart(
        bars=tuple(bars),
        lines=tuple((rounded(BARS_PX * (1 - each / lines[-1])), f"{each:,}") for each in lines),
        below=tuple(
            Mark(rounded(slot * n + slot / 2), f"{days[n].day} {days[n]:%b}")
            for n in spread(len(days))
        ),
        said=_whole(days, sums, peak, said),
    )


def _pieces(
    amounts: Sequence[float], levels: Sequence[int], top: int
) -> tuple[tuple[float, float, int], ...]:
    pieces, below = [], 0.0
    for amount, level in zip(amounts, levels, strict=True):
        if amount > 0:
            height = BARS_PX * amount / top
            pieces.append((rounded(BARS_PX - below - height), rounded(height), level))
            below += height
    return tuple(pieces)


def _short(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 10 or amount == int(amount) else f"{amount:.1f}"


def _said(day: date, parts: Sequence[tuple[str, float]], said: Callable[[float], str]) -> str:
    whole = f"{day.day} {day:%b} {day.year}: {said(sum(amount for _, amount in parts))}"
    named = [f"{name} {said(amount)}" for name, amount in parts if amount > 0]
    return f"{whole}. {', '.join(named)}" if len(named) > 1 else ". ".join([whole, *named])


def _whole(
    days: Sequence[date], sums: Sequence[float], peak: int, said: Callable[[float], str]
) -> str:
    if not days:
        return ""
    text = f"{said(sum(sums))} since {days[0].day} {days[0]:%b} {days[0].year}."
    if sums[peak] > 0:
        day = days[peak]
        text += f" The most were {said(sums[peak])} on {day.day} {day:%b} {day.year}."
    return text
