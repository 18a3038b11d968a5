"""What figures, visits and charts are called on pages and in files; it knows no table."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.analytics.charts import BarChart, Column, Step, bar_chart
from app.analytics.curves import SceneShare
from app.analytics.periods import Counts, Span, change
from app.analytics.scene_times import SceneTime
from app.phrases import duration, plural

KINDS = {
    "person": ("Person", "good", "user-check"),
    "unverified": ("Not confirmed", "neutral", "circle-dashed"),
    "scanner": ("Scanner", "warn", "shield"),
    "team": ("Your team", "info", "users"),
}


@dataclass(frozen=True)
class Stat:
    """A number that matters, and what it was before in words."""

    label: str
    value: str
    hint: str


def stats_of(counts: Counts, before: Counts | None) -> list[Stat]:
    """The totals of a period beside those of the days before it."""
    known = before or Counts()
    named = (
        ("Visits", "opens"),
        ("Plays", "plays"),
        ("To the end", "ends"),
        ("Clicks", "clicks"),
        ("Booked", "bookings"),
    )
    found = [
        Stat(
            label, f"{getattr(counts, name):,}", change(getattr(counts, name), getattr(known, name))
        )
        for label, name in named
    ]
    time = Stat("Time watched", lasted(counts.watched_s), change(counts.watched_s, known.watched_s))
    return [*found, time]


def lasted(seconds: float) -> str:
    """“45 s”, “12 min”, “3 h 25 min”, “1,204 h”: as exact as somebody wants to know."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{round(seconds)} s"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours:,} h" if hours >= 24 or not rest else f"{hours} h {rest} min"


@dataclass(frozen=True)
class DaysChart:
    """The visits of a period as bars, said in one sentence for who does not see them."""

    chart: BarChart
    said: str
    each: str  # what a bar is


def days_chart(pieces: Sequence[Span]) -> DaysChart:
    chart = bar_chart(
        [Column(each.name, each.counts.opens, each.counts.plays, _day(each)) for each in pieces]
    )
    most = max(pieces, key=lambda each: each.counts.opens)
    total = sum(each.counts.opens for each in pieces)
    said = f"{plural(total, 'visit', 'visits')} from {pieces[0].said} on."
    if total:
        said += f" The most were {most.counts.opens:,} on {most.said}."
    days = (pieces[0].last - pieces[0].first).days + 1
    longest = max((each.last - each.first).days + 1 for each in pieces) if pieces else days
    return DaysChart(chart, said, "day" if longest == 1 else "week" if longest == 7 else "month")


def _day(span: Span) -> str:
    counts = span.counts
    return (
        f"{span.said}: {plural(counts.opens, 'visit', 'visits')}, "
        f"{plural(counts.plays, 'play', 'plays')}, {counts.bookings:,} booked"
    )


def funnel_said(steps: Sequence[Step]) -> str:
    """The funnel in one sentence."""
    first, *others = steps
    parts = [f"{step.label.lower()} {step.count:,} ({step.of_first})" for step in others]
    return f"{first.count:,} sent; {', '.join(parts)}."


def curve_said(shares: Sequence[float], scenes: Sequence[SceneShare]) -> str:
    """What the curve shows, in one sentence or two."""
    said = f"Of those who played, {_percent(shares[0])} saw the first second"
    said += f" and {_percent(shares[-1])} the last one."
    worst = max(scenes, key=lambda each: each.lost, default=None)
    if worst is not None and len(scenes) > 1 and worst.lost > 0:
        said += f" Most stopped during “{worst.name}”."
    return said


@dataclass(frozen=True)
class SceneHeat:
    """How much of one scene was watched, and how often its best second was."""

    name: str
    from_s: float
    to_s: float
    seen_s: int
    times: int


def scene_heats(seconds: Sequence[int], scenes: Sequence[SceneTime]) -> list[SceneHeat]:
    """One for each scene, also where nothing of it was watched."""
    found = []
    for each in scenes:
        own = seconds[int(each.from_s) : -int(-each.to_s // 1)]
        seen_s = sum(1 for count in own if count)
        found.append(SceneHeat(each.name, each.from_s, each.to_s, seen_s, max(own, default=0)))
    return found


def strip_said(seconds: Sequence[int]) -> str:
    """What the strip shows, in one sentence."""
    seen = sum(1 for each in seconds if each)
    again = sum(1 for each in seconds if each > 1)
    said = f"{duration(seen)} of {duration(len(seconds))} watched"
    return f"{said}, {duration(again)} of it more than once." if again else f"{said}."


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"
