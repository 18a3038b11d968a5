"""That a plan looks like a person: where it pauses, how far it strokes, how much of it moves."""

from __future__ import annotations

import pytest

from app.hme.motion import MotionPlan
from app.hme.persona import PERSONAS
from app.hme.plan import plan_motion
from tests.hme.pages import usual_page

SEEDS = range(60)
MOVING = (0.40, 0.68)  # of a 15 s scene on a 4,000 px page, any persona, any seed
MEAN_MOVING = (0.45, 0.65)
STRIDE_VH = (0.39, 0.91)


def plans(duration_s: float = 15, height_px: int = 4000, persona: str = "calm") -> list[MotionPlan]:
    page = usual_page(height_px)
    frames = round(duration_s * 60)
    return [
        plan_motion(page, frames=frames, fps=60, seed=seed, persona=persona, depth_px=9e9)
        for seed in SEEDS
    ]


def moving_share(plan: MotionPlan) -> float:
    return sum(plan.moving(i) for i in range(plan.frames)) / plan.frames


@pytest.mark.parametrize("persona", sorted(PERSONAS))
def test_a_usual_scene_moves_about_half_of_the_time(persona: str) -> None:
    shares = [moving_share(plan) for plan in plans(persona=persona)]
    assert MOVING[0] <= min(shares) <= max(shares) <= MOVING[1]
    assert MEAN_MOVING[0] <= sum(shares) / len(shares) <= MEAN_MOVING[1]


@pytest.mark.parametrize("persona", sorted(PERSONAS))
def test_strokes_are_part_of_a_viewport(persona: str) -> None:
    for plan in plans(persona=persona) + plans(30, 8000, persona):
        ways = [(p.y_to - p.y_from) / 1080 for p in plan.phases if p.kind == "stroke"]
        assert min(ways) >= STRIDE_VH[0]
        assert max(ways) <= STRIDE_VH[1]


def test_a_heading_is_read_in_the_upper_third() -> None:
    tops = {heading.text: heading.top_px for heading in usual_page().headings}
    seen = set()
    for plan in plans():
        for phase in plan.phases:
            if phase.heading is None:
                continue
            under_top_px = tops[phase.heading] - phase.y_to
            # At both ends of a scene a page cannot be scrolled further to put it there.
            at_an_end = phase.y_to in (0, plan.reached_px)
            assert 0 <= under_top_px <= (720 if at_an_end else 360)
            seen.add(phase.heading)
    assert seen == set(tops)


def test_longer_headings_are_read_longer() -> None:
    longest, shortest = "A long heading about", "Features"
    read: dict[str, list[int]] = {longest: [], shortest: []}
    for plan in plans():
        for phase in plan.phases:
            for start, frames in read.items():
                if phase.heading and phase.heading.startswith(start):
                    frames.append(phase.frames)
    assert min(read[longest]) > max(read[shortest])


def test_some_plans_look_back_a_little_and_most_do_not() -> None:
    backs = [[p for p in plan.phases if p.kind == "peek"] for plan in plans()]
    assert 0.1 < sum(map(bool, backs)) / len(backs) < 0.7
    assert all(20 < p.y_from - p.y_to < 0.25 * 1080 for peeks in backs for p in peeks)


def test_little_time_means_fewer_pauses_and_plenty_means_more() -> None:
    counts = [
        sum(p.kind == "pause" for plan in plans(duration_s) for p in plan.phases)
        for duration_s in (2, 5, 15, 45)
    ]
    assert counts == sorted(counts)
    assert counts[0] < counts[1] < counts[2] < counts[3]


def test_no_rest_outlasts_a_viewers_patience() -> None:
    for plan in plans(60, 3000):
        assert max(p.frames for p in plan.phases if p.kind == "pause") < 6 * 60


def test_a_long_way_in_a_short_time_is_flung_not_swept() -> None:
    for plan in plans(8, 12_000):
        assert plan.reached_px == plan.wanted_px
        assert sum(p.kind == "stroke" for p in plan.phases) >= 4


def test_the_last_stroke_eases_in() -> None:
    for plan in plans():
        last = [p for p in plan.phases if p.kind == "stroke"][-1]
        steps = [
            plan.scroll_px[i] - plan.scroll_px[i - 1]
            for i in range(last.first_frame, last.end_frame)
        ]
        peak = steps.index(max(steps))
        assert peak < 0.55 * len(steps)
        assert max(steps[-6:]) <= 0.25 * max(steps)


def test_the_cursor_goes_to_the_heading_being_read() -> None:
    page = usual_page()
    tops = {heading.text: heading.top_px + heading.height_px for heading in page.headings}
    near = 0
    read = [(plan, phase) for plan in plans() for phase in plan.phases if phase.heading]
    for plan, phase in read:
        x, y = plan.cursor_px[phase.end_frame - 1]
        line_px = min(1080 - 25, tops[phase.heading or ""] - phase.y_to)
        near += -2 <= y - line_px < 60 and x < 960
    assert near > 0.9 * len(read)


def test_cursor_moves_are_smooth() -> None:
    for plan in plans():
        xs = [x for x, _ in plan.cursor_px]
        jolts = [abs(c - 2 * b + a) for a, b, c in zip(xs, xs[1:], xs[2:], strict=False)]
        assert max(jolts) <= 12  # a minimum-jerk move of 1,000 px in 0.75 s peaks at 3 px/frame²
