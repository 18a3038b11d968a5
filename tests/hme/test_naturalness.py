"""The measure tells this engine's plans from every simple machine scroll."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi
from random import Random

import pytest

from app.hme.naturalness import UNDECIDED, naturalness
from app.hme.persona import PERSONAS
from app.hme.plan import plan_motion
from tests.hme.pages import usual_page

FRAMES, DEPTH_PX = 900, 2920
LIKE_A_HAND, LIKE_A_MACHINE = 0.6, 0.3
CHANCE = Random(11)


def eased(u: float) -> float:
    return (1 - cos(pi * min(1.0, max(0.0, u)))) / 2


def jittered() -> list[int]:
    y, path = 0.0, []
    for _ in range(FRAMES):
        y += max(0.0, CHANCE.gauss(3.3, 2))
        path.append(round(y))
    return path


def uneven_jumps() -> list[int]:
    y, path = 0, list[int]()
    while len(path) < FRAMES:
        path += [y] * CHANCE.randint(20, 80)
        y += CHANCE.randint(80, 300)
    return path[:FRAMES]


MACHINES: dict[str, Callable[[], list[int]]] = {
    "linear": lambda: [round(DEPTH_PX * i / FRAMES) for i in range(FRAMES)],
    "linear between rests": lambda: [
        round(DEPTH_PX * min(1, max(0, (i - 90) / 700))) for i in range(FRAMES)
    ],
    "one eased sweep": lambda: [round(DEPTH_PX * eased(i / FRAMES)) for i in range(FRAMES)],
    "jumps": lambda: [i // 60 * 200 for i in range(FRAMES)],
    "uneven jumps": uneven_jumps,
    "eased steps by a timer": lambda: [
        round(200 * (i // 60 + eased(i % 60 / 30))) for i in range(FRAMES)
    ],
    "linear with noise": jittered,
}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_is_found_out(machine: str) -> None:
    assert naturalness(MACHINES[machine](), 60) < LIKE_A_MACHINE


@pytest.mark.parametrize("persona", sorted(PERSONAS))
@pytest.mark.parametrize("fps", [30, 60])
def test_our_plans_pass_for_a_hand(persona: str, fps: int) -> None:
    for duration_s, height_px in ((6, 4000), (15, 4000), (15, 9000), (40, 2500)):
        for seed in range(12):
            plan = plan_motion(
                usual_page(height_px),
                frames=duration_s * fps,
                fps=fps,
                seed=seed,
                persona=persona,
                depth_px=9e9,
            )
            assert naturalness(plan.scroll_px, fps) > LIKE_A_HAND


def test_a_page_that_never_moves_is_not_judged() -> None:
    assert naturalness([0] * 60, 60) == UNDECIDED
    assert naturalness([7], 60) == UNDECIDED
    assert naturalness([], 60) == UNDECIDED
