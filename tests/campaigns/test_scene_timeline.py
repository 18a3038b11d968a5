"""Scenes beside the facecam, in numbers and words; knows no browser."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.campaigns.scene_timeline import fit_to_facecam, scene_timeline
from app.fit import TOLERANCE_S, FitRule, ScenesDoNotFit, VideoTooLong, fit_scenes

THREE = (("profile", 15.0), ("company", 15.0), ("product", 15.0))


def test_scenes_stand_one_after_the_other() -> None:
    timeline = scene_timeline(THREE, 36)
    assert [(part.start_s, part.end_s) for part in timeline.parts] == [(0, 15), (15, 30), (30, 45)]
    assert [part.video_s for part in timeline.parts] == [12, 12, 12]
    assert sum(part.width for part in timeline.parts) == pytest.approx(100)
    assert timeline.facecam_width == 80
    assert timeline.difference_s == 9
    assert timeline.can_fit


@pytest.mark.parametrize(
    ("facecam_s", "rule", "said"),
    [
        (38, "scale", "Scenes last 45 s, your facecam 38 s. The scenes will be shortened to fit."),
        (60, "scale", "Scenes last 45 s, your facecam 60 s. The scenes will be lengthened to fit."),
        (
            37.966667,
            "last",
            "Scenes last 45 s, your facecam 37.97 s. "
            "The last scene will be shortened to 7.97 s to fit.",
        ),
        (
            30.5,
            "last",
            "Scenes last 45 s, your facecam 30.5 s. "
            "Too little is left for the last scene: shorten the others.",
        ),
        (
            38,
            "strict",
            "Scenes last 45 s, your facecam 38 s. They must be equal: change the durations.",
        ),
        (45.03, "strict", "Scenes and facecam both last 45.03 s."),
        (
            301,
            "scale",
            "Scenes last 45 s, your facecam 301 s. A video lasts at most 300 s: trim the facecam.",
        ),
        (None, "scale", "Scenes last 45 s. Choose a facecam to compare."),
    ],
)
def test_the_sentence_says_what_will_be_done(
    facecam_s: float | None, rule: FitRule, said: str
) -> None:
    assert scene_timeline(THREE, facecam_s, rule=rule).said == said


def test_one_scene_is_spoken_of_as_one() -> None:
    timeline = scene_timeline(THREE[:1], 20)
    assert timeline.said.endswith("The scene will be lengthened to fit.")


def test_no_scene_is_no_problem_yet() -> None:
    timeline = scene_timeline((), 38)
    assert (timeline.parts, timeline.said) == ((), "There is no scene yet.")
    assert not timeline.problem
    assert not timeline.can_fit


def test_equal_lengths_need_nothing() -> None:
    timeline = scene_timeline(THREE, 45.02)
    assert timeline.fits
    assert not timeline.can_fit


def test_a_facecam_too_short_for_so_many_scenes_is_a_problem() -> None:
    timeline = scene_timeline([(f"s{n}", 1.0) for n in range(10)], 0.1)
    assert timeline.problem
    assert not timeline.can_fit
    assert timeline.said.endswith("That is too short for so many scenes: record a longer one.")


durations = st.lists(st.integers(100, 30_000).map(lambda n: n / 100), min_size=1, max_size=50)


@given(durations, st.floats(0.5, 300))
@settings(deadline=None)
def test_fitted_scenes_last_as_long_as_the_facecam(scenes_s: list[float], facecam_s: float) -> None:
    if facecam_s + TOLERANCE_S < len(scenes_s):
        with pytest.raises(ScenesDoNotFit):
            fit_to_facecam(scenes_s, facecam_s)
        return
    fitted = fit_to_facecam(scenes_s, facecam_s)
    assert len(fitted) == len(scenes_s)
    assert all(1 <= duration_s <= 300 for duration_s in fitted)
    assert fit_scenes(fitted, facecam_s, fps=60, rule="strict").said is None
    assert fit_to_facecam(fitted, facecam_s) == fitted
    if abs(sum(scenes_s) - facecam_s) > TOLERANCE_S:
        assert sum(duration_s * 2 != int(duration_s * 2) for duration_s in fitted) <= 1
        assert scene_timeline([("s", s) for s in fitted], facecam_s, rule="strict").fits


@pytest.mark.parametrize(
    ("scenes_s", "facecam_s", "fitted"),
    [
        ([15, 15, 15], 36, (12, 12, 12)),
        ([10, 20], 38.3, (13, 25.3)),
        ([10, 20], 37.97, (12.5, 25.5)),
        ([10, 20], 45.03, (15, 30)),
        ([300, 1, 1], 4, (2, 1, 1)),
        ([5], 5.03, (5,)),
        ([1, 1, 1], 3.3, (1.3, 1, 1)),
    ],
)
def test_scenes_keep_their_proportion_in_half_seconds(
    scenes_s: list[float], facecam_s: float, fitted: tuple[float, ...]
) -> None:
    assert fit_to_facecam(scenes_s, facecam_s) == fitted


def test_a_facecam_too_short_to_fit_says_what_to_do() -> None:
    with pytest.raises(ScenesDoNotFit, match=r"2 s long, too short for 3 scenes of at least 1 s"):
        fit_to_facecam([15, 15, 15], 2)


def test_a_facecam_too_long_for_a_video_is_refused() -> None:
    with pytest.raises(VideoTooLong):
        fit_to_facecam([15], 400)
