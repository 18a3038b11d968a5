"""What is true of every plan, over any page, duration, persona and seed."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.hme.geometry import PageGeometry
from app.hme.motion import MotionPlan
from app.hme.persona import PERSONAS
from app.hme.plan import plan_motion
from app.hme.strokes import farthest_px, least_frames
from tests.hme.pages import pages, personas, usual_page

STEP_PX = {60: 40, 30: 80}
# Continuous limits of 4 and 16 px/frame² (14,400 px/s²); rounding adds less than 2.
JOLT_PX = {60: 5, 30: 17}
ENDS_S = 0.35  # the rests at both ends never take more of a scene that is short of time


def steps_of(plan: MotionPlan) -> list[int]:
    return [b - a for a, b in pairwise(plan.scroll_px)]


def jolts_of(scroll_px: tuple[int, ...]) -> list[int]:
    steps = [b - a for a, b in pairwise(scroll_px)]
    return [abs(b - a) for a, b in pairwise(steps)]


def check(plan: MotionPlan, page: PageGeometry, frames: int) -> None:
    """Every promise of a plan that can be read off its numbers."""
    path, steps = plan.scroll_px, steps_of(plan)
    assert len(path) == len(plan.cursor_px) == plan.frames == frames
    assert path[0] == 0
    assert path[-1] == plan.reached_px <= plan.wanted_px <= page.max_scroll_px
    assert not plan.moving(0)
    assert steps[:1] in ([], [0])
    assert steps[-1:] in ([], [0])
    assert 0 <= min(path) <= max(path) <= page.max_scroll_px
    assert max(map(abs, steps), default=0) <= STEP_PX[plan.fps]
    assert max(jolts_of(path), default=0) <= JOLT_PX[plan.fps]
    assert all(
        0 <= x < page.width_px and 0 <= y < page.viewport_height_px for x, y in plan.cursor_px
    )
    check_phases(plan)


def check_phases(plan: MotionPlan) -> None:
    """Phases tile the frames; every frame of a stroke moves, so none repeats at cruise."""
    edge, y = 0, 0
    for phase in plan.phases:
        frames = range(phase.first_frame, phase.end_frame)
        assert phase.first_frame == edge < phase.end_frame
        assert phase.y_from == y
        assert phase.y_to == plan.scroll_px[phase.end_frame - 1]
        assert {plan.moving(i) for i in frames} == {phase.kind != "pause"}
        steps = {plan.scroll_px[i] - plan.scroll_px[i - 1] for i in frames if i}
        assert all(step >= 0 for step in steps) if phase.kind != "peek" else max(steps) < 0
        if phase.kind != "pause":
            assert len({plan.cursor_px[i] for i in (phase.first_frame - 1, *frames)}) == 1
        if phase.heading is not None:
            assert phase.kind == "pause"
            assert 0.9 <= phase.frames / plan.fps <= 1.8
        edge, y = phase.end_frame, phase.y_to
    assert edge == plan.frames


@settings(max_examples=300, deadline=None)
@given(
    page=pages(),
    frames=st.integers(1, 600) | st.integers(1, 3600),
    fps=st.sampled_from([30, 60]),
    seed=st.integers(0, 2**53),
    persona=personas,
    depth_px=st.none() | st.floats(-100, 250_000),
)
def test_every_plan_keeps_every_promise(
    *, page: PageGeometry, frames: int, fps: int, seed: int, persona: str, depth_px: float | None
) -> None:
    plan = plan_motion(page, frames=frames, fps=fps, seed=seed, persona=persona, depth_px=depth_px)
    check(plan, page, frames)


def test_thousands_of_seeds_keep_every_promise() -> None:
    names = sorted(PERSONAS)
    for seed in range(2000):
        page = usual_page(1100 + 37 * (seed % 300))
        fps, frames = (60, 60 + seed % 700) if seed % 2 else (30, 30 + seed % 600)
        plan = plan_motion(
            page, frames=frames, fps=fps, seed=seed, persona=names[seed % 4], depth_px=9e9
        )
        check(plan, page, frames)
        possible_px = farthest_px(frames - int(ENDS_S * fps), fps)
        assert plan.reached_px >= min(plan.wanted_px, possible_px)


def test_a_linear_scroll_would_break_the_bound_on_jolts() -> None:
    linear = tuple(16 * i for i in range(180))
    assert max(jolts_of((0, 0, *linear))) > JOLT_PX[60]


def test_a_plan_that_falls_short_says_so_and_used_all_its_time() -> None:
    plan = plan_motion(usual_page(40_000), frames=600, fps=60, seed=1, depth_px=38_920)
    assert plan.wanted_px == 38_920
    assert 0.9 * 2400 * 10 < plan.reached_px < plan.wanted_px
    assert least_frames(plan.wanted_px, 60) > 600


def test_short_scenes_and_short_pages_rest() -> None:
    for frames in (1, 2, 3, 12, 35):
        assert set(
            plan_motion(usual_page(), frames=frames, fps=60, seed=3, depth_px=99).scroll_px
        ) == {0}
    for height_px in (0, 700, 1080):
        plan = plan_motion(usual_page(height_px), frames=600, fps=60, seed=3, depth_px=500)
        assert set(plan.scroll_px) == {0}
        assert plan.wanted_px == 0


def test_without_a_depth_only_the_cursor_moves() -> None:
    plan = plan_motion(usual_page(), frames=900, fps=60, seed=4)
    assert set(plan.scroll_px) == {0}
    assert len(set(plan.cursor_px)) > 20
