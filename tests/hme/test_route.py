"""The stops of the way down, also where a viewport is smaller than anybody's."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.hme.geometry import Heading, PageGeometry, Section
from app.hme.route import choose_stops


def test_a_place_within_the_pixel_one_is_at_is_left_behind() -> None:
    page = PageGeometry(10, 2, 20, (), (Section(1.0, 5.0),))
    stops = choose_stops(page, 18, 10, Random(1))
    assert [stop.y_px for stop in stops[:2]] == [0, 1]
    assert stops[-1].y_px == 18


@given(
    viewport_px=st.integers(1, 4),
    depth_px=st.integers(0, 40),
    tops_px=st.lists(st.floats(0, 44), max_size=30),
    legs=st.integers(1, 60),
    seed=st.integers(0, 2**32),
)
def test_the_way_down_a_tiny_viewport_ends_and_never_stands_still(
    *, viewport_px: int, depth_px: int, tops_px: list[float], legs: int, seed: int
) -> None:
    headings = tuple(Heading("A place", 2, top_px, 48) for top_px in tops_px)
    sections = tuple(Section(top_px, 1.0) for top_px in tops_px)
    page = PageGeometry(10, viewport_px, depth_px + viewport_px, headings, sections)
    places = [stop.y_px for stop in choose_stops(page, depth_px, legs, Random(seed))]
    assert (places[0], places[-1]) == (0, depth_px)
    assert all(above < below for above, below in pairwise(places))
