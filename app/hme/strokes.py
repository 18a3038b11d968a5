"""One stroke of a wheel or trackpad: a distance spread over frames; knows neither page nor reason.

Every stroke is a list of steps, in px per frame, positive and adding up to its distance. Envelopes
after capture notes §8: wheel notches ease and overlap, a trackpad attacks fast and decays
exponentially, an aimed stroke is a bell (sine squared, close to minimum jerk).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import ceil, sqrt
from random import Random

from app.hme.arithmetic import PI, decay, rise, total

SPEED_PX_S = 2400  # 40 px a frame at 60 fps; faster scrolling turns into a stroboscope
ACCEL_PX_S2 = (
    14_400  # 4 px/frame² at 60 fps: full speed takes a quarter of a second, as a hand does
)
CRUISE_PX_S = 60  # 1 px a frame at 60 fps; a slower cruise shows its pixel steps
NOTCH_PX = 100  # what one wheel notch scrolls in Chromium


def step_limit_px(fps: int) -> float:
    """The largest step of a frame before rounding, which may add one pixel to it."""
    return max(1.0, SPEED_PX_S / fps - 1)


def accel_limit_px(fps: int) -> float:
    """The largest change of the step from one frame to the next, before rounding."""
    return ACCEL_PX_S2 / (fps * fps)


def least_frames(distance_px: int, fps: int) -> int:
    """The fewest frames in which a stroke can cover this distance within both limits."""
    ramp = _full_ramp(fps)
    if distance_px >= step_limit_px(fps) * ramp:
        return ramp + ceil(distance_px / step_limit_px(fps))
    return 2 * max(1, ceil(sqrt(PI * distance_px / (2 * accel_limit_px(fps)))))


def farthest_px(frames: int, fps: int) -> int:
    """The longest distance of a stroke of so many frames: the inverse of `least_frames`."""
    ramp = _full_ramp(fps)
    if frames >= 2 * ramp:
        return int(step_limit_px(fps) * (frames - ramp))
    half = frames // 2
    distance_px = int(2 * accel_limit_px(fps) * half * half / PI)
    return distance_px if least_frames(distance_px, fps) <= frames else max(0, distance_px - 1)


def stroke_steps(
    distance_px: int, frames: int, fps: int, rng: Random, *, wheel: bool, final: bool
) -> list[float]:
    """Steps of one stroke; `frames` must be at least `least_frames(distance_px, fps)`.

    A final stroke eases in on its target. A shape that would break a limit, or that would slow to
    a crawl halfway, gives way to a plainer one; the last of them keeps every limit by construction.
    """
    envelopes: list[Callable[[], list[float]]] = [
        lambda: _bell(frames, 0.3 + 0.15 * rng.random()),
        lambda: _fling(distance_px, frames, fps),
        lambda: _plateau(frames, fps),
    ]
    if wheel and not final:
        envelopes.insert(0, lambda: _notches(distance_px, frames, fps, rng))
    elif not final and rng.random() < 0.75:
        envelopes.insert(0, lambda: _pushes(distance_px, frames, fps, rng))
    steps: list[float] = []
    for envelope in envelopes:
        shape = envelope()
        scale = distance_px / total(shape)
        steps = [scale * speed for speed in shape]
        if is_gentle(steps, fps):
            break
    return steps


def is_gentle(steps: list[float], fps: int) -> bool:
    """Whether a stroke from rest to rest keeps to both limits and cruises without a crawl."""
    accel_px = accel_limit_px(fps)
    padded = [0.0, *steps, 0.0]
    if any(abs(b - a) > accel_px for a, b in pairwise(padded)):
        return False
    if max(steps) > step_limit_px(fps):
        return False
    # Below one pixel a frame the picture would repeat, whatever the frame rate makes of CRUISE.
    return not any(_dips_below(steps, speed) for speed in (1.0, CRUISE_PX_S / fps))


def _dips_below(steps: list[float], speed_px: float) -> bool:
    fast = [i for i, step in enumerate(steps) if step >= speed_px]
    return bool(fast) and len(fast) <= fast[-1] - fast[0]


def _full_ramp(fps: int) -> int:
    # Frames from rest to full speed along `rise`, whose steepest slope is π/2.
    return max(1, ceil(PI * step_limit_px(fps) / (2 * accel_limit_px(fps))))


def _plateau(frames: int, fps: int) -> list[float]:
    # Ramps sampled at frame middles add up to half their length, so the whole is frames - ramp.
    ramp = min(_full_ramp(fps), frames // 2)
    return [rise(min(1.0, (min(i, frames - 1 - i) + 0.5) / ramp)) for i in range(frames)]


def _fling(distance_px: int, frames: int, fps: int) -> list[float]:
    # Up to speed at once, then the longest glide to rest that the speed limit leaves time for.
    ramp = min(_full_ramp(fps), frames // 2)
    spare = frames - int(distance_px / step_limit_px(fps)) - 1
    glide = max(1, min(frames - ramp, 2 * spare - ramp))
    return [
        min(rise(min(1.0, (i + 0.5) / ramp)), rise(min(1.0, (frames - i - 0.5) / glide)))
        for i in range(frames)
    ]


def _bell(frames: int, attack: float) -> list[float]:
    return [_bell_at((i + 0.5) / frames, attack) for i in range(frames)]


def _bell_at(u: float, attack: float) -> float:
    return rise(u / attack) if u < attack else rise((1 - u) / (1 - attack))


def _notches(distance_px: int, frames: int, fps: int, rng: Random) -> list[float]:
    # No finger turns a wheel faster than a notch every 110 ms.
    fastest = int(frames / (0.11 * fps))
    count = max(1, min((distance_px + NOTCH_PX // 2) // NOTCH_PX, fastest))
    return _train(frames, count, 1.5 + 0.4 * rng.random(), lambda u: _bell_at(u, 0.4), rng)


def _pushes(distance_px: int, frames: int, fps: int, rng: Random) -> list[float]:
    count = 1 + int(frames > 0.9 * fps) + int(frames > 1.6 * fps)
    overlap, friction = 1.9 + 0.4 * rng.random(), 2.4 + rng.random()
    end = decay(friction)
    # A push peaks at about 3 times its mean, and `rise` is at most π/2 steep: a strong push takes
    # longer to gather speed, or it would break the limit on acceleration.
    length = frames * overlap / (count - 1 + overlap)
    strain = 3 * PI / 2 * distance_px / (count * accel_limit_px(fps) * length * length)
    attack = min(0.45, max(0.16 + 0.1 * rng.random(), strain))

    def push_at(u: float) -> float:
        if u < attack:
            return rise(u / attack)
        return (decay(friction * (u - attack) / (1 - attack)) - end) / (1 - end)

    raw = [0.0, *_train(frames, count, overlap, push_at, rng), 0.0]
    # Skin on glass has no corner where the push turns into the glide.
    return [(raw[i - 1] + 2 * raw[i] + raw[i + 1]) / 4 for i in range(1, frames + 1)]


def _train(
    frames: int, count: int, overlap: float, pulse_at: Callable[[float], float], rng: Random
) -> list[float]:
    # Pulses `overlap` spacings long, so that a new one starts before the last has died away.
    spacing = frames / (count - 1 + overlap)
    speeds = [0.0] * frames
    for k in range(count):
        inner = 0 < k < count - 1
        start = spacing * (k + (0.3 * rng.random() - 0.15 if inner else 0.0))
        size = (0.8 + 0.4 * rng.random()) * (0.8 if k == count - 1 > 0 else 1.0)
        for i in range(frames):
            u = (i + 0.5 - start) / (spacing * overlap)
            if 0.0 < u < 1.0:
                speeds[i] += size * pulse_at(u)
    return speeds
