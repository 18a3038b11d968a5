"""Single strokes: limits, inertia, and whole pixels without a stutter."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.hme.arithmetic import apportion, decay, log2_roughly, rise
from app.hme.sample import whole_steps
from app.hme.strokes import (
    accel_limit_px,
    farthest_px,
    is_gentle,
    least_frames,
    step_limit_px,
    stroke_steps,
)

ROUNDING_PX = 1e-6


@settings(max_examples=500, deadline=None)
@given(
    distance_px=st.integers(1, 300) | st.integers(1, 20_000),
    spare=st.integers(0, 120),
    fps=st.sampled_from([30, 60]),
    seed=st.integers(0, 9999),
    wheel=st.booleans(),
    final=st.booleans(),
)
def test_a_stroke_keeps_its_limits_and_moves_on_every_frame(
    *, distance_px: int, spare: int, fps: int, seed: int, wheel: bool, final: bool
) -> None:
    frames = least_frames(distance_px, fps) + spare
    steps = stroke_steps(distance_px, frames, fps, Random(seed), wheel=wheel, final=final)
    assert len(steps) == frames
    assert sum(steps) == pytest.approx(distance_px)
    assert min(steps) >= 0
    assert max(steps) <= step_limit_px(fps) + ROUNDING_PX
    sharpest = max(abs(b - a) for a, b in pairwise([0, *steps, 0]))
    assert sharpest <= accel_limit_px(fps) + ROUNDING_PX

    whole = whole_steps(steps, distance_px)
    assert len(whole) == frames
    assert sum(whole) == distance_px
    moved = [i for i, step in enumerate(whole) if step]
    assert moved == list(range(moved[0], moved[-1] + 1))
    assert all(step < asked + 1.01 or step == 1 for step, asked in zip(whole, steps, strict=True))


@given(st.integers(2, 4000), st.sampled_from([24, 30, 60]))
def test_the_farthest_stroke_is_the_one_that_just_fits(frames: int, fps: int) -> None:
    reach_px = farthest_px(frames, fps)
    assert reach_px == 0 or least_frames(reach_px, fps) <= frames
    assert least_frames(reach_px + int(step_limit_px(fps)) + 1, fps) > frames - 2


def test_a_push_on_a_trackpad_attacks_faster_than_it_decays() -> None:
    peaks = []
    for seed in range(40):
        steps = stroke_steps(600, 50, 60, Random(seed), wheel=False, final=False)
        peaks.append(steps.index(max(steps)) / len(steps))
    assert sum(peak < 0.33 for peak in peaks) > 20
    assert max(peaks) < 0.5


def test_a_wheel_stroke_ripples_without_stopping() -> None:
    for seed in range(40):
        steps = stroke_steps(600, 84, 60, Random(seed), wheel=True, final=False)
        humps = [b for a, b, c in zip(steps, steps[1:], steps[2:], strict=False) if a < b > c]
        assert len(humps) >= 4
        assert min(steps[12:-12]) > 1.5


def test_a_crawl_in_the_middle_of_a_stroke_is_not_gentle() -> None:
    assert is_gentle([1.0, 2.0, 2.0, 1.0], 60)
    assert not is_gentle([1.0, 2.0, 0.5, 2.0, 1.0], 60)
    assert not is_gentle([2.0, 9.0, 2.0], 60)


def test_slow_edges_close_up_to_the_cruise() -> None:
    slow_ends = [0.3, 0.3, 0.3, 0.3, 2.0, 2.0, 0.4, 0.4, 0.4, 0.4]
    whole = whole_steps(slow_ends, 7)
    assert whole == [0, 0, 0, 1, 2, 2, 1, 1, 0, 0]
    assert whole_steps([0.5] * 8, 4) == [0, 0, 1, 1, 1, 1, 0, 0]


def test_own_functions_agree_with_the_library() -> None:
    import math

    for i in range(201):
        u = i / 200
        assert rise(u) == pytest.approx(math.sin(math.pi * u / 2) ** 2, abs=1e-8)
        assert decay(16 * u) == pytest.approx(math.exp(-16 * u), rel=1e-6)
        assert 0 <= math.log2(0.2 + 40 * u) - log2_roughly(0.2 + 40 * u) < 0.09


@given(st.integers(0, 5000), st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_shares_add_up(amount: int, weights: list[float]) -> None:
    shares = apportion(amount, weights)
    assert len(shares) == len(weights)
    assert sum(shares) == amount
    assert min(shares) >= 0
