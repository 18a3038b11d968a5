"""Tells a hand from a machine by its scroll path alone; knows no plan, so it can judge any path.

Five features, each between 0 (a machine) and 1 (a hand); the score is their geometric mean, so that
one plain giveaway is enough:

rests      people stop to look, also between the first and the last movement
inertia    a page gathers and loses speed; it does not jump
swing      within one stroke the speed varies; a linear scroll keeps it
variety    no two strokes and no two rests are alike; a loop with a timer repeats itself
steadiness speed now predicts speed next (lag-1 correlation); added noise does not

The limits of each feature are set between plans of this engine and linear, eased, stepped, periodic
and jittered paths, which tests/hme/test_naturalness.py draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import prod
from statistics import fmean, pstdev

REST_S = 0.1  # a shorter standstill is part of the stroke around it
UNDECIDED = 0.5  # a page that never moves


def naturalness(scroll_px: Sequence[int], fps: int) -> float:
    """0 (surely a machine) to 1 (like a hand) for one offset in px per frame.

    It needs at least two strokes to see a hand: one stroke alone, however human, is a sweep and
    gets 0. A path that never moves gets UNDECIDED.
    """
    speeds = [b - a for a, b in pairwise(scroll_px)]
    strokes, rests = _strokes_and_rests(speeds, max(2, round(REST_S * fps)))
    if not strokes:
        return UNDECIDED
    way_px = [float(sum(abs(speed) for speed in stroke)) for stroke in strokes]
    frames = sum(rests) + sum(len(stroke) for stroke in strokes)
    features = (
        _between(sum(rests) / frames, 0.02, 0.10),
        1 - _between(fmean([_jolt(stroke) for stroke in strokes], way_px), 0.3, 0.8),
        _between(fmean([_swing(stroke) for stroke in strokes], way_px), 0.08, 0.28),
        _between(_spread(way_px) + _spread([float(rest) for rest in rests]), 0.04, 0.25),
        _between(fmean([_steadiness(stroke) for stroke in strokes], way_px), 0.2, 0.7),
    )
    return float(prod(features) ** (1 / len(features)))


def _strokes_and_rests(speeds: list[int], rest_frames: int) -> tuple[list[list[int]], list[int]]:
    # Speeds of each stroke and lengths of the rests between them; those at the ends do not count.
    strokes: list[list[int]] = []
    rests: list[int] = []
    pending: list[int] = []
    for standing, run in groupby(speeds, key=lambda speed: speed == 0):
        part = list(run)
        if standing:
            pending = part
        elif strokes and len(pending) < rest_frames:
            strokes[-1] += [*pending, *part]
        else:
            rests += [len(pending)] if strokes else []
            strokes.append(part)
    return strokes, rests


def _jolt(stroke: list[int]) -> float:
    # The sharpest change of speed as a part of the top speed, less what rounding explains.
    sharpest = max(abs(b - a) for a, b in pairwise([0, *stroke, 0]))
    return max(0, sharpest - 1) / max(map(abs, stroke))


def _swing(stroke: list[int]) -> float:
    # Variation of the speed without the ramps at both ends, which an eased machine has as well.
    edge = len(stroke) // 8
    core = stroke[edge : len(stroke) - edge]
    return _spread([float(abs(speed)) for speed in core])


def _steadiness(stroke: list[int]) -> float:
    middle = fmean(stroke)
    off = [speed - middle for speed in stroke]
    power = fmean(x * x for x in off)
    return fmean(a * b for a, b in pairwise(off)) / power if power else 0.0


def _spread(values: list[float]) -> float:
    mean = fmean(values) if values else 0.0
    return pstdev(values) / mean if mean else 0.0


def _between(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
