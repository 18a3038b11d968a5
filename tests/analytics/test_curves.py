"""Seconds become curves and strips, by properties over many of them."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from app.analytics.curves import LEVELS, curve, level, retention, scene_shares, strip
from app.analytics.scene_times import SceneTime, scene_times

NEAR = 0.02
SCENES = [SceneTime("profile", 0, 4), SceneTime("site", 4, 10)]
seconds = st.lists(st.integers(0, 5000), min_size=1, max_size=400)


def _points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.e-]+),([\d.e-]+)", path)]


@given(seconds, st.integers(0, 4000))
def test_a_share_of_the_plays_is_never_more_than_all(counts: list[int], plays: int) -> None:
    shares = retention(counts, plays)
    assert len(shares) == len(counts)
    assert all(0 <= each <= 1 for each in shares)


@given(seconds, st.floats(0.2, 500))
def test_a_curve_goes_from_left_to_right_within_its_box(counts: list[int], length: float) -> None:
    drawn = curve(retention(counts, max(counts)), SCENES, length)
    assert drawn is not None
    points = _points(drawn.line)
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in points)
    assert all(b[0] >= a[0] - NEAR for a, b in itertools.pairwise(points))
    # The area is the curve with the ground under it: it begins and ends at zero.
    assert _points(drawn.area)[0][1] == _points(drawn.area)[-1][1] == 100
    assert all(0 <= mark.left <= 100 and mark.left + mark.width <= 100.1 for mark in drawn.scenes)


@given(seconds)
def test_a_strip_covers_every_second_once_in_its_order(counts: list[int]) -> None:
    drawn = strip(counts, SCENES, len(counts))
    assert drawn is not None
    at = 0.0
    for run in drawn.runs:
        assert abs(run.left - at) <= NEAR
        at = run.left + run.width
        assert 0 <= run.level <= LEVELS
    assert abs(at - 100) <= NEAR


@given(st.integers(0, 500), st.integers(0, 500))
def test_more_is_never_lighter_and_only_nothing_is_empty(one: int, other: int) -> None:
    most = max(one, other)
    less, more = sorted((level(one, most), level(other, most)), key=int)
    assert (level(min(one, other), most), level(most, most)) == (less, more)
    assert (level(one, most) == 0) == (one == 0)


def test_what_was_never_played_draws_nothing() -> None:
    assert curve([], SCENES, 10) is None
    assert strip([], SCENES, 10) is None
    assert curve([1.0], SCENES, 0) is None


def test_the_curve_says_what_each_scene_kept() -> None:
    shares = retention([10, 10, 8, 8, 6, 4, 4, 4, 4, 2], 10)
    profile, site = scene_shares(shares, SCENES)
    assert (profile.began, profile.stayed, round(profile.average, 3)) == (1.0, 0.8, 0.9)
    assert (site.began, site.stayed, round(site.average, 3)) == (0.6, 0.2, 0.4)
    assert round(site.lost, 3) == 0.4


def test_a_strip_tells_each_run_in_words() -> None:
    drawn = strip([0, 0, 1, 1, 2, 3], [], 6)
    assert drawn is not None
    assert [run.said for run in drawn.runs] == [
        "0:00–0:02: not watched",
        "0:02–0:04: watched once",
        "0:04–0:05: watched twice",
        "0:05–0:06: watched 3 times",
    ]


def test_the_engines_frames_say_when_scenes_change_and_what_was_frozen_stands_in() -> None:
    report = {
        "scenes": [{"id": "profile", "frames": 240}, {"id": "site", "frames": 360}],
        "measurements": {"fps": 60.0},
    }
    lengths = [{"id": "profile", "duration_s": 5}, {"id": "site", "duration_s": 7.5}]
    frozen = {"spec": {"scenes": lengths}}
    assert scene_times(report, frozen) == SCENES
    assert scene_times({}, frozen) == [SceneTime("profile", 0, 5), SceneTime("site", 5, 12.5)]
    assert scene_times({}, {}) == []
