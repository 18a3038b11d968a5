"""Settles how many stops a scene has time for; joins the route (where) to the schedule (when)."""

from __future__ import annotations

from random import Random

from app.hme.geometry import PageGeometry
from app.hme.pauses import END_S, START_S, Stop
from app.hme.persona import Persona
from app.hme.route import add_peeks, add_returns, choose_stops, fewest_legs, most_legs
from app.hme.schedule import Timetable, find_timetable, moving_s, round_up
from app.hme.strokes import farthest_px

SHORTEST_SCENE_S = 0.6  # a scroll needs a moment before, one after and some time between
HURRIED_REST_S = 0.26  # below this mean rest, longer strokes look better than shorter rests
LONG_REST_S = 2.2  # above this mean rest, somebody would have gone back to look again
TRIP_S = 2 * LONG_REST_S + 2.5  # a trip up and down again, with its rests
FEWER_LEGS = (6, 7)  # how much a route is shortened when there is no time for it


def find_journey(
    geometry: PageGeometry,
    wanted_px: int,
    frames: int,
    *,
    fps: int,
    persona: Persona,
    rng: Random,
) -> tuple[list[Stop], Timetable]:
    """Stops from 0 to the depth, or as near to it as the time allows, and their frames.

    As many stops as the person would like; then fewer until there is time for them, down to one
    stroke, which `strokes.farthest_px` says is possible. One stop at 0 if there is nothing to do.
    """
    viewport_px, duration_s = geometry.viewport_height_px, frames / fps
    depth_px = 0
    if duration_s >= SHORTEST_SCENE_S:
        ends = round_up(START_S * fps) + round_up(END_S * fps)
        depth_px = min(wanted_px, farthest_px(frames - ends, fps))
    if depth_px == 0:
        return choose_stops(geometry, 0, 1, rng), Timetable([frames], [])
    resting_s = duration_s - moving_s(depth_px, duration_s, persona, viewport_px)
    legs = _liked_legs(depth_px, viewport_px, resting_s, persona)
    while True:
        stops = choose_stops(geometry, depth_px, legs, rng)
        trips = int((resting_s - (legs + 1) * LONG_REST_S) / TRIP_S)
        if trips > 0:
            stops = add_returns(stops, trips, viewport_px, rng)
        elif legs > 1:
            leisure = resting_s / (legs + 1) > LONG_REST_S / 2
            chance = persona.peek_chance * (1.3 if leisure else 1.0)
            stops = add_peeks(stops, viewport_px, chance, rng)
        timetable = find_timetable(
            stops, frames, fps=fps, persona=persona, viewport_px=viewport_px, rng=rng
        )
        if timetable is not None:
            return stops, timetable
        legs = max(1, legs * FEWER_LEGS[0] // FEWER_LEGS[1])


def _liked_legs(depth_px: int, viewport_px: int, resting_s: float, persona: Persona) -> int:
    fewest, most = fewest_legs(depth_px, viewport_px), most_legs(depth_px, viewport_px)
    liked = int(resting_s / (persona.dwell_s + 0.25)) - 1
    legs = max(fewest, min(most, liked))
    return max(1, min(legs, int(resting_s / HURRIED_REST_S) - 1))
