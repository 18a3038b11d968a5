"""How long somebody rests at a place, and why; knows headings, but neither strokes nor frames."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from app.hme.geometry import Heading, PageGeometry
from app.hme.persona import Persona

HEADING_S = (0.9, 1.8)  # the range for reading a heading
WORD_S = 0.11  # skim reading is 450-550 words a minute (after Carver 1990); a word is 6 characters
SHORTEST_S = 0.18  # under this a rest reads as a hitch in the scrolling, not as a rest
START_S, END_S = 0.12, 0.15  # the least rest at both ends, when time is very short
UPPER_THIRD = 1 / 3
SMALLEST_HEADING_PX = 8  # headings for screen readers only are 1 px high


@dataclass(frozen=True, slots=True)
class Stop:
    """A rest of the page at one offset; `heading` is what is read there."""

    y_px: int
    heading: Heading | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest wished for at a stop, in seconds. `reading_s` is 0 where no heading is read."""

    least_s: float
    wish_s: float
    reading_s: float
    patience: float  # share of time left over, against the other rests


def readable_headings(geometry: PageGeometry) -> list[Heading]:
    """The headings a viewer can see, from top to bottom."""
    seen = (
        heading
        for heading in geometry.headings
        if 0 <= heading.top_px < geometry.height_px and heading.height_px >= SMALLEST_HEADING_PX
    )
    return sorted(seen, key=lambda heading: (heading.top_px, heading.level, heading.text))


def find_heading(
    headings: list[Heading], y_px: float, viewport_px: int, *, whole_screen: bool
) -> Heading | None:
    """The weightiest heading in the upper third at this offset, or in the upper two thirds.

    The wider zone is for the two ends of a scene, where nobody can scroll a heading into place.
    """
    zone_px = viewport_px * (2 if whole_screen else 1) * UPPER_THIRD
    near = [heading for heading in headings if 0 <= heading.top_px - y_px <= zone_px]
    return min(near, key=lambda heading: (heading.level, heading.top_px), default=None)


def reading_s(heading: Heading, persona: Persona) -> float:
    """Seconds to read a heading, within HEADING_S; longer for longer text."""
    words = len(heading.text) / 6
    low, high = HEADING_S
    return min(high, max(low, (0.8 + WORD_S * words) * persona.reading))


def rest_at(stops: list[Stop], index: int, persona: Persona, rng: Random) -> Rest:
    """What the person wishes for at this stop: reading a heading, looking round, or a breath.

    Dwell times are skewed, many short and few long ones, as log-normal ones are.
    """
    first, last = index == 0, index == len(stops) - 1
    least_s = START_S if first else END_S if last else SHORTEST_S
    skew = rng.random() * rng.random()
    heading = stops[index].heading
    if heading is not None:
        read_s = reading_s(heading, persona)
        return Rest(least_s, read_s + 0.4 * skew, read_s, 1.5)
    if first or last:
        return Rest(least_s, 0.6 + 0.6 * skew, 0.0, 1.2)
    if stops[index].y_px < stops[index - 1].y_px:
        return Rest(least_s, 0.45 + 0.5 * skew, 0.0, 0.7)
    return Rest(least_s, persona.dwell_s * (0.6 + 1.6 * skew), 0.0, 0.6 + skew)
