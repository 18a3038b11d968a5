"""What a scene's motion looks like before it is recorded; opens no page."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.campaign import Scroll
from app.campaigns.motion_picture import MOST_POINTS, motion_picture
from app.campaigns.thin_line import thin_line
from app.hme.geometry import PageGeometry
from app.hme.persona import PERSONAS
from app.hme.plan import derive_seed, plan_motion
from tests.hme.pages import pages, usual_page

VIEWPORT = (1920, 1080)
OFF_PERCENT = 1.0  # by which the drawn line may differ from the plan, of the page's height


@given(
    persona=st.sampled_from(sorted(PERSONAS)),
    depth=st.sampled_from(["none", "middle", "end", "#pricing", "Pricing"]),
    duration_s=st.floats(1, 300),
)
@settings(max_examples=40, deadline=None)
def test_every_scroll_gives_a_picture_within_its_frame(
    persona: str, depth: str, duration_s: float
) -> None:
    scroll = Scroll.model_validate({"persona": persona, "depth": depth})
    picture = motion_picture(scroll, duration_s, viewport=VIEWPORT)
    xs, ys = zip(*picture.points, strict=True)
    assert 2 <= len(xs) <= MOST_POINTS
    assert (xs[0], ys[0], xs[-1]) == (0, 0, 100)
    assert list(xs) == sorted(set(xs))
    assert min(ys) >= 0
    assert max(ys) <= 80  # the viewport is a fifth of the typical page
    assert all(0 <= band.x <= band.x + band.width <= 100.01 for band in picture.pauses)
    assert all(0 <= mark.y <= 100 for mark in picture.marks)


def has_a_videos_viewport(page: PageGeometry) -> bool:
    return page.viewport_height_px >= 128  # the least Output.height


@given(page=pages().filter(has_a_videos_viewport), duration_s=st.floats(1, 60))
@settings(max_examples=40, deadline=None)
def test_any_page_can_be_drawn(page: PageGeometry, duration_s: float) -> None:
    picture = motion_picture(Scroll(), duration_s, viewport=VIEWPORT, geometry=page, url="u")
    assert all(0 <= y <= 100 for _, y in picture.points)
    assert len(picture.points) <= MOST_POINTS


def test_the_line_follows_the_very_plan_of_a_render() -> None:
    page, url, frames = usual_page(), "https://example.com/", 900
    seed = derive_seed(url, str(frames), json.dumps(page.to_json(), sort_keys=True))
    plan = plan_motion(page, frames=frames, fps=60, seed=seed, persona="brisk", depth_px=1460)
    scroll = Scroll(persona="brisk", depth="middle")
    picture = motion_picture(scroll, 15, viewport=VIEWPORT, geometry=page, url=url, fps=60)
    for i, y_px in enumerate(plan.scroll_px):
        drawn = _height_at(picture.points, 100 * i / (frames - 1))
        assert drawn == pytest.approx(100 * y_px / page.height_px, abs=OFF_PERCENT)
    assert picture.note == ""
    assert [band.heading for band in picture.pauses] == [
        phase.heading for phase in plan.phases if phase.kind == "pause"
    ]


def _height_at(points: tuple[tuple[float, float], ...], x: float) -> float:
    (x0, y0), (x1, y1) = next((a, b) for a, b in pairwise(points) if a[0] <= x <= b[0] + 1e-9)
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def test_the_same_scene_is_drawn_the_same_twice() -> None:
    first, second = (motion_picture(Scroll(), 15, viewport=VIEWPORT) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("depth", "duration_s", "said"),
    [
        ("none", 12.5, "Stays at the top for 12.5 s."),
        ("end", 15, "Scrolls 4.0 screens to the end in 15 s, with "),
        ("Pricing", 15, "Scrolls 2.8 screens to “Pricing” in 15 s, with "),
        ("end", 1, "Too short for the whole way to the end: in 1 s it gets "),
    ],
)
def test_the_picture_says_what_it_shows(depth: str, duration_s: float, said: str) -> None:
    picture = motion_picture(Scroll(depth=depth), duration_s, viewport=VIEWPORT)
    assert picture.said.startswith(said)
    assert picture.note == "Drawn on a typical page."


def test_a_heading_that_is_not_on_the_page_is_said() -> None:
    picture = motion_picture(
        Scroll(depth="Careers"), 15, viewport=VIEWPORT, geometry=usual_page(), url="u"
    )
    assert picture.note == "The page has no heading “Careers”. Name one that is there."


def test_a_selector_waits_for_its_page() -> None:
    picture = motion_picture(
        Scroll(depth="#cta"), 15, viewport=VIEWPORT, geometry=usual_page(), url="u"
    )
    assert picture.note == "Where #cta lies is known once the page is opened."


def test_labels_never_stand_on_each_other() -> None:
    picture = motion_picture(Scroll(), 15, viewport=VIEWPORT, geometry=usual_page(4000), url="u")
    labelled = [mark.y for mark in picture.marks if mark.label]
    assert len(labelled) >= 3
    assert all(b - a >= 16 for a, b in pairwise(labelled))


def test_a_thin_line_keeps_its_ends_and_its_corners() -> None:
    stairs = [(float(i), float(10 * (i // 100))) for i in range(1000)]
    thin = thin_line(stairs, most=30)
    assert (thin[0], thin[-1]) == (stairs[0], stairs[-1])
    assert len(thin) == 20
    assert len(thin_line(stairs, most=8)) <= 8
