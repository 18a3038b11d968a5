"""A line of many points becomes one of few that looks the same; knows not what it draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

_SAMPLES = 1200  # more than any screen shows of it; thinning costs in proportion
_TOLERANCE = 0.15  # percent of the picture: a quarter of a pixel at 160 px height


def thin_line(points: Sequence[Point], *, most: int) -> list[Point]:
    """At most `most` (≥ 2) of the points, first and last among them, x still ascending.

    Douglas and Peucker (1973): a point goes when the line without it passes within the tolerance,
    measured along y; the tolerance grows until few enough are left.
    """
    step = max(1, len(points) // _SAMPLES)
    line = [*points[::step], points[-1]] if (len(points) - 1) % step else list(points[::step])
    tolerance = _TOLERANCE
    kept = _kept(line, tolerance)
    while len(kept) > most:
        tolerance *= 1.5
        kept = _kept(line, tolerance)
    return kept


def _kept(line: list[Point], tolerance: float) -> list[Point]:
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        farthest, distance = _farthest(line, first, last)
        if distance > tolerance:
            keep.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [line[i] for i in sorted(keep)]


def _farthest(line: list[Point], first: int, last: int) -> tuple[int, float]:
    (x0, y0), (x1, y1) = line[first], line[last]
    slope = (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0
    farthest, distance = first, 0.0
    for i in range(first + 1, last):
        x, y = line[i]
        off = abs(y - y0 - slope * (x - x0))
        if off > distance:
            farthest, distance = i, off
    return farthest, distance
