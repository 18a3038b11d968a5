"""Scenes and facecam get one length to the frame, and the user is told what was changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fit import TOLERANCE_S, FitRule, ScenesDoNotFit, VideoTooLong, fit_scenes

RULES: tuple[FitRule, ...] = ("scale", "last", "strict")
DURATIONS = st.lists(st.floats(1, 300), min_size=1, max_size=50)


@given(durations_s=DURATIONS, facecam_s=st.floats(1, 300), fps=st.sampled_from([30, 60]))
def test_scaled_scenes_add_up_to_the_facecam(
    durations_s: list[float], facecam_s: float, fps: int
) -> None:
    fit = fit_scenes(durations_s, facecam_s, fps=fps, rule="scale")
    assert sum(fit.frames) == fit.total_frames
    assert abs(fit.total_frames / fps - facecam_s) <= 0.5 / fps + 1e-9
    assert min(fit.frames) >= 1
    changed = abs(sum(durations_s) - facecam_s) > TOLERANCE_S + 1e-9
    assert fit.said is not None or not changed


@given(
    durations_s=st.lists(st.floats(1, 30), min_size=1, max_size=50), facecam_s=st.floats(60, 300)
)
def test_scaled_scenes_keep_their_proportions_to_a_frame(
    durations_s: list[float], facecam_s: float
) -> None:
    fit = fit_scenes(durations_s, facecam_s, fps=60, rule="scale")
    for frames, duration_s in zip(fit.frames, durations_s, strict=True):
        exact = fit.total_frames * duration_s / sum(durations_s)
        assert abs(frames - exact) < 1 + 1e-9


@given(durations_s=DURATIONS, facecam_s=st.floats(1, 300))
def test_only_the_last_scene_changes_where_that_is_asked(
    durations_s: list[float], facecam_s: float
) -> None:
    try:
        fit = fit_scenes(durations_s, facecam_s, fps=60, rule="last")
    except ScenesDoNotFit:
        assert sum(durations_s[:-1]) > facecam_s - 1 - 0.01 * len(durations_s)
        return
    assert sum(fit.frames) == fit.total_frames
    if fit.said is not None:
        for frames, duration_s in zip(fit.frames[:-1], durations_s, strict=False):
            assert abs(frames / 60 - duration_s) <= 0.5 / 60 + 1e-9


def test_equal_remainders_go_to_the_earlier_scenes() -> None:
    assert fit_scenes([1, 1, 1], 10 / 30, fps=30, rule="scale").frames == (4, 3, 3)
    assert fit_scenes([1, 1, 1], 11 / 30, fps=30, rule="scale").frames == (4, 4, 3)


def test_no_scene_loses_its_last_frame() -> None:
    assert fit_scenes([1, 300, 1], 4 / 60, fps=60, rule="scale").frames == (1, 2, 1)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("facecam_s", [30, 30.05, 29.951, 30.02])
def test_a_difference_nobody_sees_is_spread_without_a_word(rule: FitRule, facecam_s: float) -> None:
    fit = fit_scenes([10, 10, 10], facecam_s, fps=60, rule=rule)
    assert fit.said is None
    assert fit.total_frames == sum(fit.frames) == round(facecam_s * 60)
    assert max(fit.frames) - min(fit.frames) <= 1


@pytest.mark.parametrize(
    ("durations_s", "facecam_s", "rule", "said"),
    [
        ([20, 20], 30, "scale",
         "Scenes add up to 40 s and the facecam is 30 s, so every scene was scaled to 75 %."),
        ([10, 10], 30.03, "scale",
         "Scenes add up to 20 s and the facecam is 30.03 s, so every scene was scaled to 150 %."),
        ([10, 15], 20, "last", "Scenes add up to 25 s and the facecam is 20 s, so the last scene "
         "was cut from 15 s to 10 s."),
        ([10, 15], 30.5, "last", "Scenes add up to 25 s and the facecam is 30.5 s, so the last "
         "scene was stretched from 15 s to 20.5 s."),
    ],
)  # fmt: skip
def test_the_user_is_told_what_was_changed(
    durations_s: list[float], facecam_s: float, rule: FitRule, said: str
) -> None:
    assert fit_scenes(durations_s, facecam_s, fps=60, rule=rule).said == said


@pytest.mark.parametrize(
    ("durations_s", "facecam_s", "rule", "sentence"),
    [
        ([15, 15], 29, "strict", "Scenes add up to 30 s and the facecam is 29 s. With fit = "
         "“strict” both must be equal: change the scenes' durations or the clip, or use fit = "
         "“scale”."),
        ([15, 15], 15.5, "last", "Scenes add up to 30 s and the facecam is 15.5 s. With fit = "
         "“last” the last scene takes what the others leave, and that is less than 1 s: shorten "
         "the other scenes, record a longer clip, or use fit = “scale”."),
        ([1, 1, 1], 0.03, "scale", "The facecam is 0.03 s long, too short for 3 scenes. Record a "
         "longer clip."),
        ([1], 0, "scale", "The facecam is 0 s long, too short for 1 scene. Record a longer clip."),
        ([10], 312.5, "scale", "The facecam is 312.5 s long and a video may be at most 300 s. Trim "
         "the clip."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_both_sums(
    durations_s: list[float], facecam_s: float, rule: FitRule, sentence: str
) -> None:
    with pytest.raises(ScenesDoNotFit) as refused:
        fit_scenes(durations_s, facecam_s, fps=60, rule=rule)
    assert str(refused.value) == sentence


def test_the_longest_video_is_a_setting() -> None:
    assert fit_scenes([10], 300.04, fps=30, rule="scale").total_frames == 9001
    assert fit_scenes([10], 400, fps=30, rule="scale", max_total_s=400).total_frames == 12_000
    with pytest.raises(VideoTooLong):
        fit_scenes([10], 11, fps=30, rule="scale", max_total_s=10)


@pytest.mark.parametrize("durations_s", [[], [0], [5, -1]])
def test_a_scene_without_a_length_is_a_mistake_of_ours(durations_s: list[float]) -> None:
    with pytest.raises(ValueError, match="every scene needs a duration above 0 s"):
        fit_scenes(durations_s, 10, fps=60, rule="scale")
