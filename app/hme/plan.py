"""Plans how a scene scrolls: geometry, frames and a seed in, one offset and cursor per frame out.

Knows no browser, no clock and no global chance: the same input gives the same plan in every process
and on every machine. For that it draws from random.Random.random() alone (the one sequence Python
promises to keep) and uses only arithmetic that IEEE 754 fixes to the bit (see `arithmetic`).
"""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from math import isfinite
from random import Random

from app.hme.cursor import cursor_path
from app.hme.depth import DepthNotFound, resolve_depth
from app.hme.geometry import PageGeometry
from app.hme.journey import find_journey
from app.hme.motion import MotionPlan, Phase, PhaseKind
from app.hme.pauses import HEADING_S, Stop, reading_s
from app.hme.persona import Persona, UnknownPersona, get_persona
from app.hme.sample import whole_steps
from app.hme.schedule import Timetable
from app.hme.strokes import stroke_steps

__all__ = [
    "DepthNotFound",
    "MotionPlan",
    "Phase",
    "UnknownPersona",
    "derive_seed",
    "plan_motion",
    "resolve_depth",
]


def derive_seed(*parts: str) -> int:
    """A seed from texts (address, duration, geometry…), the same on every machine.

    53 bits, so that JSON readers everywhere keep it exact. ("ab", "c") and ("a", "bc") differ.
    """
    digest = sha256("".join(f"{len(part)}:{part}" for part in parts).encode())
    return int.from_bytes(digest.digest()[:8], "big") >> 11


def plan_motion(
    geometry: PageGeometry,
    *,
    frames: int,
    fps: int,
    seed: int,
    persona: str = "calm",
    depth_px: float | None = None,
) -> MotionPlan:
    """A plan of exactly `frames` frames from 0 to `depth_px` (None: stays at 0), kept on the page.

    Starts and ends at rest; within `strokes.SPEED_PX_S` and `strokes.ACCEL_PX_S2`, give or take
    what rounding to whole pixels adds (1 px to a step, less than 2 px to a change of step). Where
    the time cannot take it to the depth within these limits it goes as far as they allow
    (`reached_px` < `wanted_px`); scenes under `journey.SHORTEST_SCENE_S` stay at rest.

    Raises UnknownPersona, and ValueError for less than one frame, an fps outside 10-240, or a
    depth that is no finite number.
    """
    if frames < 1 or not 10 <= fps <= 240:
        raise ValueError(f"a plan needs at least 1 frame and 10-240 fps, got {frames} at {fps} fps")
    person = get_persona(persona)
    wanted_px = _on_page(geometry, depth_px)
    rng = Random(seed)  # noqa: S311 - a repeatable choice, not a secret
    stops, timetable = find_journey(geometry, wanted_px, frames, fps=fps, persona=person, rng=rng)
    wheel = rng.random() < person.wheel_chance
    scroll_px = _scroll(stops, timetable, fps, rng, wheel=wheel)
    phases = _phases(scroll_px, stops, fps, person)
    # The hand has chances of its own: a change to the cursor must not move a page.
    hand = Random(derive_seed("cursor", str(seed)))  # noqa: S311
    return MotionPlan(
        frames=frames,
        fps=fps,
        persona=persona,
        seed=seed,
        scroll_px=tuple(scroll_px),
        cursor_px=cursor_path(geometry, phases, fps, hand),
        phases=tuple(phases),
        wanted_px=wanted_px,
    )


def _on_page(geometry: PageGeometry, depth_px: float | None) -> int:
    if depth_px is None:
        return 0
    if not isfinite(depth_px):
        raise ValueError(f"a depth is a finite number of pixels, got {depth_px}")
    return min(geometry.max_scroll_px, max(0, int(depth_px + 0.5)))


def _scroll(
    stops: list[Stop], timetable: Timetable, fps: int, rng: Random, *, wheel: bool
) -> list[int]:
    y, path = 0, [0] * timetable.rests[0]
    for index, frames in enumerate(timetable.strokes):
        way_px = stops[index + 1].y_px - stops[index].y_px
        final = index == len(timetable.strokes) - 1
        steps = stroke_steps(abs(way_px), frames, fps, rng, wheel=wheel, final=final)
        for step in whole_steps(steps, abs(way_px)):
            y += step if way_px > 0 else -step
            path.append(y)
        path += [y] * timetable.rests[index + 1]
    return path


def _phases(scroll_px: list[int], stops: list[Stop], fps: int, person: Persona) -> list[Phase]:
    # Read off the finished path, so that a phase can never say anything else than the frames do.
    phases: list[Phase] = []
    for index, (first, end) in enumerate(pairwise([0, *_turns(scroll_px), len(scroll_px)])):
        y_from, y_to = scroll_px[max(0, first - 1)], scroll_px[end - 1]
        if index % 2:
            kind: PhaseKind = "stroke" if y_to > y_from else "peek"
            phases.append(Phase(kind, first, end, y_from, y_to))
            continue
        heading = stops[index // 2].heading
        read = min(end - first, int(reading_s(heading, person) * fps)) if heading else 0
        if read < HEADING_S[0] * fps:
            heading, read = None, end - first
        phases.append(
            Phase("pause", first, first + read, y_to, y_to, heading.text if heading else None)
        )
        if first + read < end:
            phases.append(Phase("pause", first + read, end, y_to, y_to))
    return phases


def _turns(scroll_px: list[int]) -> list[int]:
    # The frames at which rest turns into movement and back. Two strokes never touch: a rest has
    # at least two frames.
    moving = [False, *(a != b for a, b in pairwise(scroll_px))]
    return [i for i in range(1, len(moving)) if moving[i] != moving[i - 1]]
