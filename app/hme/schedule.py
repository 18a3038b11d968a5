"""Shares the frames of a scene out among strokes and rests; knows lengths, but no page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from app.hme.arithmetic import apportion, total
from app.hme.pauses import HEADING_S, Rest, Stop, rest_at
from app.hme.persona import Persona
from app.hme.strokes import SPEED_PX_S, least_frames

START_STROKE_S = 0.2  # what a stroke costs however short it is: reaching, starting, stopping
LAST_STROKE = 1.25  # the last stroke takes longer, as aimed movements do
HURRIED_SHARE = 0.72
SLOWEST_PX_S = 150  # on small viewports, a persona's slow speed would be a crawl


@dataclass(frozen=True, slots=True)
class Timetable:
    """Frames of each rest (one per stop) and of each stroke (one per pair of stops)."""

    rests: list[int]
    strokes: list[int]


def moving_s(distance_px: float, duration_s: float, persona: Persona, viewport_px: int) -> float:
    """Seconds of scrolling the person would like: a share of the scene, within usual speeds.

    A long way in a short scene takes HURRIED_SHARE of it; beyond the top speed there is only more.
    """
    slow_px_s = max(SLOWEST_PX_S, persona.slow_vh_s * viewport_px)
    fast_px_s = max(2 * SLOWEST_PX_S, persona.fast_vh_s * viewport_px)
    liked_s = min(persona.moving_share * duration_s, distance_px / slow_px_s)
    hurried_s = min(distance_px / fast_px_s, HURRIED_SHARE * duration_s)
    return max(liked_s, hurried_s, min(1.25 * distance_px / SPEED_PX_S, 0.95 * duration_s))


def find_timetable(
    stops: list[Stop], frames: int, *, fps: int, persona: Persona, viewport_px: int, rng: Random
) -> Timetable | None:
    """A timetable of exactly `frames` frames, or None if there is no time for so many stops."""
    legs_px = [abs(b.y_px - a.y_px) for a, b in pairwise(stops)]
    rests = [rest_at(stops, index, persona, rng) for index in range(len(stops))]
    least = [least_frames(leg_px, fps) for leg_px in legs_px]
    shortest = [round_up(rest.least_s * fps) for rest in rests]
    if sum(least) + sum(shortest) > frames:
        return None
    wished_s = moving_s(total(map(float, legs_px)), frames / fps, persona, viewport_px)
    strokes = _wished_strokes(legs_px, least, wished_s, fps, rng)
    spare = frames - sum(shortest) - sum(least)
    over = sum(strokes) - sum(least) - spare
    if over > 0:
        wants = [float(wish - few) for wish, few in zip(strokes, least, strict=True)]
        strokes = [few + more for few, more in zip(least, apportion(spare, wants), strict=True)]
    return Timetable(_share_rests(rests, shortest, frames - sum(strokes), fps), strokes)


def round_up(frames: float) -> int:
    """A rest of at least two frames: one alone has no frame that equals the one before it."""
    return max(2, -int(-frames // 1))


def _wished_strokes(
    legs_px: list[int], least: list[int], wished_s: float, fps: int, rng: Random
) -> list[int]:
    fixed_s = [START_STROKE_S * (0.8 + 0.4 * rng.random()) for _ in legs_px]
    uneven = [leg_px * (0.85 + 0.3 * rng.random()) for leg_px in legs_px]
    if uneven:
        uneven[-1] *= LAST_STROKE
    free_s = max(0.4 * wished_s, wished_s - total(fixed_s))
    whole = total(uneven) or 1.0
    return [
        max(few, int((start_s + free_s * part / whole) * fps))
        for few, start_s, part in zip(least, fixed_s, uneven, strict=True)
    ]


def _share_rests(rests: list[Rest], shortest: list[int], frames: int, fps: int) -> list[int]:
    # First the least for all, then whole readings while there is time for them (the weightiest
    # rests have the longest readings), then every wish in proportion, then what is left over.
    given = list(shortest)
    reading = round_up(HEADING_S[0] * fps)
    for index in sorted(range(len(rests)), key=lambda i: (-rests[i].reading_s, i)):
        if rests[index].reading_s and sum(given) - given[index] + reading <= frames:
            given[index] = max(given[index], reading)
    spare = frames - sum(given)
    wants = [max(0.0, rest.wish_s * fps - few) for rest, few in zip(rests, given, strict=True)]
    wishes = apportion(min(spare, int(total(wants))), wants)
    given = [few + more for few, more in zip(given, wishes, strict=True)]
    extra = apportion(frames - sum(given), [rest.patience for rest in rests])
    return [few + more for few, more in zip(given, extra, strict=True)]
