"""Where the mouse cursor is at each frame; follows the phases of a plan and never changes them.

A hand on the wheel does not point, so the cursor rests while the page moves. In a pause it goes to
the heading being read, or drifts. Moves are minimum jerk (Richardson & Flash 2002) with a slight
bow, and take as long as Fitts' law says: a + b·log2(D/W + 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from random import Random

from app.hme.arithmetic import log2_roughly
from app.hme.geometry import PageGeometry
from app.hme.motion import Phase

FITTS_S = (0.13, 0.15)  # a and b, customary for a mouse
TARGET_PX = 60  # W: a line of a heading, roughly
HASTE = 0.7  # a move with less than this part of its Fitts time is left out
BOW = 0.06  # largest sideways deviation, part of the distance
MARGIN_PX = 24
Place = tuple[float, float]


def cursor_path(
    geometry: PageGeometry, phases: Iterable[Phase], fps: int, rng: Random
) -> tuple[tuple[int, int], ...]:
    """One viewport position (x, y) in px per frame of the phases, always inside the viewport."""
    width_px, height_px = geometry.width_px, geometry.viewport_height_px
    at = _inside(geometry, (_near(0.62, 0.1, rng) * width_px, _near(0.55, 0.1, rng) * height_px))
    path: list[Place] = []
    for phase in phases:
        wanted = len(path) + phase.frames
        if phase.kind == "pause":
            if phase.heading is not None:
                target = _beside(geometry, phase, rng)
                at = _go(path, at, target, frames=phase.frames, fps=fps, rng=rng)
            else:
                at = _drift(path, at, wanted, geometry, fps=fps, rng=rng)
        path += [at] * (wanted - len(path))
    return tuple((_whole(x, width_px), _whole(y, height_px)) for x, y in path)


def _go(path: list[Place], at: Place, to: Place, *, frames: int, fps: int, rng: Random) -> Place:
    # Appends a moment of reaction and the move; nothing at all if there is no time for both.
    dx, dy = to[0] - at[0], to[1] - at[1]
    distance_px = sqrt(dx * dx + dy * dy)
    wish_s = FITTS_S[0] + FITTS_S[1] * log2_roughly(distance_px / TARGET_PX + 1)
    wait = int((0.1 + 0.15 * rng.random()) * fps)
    bow = BOW * (2 * rng.random() - 1)
    moving = min(int(wish_s * fps), frames - wait - 1)
    if moving < HASTE * wish_s * fps or moving < 2:
        return at
    path += [at] * wait
    for i in range(1, moving + 1):
        u = i / moving
        along = u * u * u * (10 + u * (6 * u - 15))
        aside = bow * 16 * u * u * (1 - u) * (1 - u)
        path.append((at[0] + dx * along - dy * aside, at[1] + dy * along + dx * aside))
    return to


def _drift(
    path: list[Place], at: Place, until: int, geometry: PageGeometry, *, fps: int, rng: Random
) -> Place:
    while until - len(path) > 0.6 * fps:
        if rng.random() < 0.55:
            reach_x, reach_y = 0.09 * geometry.width_px, 0.1 * geometry.viewport_height_px
            target = (at[0] + _near(0, reach_x, rng), at[1] + _near(0, reach_y, rng))
            target = _inside(geometry, target)
            at = _go(path, at, target, frames=until - len(path), fps=fps, rng=rng)
        rest = int((0.5 + 1.2 * rng.random()) * fps)
        path += [at] * min(rest, until - len(path))
    return at


def _beside(geometry: PageGeometry, phase: Phase, rng: Random) -> Place:
    # Under the line being read, not on it. Headings come without a left edge, so the cursor goes
    # to where text usually is; a longer heading draws it further to the right.
    lines_px = [
        heading.top_px + heading.height_px - phase.y_to
        for heading in geometry.headings
        if heading.text == phase.heading and heading.top_px >= phase.y_to
    ]
    y_px = min(lines_px, default=0.0)
    reach = 0.16 + min(0.2, 0.004 * len(phase.heading or ""))
    target = (
        (reach + 0.1 * rng.random()) * geometry.width_px,
        y_px + (0.01 + 0.03 * rng.random()) * geometry.viewport_height_px,
    )
    return _inside(geometry, target)


def _inside(geometry: PageGeometry, place: Place) -> Place:
    return (
        _clamp(place[0], geometry.width_px),
        _clamp(place[1], geometry.viewport_height_px),
    )


def _clamp(value_px: float, size_px: int) -> float:
    margin_px = min(MARGIN_PX, size_px / 8)
    return min(size_px - 1 - margin_px, max(margin_px, value_px)) if size_px > 1 else 0.0


def _whole(value_px: float, size_px: int) -> int:
    # A bow may swing out over the edge; rounding on a grid as in `sample`.
    return min(size_px - 1, max(0, int(value_px * 1024 + 512.5) // 1024))


def _near(middle: float, spread: float, rng: Random) -> float:
    return middle + spread * (2 * rng.random() - 1)
