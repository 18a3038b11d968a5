"""What was watched second by second, as a curve and as a strip; it knows no table.

Places are in per cent of the video's length, see app/analytics/charts.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from app.analytics.charts import Mark, rounded, share
from app.analytics.scene_times import SceneTime
from app.phrases import duration

LEVELS = 4  # shades that can be told apart, beside “not at all”


@dataclass(frozen=True)
class SceneMark:
    """Where a scene lies."""

    name: str
    left: float
    width: float


@dataclass(frozen=True)
class Curve:
    """`line` and `area` are paths in a box of 100 × 100 whose top is 100 %."""

    line: str
    area: str
    scenes: tuple[SceneMark, ...]
    below: tuple[Mark, ...]


@dataclass(frozen=True)
class Run:
    """Seconds in a row that were watched alike. `level`: 0 (not at all) to LEVELS (the most)."""

    left: float
    width: float
    level: int
    said: str


@dataclass(frozen=True)
class Strip:
    """The heat of one video."""

    runs: tuple[Run, ...]
    scenes: tuple[SceneMark, ...]
    below: tuple[Mark, ...]


@dataclass(frozen=True)
class SceneShare:
    """One scene in figures: `began`, `stayed` and `average` are shares of those who played."""

    name: str
    from_s: float
    to_s: float
    began: float
    stayed: float
    average: float

    @property
    def lost(self) -> float:
        """Those who were there at its beginning and no longer at its end; rewinders are none."""
        return max(0.0, self.began - self.stayed)


def retention(seconds: Sequence[int], plays: int) -> list[float]:
    """For each second the share of the plays in which it was seen, 0 to 1."""
    return [share(count, plays) for count in seconds]


def curve(shares: Sequence[float], scenes: Sequence[SceneTime], length_s: float) -> Curve | None:
    """The shares over the video's length; None where there is nothing to draw."""
    if not shares or length_s <= 0:
        return None
    middles = [min(100.0, 100 * (n + 0.5) / length_s) for n in range(len(shares))]
    heights = [100 * (1 - each) for each in shares]
    # To the very edges: the first and the last second begin and end there.
    points = [(0.0, heights[0]), *zip(middles, heights, strict=True)]
    points.append((min(100.0, 100 * len(shares) / length_s), heights[-1]))
    written = " ".join(f"{rounded(x):g},{rounded(y):g}" for x, y in points)
    return Curve(
        line=f"M{written}",
        area=f"M0,100 L{written} {rounded(points[-1][0]):g},100 Z",
        scenes=scene_marks(scenes, length_s),
        below=_times(length_s),
    )


def strip(times: Sequence[int], scenes: Sequence[SceneTime], length_s: float) -> Strip | None:
    """How often each second was played, as shades; None where there is nothing to draw."""
    if not times or length_s <= 0:
        return None
    most, runs, at = max(times), [], 0
    for count, seconds in groupby(times):
        end = at + len(list(seconds))
        left = min(100.0, 100 * at / length_s)
        width = min(100.0, 100 * end / length_s) - left
        said = f"{duration(at)}–{duration(min(end, length_s))}: {_often(count)}"
        runs.append(Run(rounded(left), rounded(width), level(count, most), said))
        at = end
    return Strip(tuple(runs), scene_marks(scenes, length_s), _times(length_s))


def level(count: int, most: int) -> int:
    """0 for nothing, else 1 to LEVELS in equal steps up to the most."""
    return -(-count * LEVELS // most) if count > 0 else 0


def scene_marks(scenes: Sequence[SceneTime], length_s: float) -> tuple[SceneMark, ...]:
    return tuple(
        SceneMark(
            each.name,
            rounded(100 * each.from_s / length_s),
            rounded(100 * (min(each.to_s, length_s) - each.from_s) / length_s),
        )
        for each in scenes
        if each.from_s < length_s
    )


def scene_shares(shares: Sequence[float], scenes: Sequence[SceneTime]) -> list[SceneShare]:
    """What the curve says of each scene. A second that two scenes share counts for both."""
    found = []
    for each in scenes:
        own = shares[int(each.from_s) : max(int(each.from_s) + 1, -int(-each.to_s // 1))]
        if own:
            found.append(
                SceneShare(each.name, each.from_s, each.to_s, own[0], own[-1], sum(own) / len(own))
            )
    return found


def _times(length_s: float) -> tuple[Mark, ...]:
    """0:00, the middle and the end, written inside of the picture's edges."""
    return (
        Mark(0, duration(0), "start"),
        Mark(50, duration(length_s / 2)),
        Mark(100, duration(length_s), "end"),
    )


def _often(count: int) -> str:
    return {0: "not watched", 1: "watched once", 2: "watched twice"}.get(
        count, f"watched {count:,} times"
    )
