"""Numbers become places in a picture; macros/charts.html draws them. It knows no table.

Along the picture everything is in per cent of its width, so one drawing fits a phone and a desk and
its words keep their size; heights are in px, counted down from the top as SVG does. Every scale
begins at zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass

BARS_PX = 140  # the height of the bars' own field
WIDEST_BAR = 8.0  # per cent: three days must not look like three walls
LABELS = 6  # under the bars; more would touch on a phone
EACH_LABELLED = 14  # up to so many bars all say their number


@dataclass(frozen=True)
class Mark:
    """A word at a place; `anchor` is SVG's text-anchor."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Bar:
    """One bar with the part of it that is filled darker. `said`: what both are, in words."""

    left: float
    width: float
    top_px: float
    height_px: float
    part_top_px: float
    part_height_px: float
    label: str
    said: str

    @property
    def middle(self) -> float:
        return rounded(self.left + self.width / 2)


@dataclass(frozen=True)
class BarChart:
    """`lines`: (px from the top, number) of the scale's lines, zero first."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, str], ...]
    below: tuple[Mark, ...]
    height_px: int = BARS_PX


@dataclass(frozen=True)
class Column:
    """What a bar is made of: a count, and the part of it that is told apart."""

    name: str
    count: int
    part: int
    said: str = ""


def bar_chart(columns: Sequence[Column]) -> BarChart:
    """A bar for each column, side by side in their order; without columns only the scale."""
    lines = scale(max((each.count for each in columns), default=0))
    top = lines[-1]
    slot = 100 / max(1, len(columns))
    width = min(slot * 0.72, WIDEST_BAR)
    peak = max(range(len(columns)), key=lambda n: columns[n].count, default=-1)
    bars = tuple(
        _bar(each, slot * n + (slot - width) / 2, width, top)
        if _is_labelled(n, peak, len(columns)) and each.count
        else _bar(each, slot * n + (slot - width) / 2, width, top, labelled=False)
        for n, each in enumerate(columns)
    )
    return BarChart(
        bars=bars,
        lines=tuple((rounded(BARS_PX * (1 - each / top)), f"{each:,}") for each in lines),
        below=tuple(
            Mark(rounded(slot * n + slot / 2), columns[n].name) for n in spread(len(columns))
        ),
    )


def _is_labelled(n: int, peak: int, count: int) -> bool:
    return count <= EACH_LABELLED or n == peak


def _bar(column: Column, left: float, width: float, top: int, *, labelled: bool = True) -> Bar:
    height = BARS_PX * column.count / top
    part = BARS_PX * min(column.part, column.count) / top
    return Bar(
        left=rounded(left),
        width=rounded(width),
        top_px=rounded(BARS_PX - height),
        height_px=rounded(height),
        part_top_px=rounded(BARS_PX - part),
        part_height_px=rounded(part),
        label=f"{column.count:,}" if labelled else "",
        said=column.said,
    )


def scale(largest: int) -> list[int]:
    """The numbers of a scale from 0 to at least `largest`, in equal steps of 1, 2 or 5 × 10ⁿ.

    There are at most five of them and at least two, all whole: half a visit is none.
    """
    step, factors = 1, (2, 5, 10)
    while step * 4 < largest:
        base = 10 ** (len(str(step)) - 1)
        step = next(base * each for each in factors if base * each > step)
    return [step * n for n in range(max(1, -(-largest // step)) + 1)]


def spread(count: int, most: int = LABELS) -> list[int]:
    """The places of at most so many labels among `count`, the first among them, evenly apart."""
    return list(range(0, count, max(1, -(-count // most))))


def share(part: float, whole: float) -> float:
    """From 0 to 1; of nothing it is 0."""
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0


def percent(part: float, whole: float) -> str:
    """“41 %”; “–” of nothing. What is not none is not said to be 0 %, nor what is not all 100 %."""
    if whole <= 0:
        return "–"
    value = 100 * share(part, whole)
    if 0 < value < 1:
        return "< 1 %"
    if 99 < value < 100:
        return "99 %"
    return f"{value:.0f} %"


def rounded(value: float) -> float:
    """Short enough for a picture's text, and exact to a hundredth of a px on any screen."""
    return round(value, 2)


@dataclass(frozen=True)
class Step:
    """One step of a funnel: how many got there, and the share of the first step in per cent."""

    label: str
    count: int
    width: float
    of_first: str
    of_previous: str
    hint: str = ""


def funnel(steps: Sequence[tuple[str, int, str]]) -> list[Step]:
    """Bars from (label, count, hint); the first step is as wide as the picture.

    A step may hold more than the one before it: who books need not have watched to the end. Where
    one holds more than the first, the widest is that one.
    """
    first = steps[0][1] if steps else 0
    widest = max((count for _, count, _ in steps), default=0)
    made = []
    for n, (label, count, hint) in enumerate(steps):
        before = steps[n - 1][1] if n else 0
        width = rounded(100 * share(count, widest))
        of_previous = percent(count, before) if n else ""
        made.append(
            Step(label, count, width, percent(count, first) if n else "", of_previous, hint)
        )
    return made
