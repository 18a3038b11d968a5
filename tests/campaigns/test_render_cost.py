"""What a campaign's videos take to make; renders nothing."""

import re
from pathlib import Path

import pytest

from app.campaign import Campaign, Output, Scene
from app.campaigns import render_cost as figures
from app.campaigns.render_cost import render_cost
from app.fit import ScenesDoNotFit

README = Path(__file__).parents[2] / "README.md"
DRIFT = 0.3  # of the shared machine, from one bench to the next

PROFILE = Scene(id="profile", csv_column="linkedin_url", duration_s=15)
COMPANY = Scene(id="company", csv_column="website", duration_s=15)
PRODUCT = Scene(id="product", url="https://example.com/product", duration_s=15)
USUAL = Campaign(scenes=(PROFILE, COMPANY, PRODUCT))


def test_a_usual_campaign_in_numbers() -> None:
    cost = render_cost(USUAL, leads=98, facecam_s=45)
    assert (cost.videos, cost.video_s, cost.total_video_s) == (98, 45, 98 * 45)
    assert (cost.personal_scenes, cost.shared_scenes) == (2, 1)
    assert (cost.personal_s, cost.shared_s, cost.saved_s) == (30, 15, 97 * 15)


def test_a_usual_campaign_in_words() -> None:
    assert render_cost(USUAL, leads=98, facecam_s=45).sentences == (
        "98 videos of 0:45.",
        "1 scene is shared and made once; 2 are recorded for every lead.",
        "Every further lead costs 0:30 of recording; sharing saves 24 minutes.",
        "That takes about 37 minutes on a machine with 2 cores.",
    )


def test_a_further_lead_costs_what_the_bench_measured() -> None:
    two, three = (render_cost(USUAL, leads=n, facecam_s=45).wall_s for n in (2, 3))
    assert two is not None
    assert three is not None
    assert three - two == pytest.approx(figures.BENCH_LEAD_S)


def test_the_figures_are_those_of_the_readme() -> None:
    row = re.search(r"x264 alone.*?([\d.]+) s against ([\d.]+) s", README.read_text("utf-8"))
    assert row is not None
    measured = (float(row[1]), float(row[2]))
    assumed = (figures.BENCH_LEAD_S, figures.BENCH_ENCODE_S)
    assert assumed == pytest.approx(measured, rel=DRIFT)


def test_scenes_cost_what_they_last_in_the_video() -> None:
    cost = render_cost(USUAL, leads=10, facecam_s=30)
    assert (cost.video_s, cost.personal_s, cost.shared_s) == (30, 20, 10)


def test_a_smaller_picture_takes_less_time() -> None:
    small = USUAL.model_copy(update={"output": Output(width=1280, height=720, fps=30)})
    large_s = render_cost(USUAL, leads=10, facecam_s=45).wall_s
    small_s = render_cost(small, leads=10, facecam_s=45).wall_s
    assert large_s is not None
    assert small_s is not None
    assert small_s < large_s / 2


def test_no_time_is_guessed_for_a_preset_nobody_measured() -> None:
    slow = USUAL.model_copy(update={"output": Output(preset="slow")})
    cost = render_cost(slow, leads=10, facecam_s=45)
    assert cost.wall_s is None
    assert not any("cores" in said for said in cost.sentences)


@pytest.mark.parametrize(
    ("scenes", "leads", "said"),
    [
        ((PROFILE,), 1, ("1 video of 0:45.", "1 scene is recorded for every lead.")),
        ((PROFILE, COMPANY), 2, ("2 videos of 0:45.", "2 scenes are recorded for every lead.")),
        (
            (PRODUCT,),
            1_204,
            (
                "1,204 videos of 0:45.",
                "1 scene is shared and made once; none is recorded for every lead.",
            ),
        ),
        (
            (PROFILE,),
            0,
            (
                "There is no lead yet, so there is no video to make.",
                "1 scene is recorded for every lead.",
            ),
        ),
    ],
)
def test_one_and_many_are_told_apart(
    scenes: tuple[Scene, ...], leads: int, said: tuple[str, ...]
) -> None:
    cost = render_cost(Campaign(scenes=scenes), leads=leads, facecam_s=45)
    assert cost.sentences[:2] == said


def test_long_work_is_told_in_hours() -> None:
    said = render_cost(USUAL, leads=1000, facecam_s=45).sentences
    assert said[-1] == "That takes about 6.5 hours on a machine with 2 cores."


def test_scenes_that_cannot_be_fitted_have_no_cost() -> None:
    with pytest.raises(ScenesDoNotFit):
        render_cost(USUAL.model_copy(update={"fit": "strict"}), leads=1, facecam_s=30)
