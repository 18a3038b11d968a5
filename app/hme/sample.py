"""Turns a stroke's real-valued steps into whole pixels per frame; knows neither page nor reason.

Chromium paints whole pixels only, so the plan rounds, not the browser. Two promises hold for the
result: it ends exactly on its distance, and it moves on *every* frame between its first and its
last movement. Where the speed is under one pixel a frame (the first and last moments of a stroke)
plain rounding would give 1 0 0 1 0 1, which looks like a stutter; those single pixels are moved
next to the cruise instead.
"""

from __future__ import annotations

from itertools import accumulate

GRID = 1024  # positions are put on a 1/1024 px grid before they are rounded to pixels


def whole_steps(steps: list[float], distance_px: int) -> list[int]:
    """Pixels to move at each frame, same length, adding up to `distance_px` exactly.

    At most one pixel more than the step asked for. The grid makes the rounding insensitive to the
    order of additions, on top of the arithmetic that is the same on every machine anyway.
    """
    places = [_round_on_grid(place) for place in accumulate(steps)]
    places[-1] = distance_px
    whole = [b - a for a, b in zip([0, *places], places, strict=False)]
    cruise = [i for i, step in enumerate(steps) if step >= 1.0]
    first = cruise[0] if cruise else (len(steps) - distance_px) // 2
    last = cruise[-1] if cruise else first - 1
    before, after = sum(whole[:first]), sum(whole[last + 1 :])
    if not cruise:
        before, after = 0, distance_px
    idle_before, idle_after = first - before, len(steps) - 1 - last - after
    return [
        *([0] * idle_before + [1] * before),
        *whole[first : last + 1],
        *([1] * after + [0] * idle_after),
    ]


def _round_on_grid(place_px: float) -> int:
    return (int(place_px * GRID + 0.5) + GRID // 2) // GRID
