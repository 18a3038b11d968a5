"""Where a person stops on the way down a page; knows headings and distances, but no time."""

from __future__ import annotations

from math import ceil
from random import Random

from app.hme.geometry import Heading, PageGeometry
from app.hme.pauses import Stop, find_heading, readable_headings

STRIDE_VH = (
    0.4,
    0.9,
)  # a stroke in viewport heights: enough to see new text, never past unread text
PEEK_VH = (0.08, 0.2)  # a look back
RETURN_VH = (0.25, 0.7)  # a trip back to read something again
LEAD_VH = (0.12, 0.26)  # how far under the viewport's top a heading comes to rest
# A scene may stop short of the nicest place: by how much of a stride each kind of place is worse.
ANCHOR_COST = {1: 0.0, 2: 0.05, 3: 0.2}
SECTION_COST = 0.4


def fewest_legs(distance_px: int, viewport_px: int) -> int:
    """How many strokes of the longest usual stride the distance takes."""
    return max(1, ceil(distance_px / (STRIDE_VH[1] * viewport_px)))


def most_legs(distance_px: int, viewport_px: int) -> int:
    """How many strokes of the shortest usual stride the distance takes."""
    return max(1, int(distance_px / (STRIDE_VH[0] * viewport_px)))


def choose_stops(geometry: PageGeometry, depth_px: int, legs: int, rng: Random) -> list[Stop]:
    """Stops from 0 to `depth_px`, strictly going down, in about as many legs as asked.

    Each lies where a heading comes to rest in the upper third if one is in reach, else where a
    section begins, else anywhere. Strides stay within STRIDE_VH unless there are too few legs for
    the distance; then they are flings of about equal length.
    """
    viewport_px = geometry.viewport_height_px
    headings = readable_headings(geometry)
    anchors = _anchors(geometry, headings, rng)
    stride = depth_px / legs
    low, high = 0.65 * stride, 1.4 * stride
    if legs >= fewest_legs(depth_px, viewport_px):
        shortest, longest = (part * viewport_px for part in STRIDE_VH)
        low = min(max(shortest, low), longest / 2)
        high = min(longest, high)
    y, places = 0, [0]
    while depth_px - y > max(high, 2 * low):
        reach = min(high, depth_px - y - low)
        y = _next_place(y, (low, reach), stride, anchors, rng)
        places.append(y)
    if depth_px > places[-1]:
        places.append(depth_px)
    return _read(places, headings, viewport_px)


def add_peeks(stops: list[Stop], viewport_px: int, chance: float, rng: Random) -> list[Stop]:
    """The same stops with some short looks back, each followed by the stroke on.

    None where the stroke on would get longer than the longest stride.
    """
    result = []
    for index, stop in enumerate(stops):
        result.append(stop)
        if not 0 < index < len(stops) - 1 or rng.random() >= chance:
            continue
        spare_px = STRIDE_VH[1] * viewport_px - (stops[index + 1].y_px - stop.y_px)
        back_px = min(_between(PEEK_VH, rng) * viewport_px, spare_px)
        if back_px >= max(8, 0.75 * PEEK_VH[0] * viewport_px) and back_px <= stop.y_px:
            result.append(Stop(stop.y_px - int(back_px)))
    return result


def add_returns(stops: list[Stop], count: int, viewport_px: int, rng: Random) -> list[Stop]:
    """The same stops with some trips back up and down again, for a scene longer than its page."""
    trips = [1 + int(rng.random() * (len(stops) - 1)) for _ in range(count)]
    result = []
    for index, stop in enumerate(stops):
        result.append(stop)
        for _ in range(trips.count(index)):
            back_px = min(stop.y_px, int(_between(RETURN_VH, rng) * viewport_px))
            result += [Stop(stop.y_px - back_px), Stop(stop.y_px)]
    return result


def _anchors(
    geometry: PageGeometry, headings: list[Heading], rng: Random
) -> list[tuple[float, float]]:
    # (offset that shows the place well, cost) for everything worth stopping at.
    viewport_px = geometry.viewport_height_px
    titled = [
        (heading.top_px - _between(LEAD_VH, rng) * viewport_px, ANCHOR_COST.get(heading.level, 0.3))
        for heading in headings
    ]
    return titled + [
        (section.top_px - 0.04 * viewport_px, SECTION_COST) for section in geometry.sections
    ]


def _next_place(
    y: int,
    window: tuple[float, float],
    stride: float,
    anchors: list[tuple[float, float]],
    rng: Random,
) -> int:
    low, high = window
    reachable = [
        (abs(place - y - stride) / stride + cost, place)
        for place, cost in anchors
        if low <= place - y <= high
    ]
    if reachable:
        # In a viewport of a few pixels the place may lie within the pixel one is at.
        return max(y + 1, int(min(reachable)[1]))
    free = min(high, max(low, stride * (0.8 + 0.4 * rng.random())))
    return y + max(1, int(free))


def _read(places: list[int], headings: list[Heading], viewport_px: int) -> list[Stop]:
    # Nobody stops to read the same heading twice.
    unread, stops = list(headings), []
    for index, y in enumerate(places):
        ends = index in (0, len(places) - 1)
        heading = find_heading(unread, y, viewport_px, whole_screen=ends)
        if heading is not None:
            unread.remove(heading)
        stops.append(Stop(y, heading))
    return stops


def _between(limits: tuple[float, float], rng: Random) -> float:
    return limits[0] + (limits[1] - limits[0]) * rng.random()
