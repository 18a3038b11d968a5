"""A campaign has the promised defaults, and every mistake in one is named with its path."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.campaign import Campaign, FacecamStyle, Output, Scene, Scroll, parse_campaign
from app.campaign_problems import CampaignInvalid, Problem

SCENE = {"id": "home", "url": "https://example.com/"}


def campaign(**changes: Any) -> dict[str, Any]:
    return {"scenes": [SCENE], **changes}


def scene(**changes: Any) -> dict[str, Any]:
    return campaign(scenes=[{**SCENE, **changes}])


def mistakes(values: dict[str, Any]) -> list[str]:
    with pytest.raises(CampaignInvalid) as refused:
        parse_campaign(values)
    assert str(refused.value).splitlines() == [str(problem) for problem in refused.value.problems]
    return [str(problem) for problem in refused.value.problems]


def test_what_is_left_out_has_its_default() -> None:
    assert parse_campaign(campaign()).model_dump(mode="json") == {
        "name": "Untitled campaign",
        "fit": "scale",
        "scenes": [
            {
                "id": "home",
                "url": "https://example.com/",
                "csv_column": None,
                "duration_s": 15,
                "fallback_url": None,
                "scroll": {"persona": "calm", "depth": "end"},
            }
        ],
        "output": {
            "width": 1920,
            "height": 1080,
            "fps": 60,
            "preset": "veryfast",
            "crf": 20,
            "page_load_wait_ms": 3000,
        },
        "facecam": {
            "shape": "circle",
            "width": 320,
            "margin": 24,
            "corner": "bottom-right",
            "border": 4,
            "shadow": True,
            "end_pad_mode": "freeze",
        },
    }


def test_a_campaign_survives_the_way_there_and_back() -> None:
    values = campaign(
        name=" Q4 ",
        fit="last",
        scenes=[
            {"id": "a", "csv_column": "Site", "duration_s": 1, "fallback_url": "b.com"},
            {"id": "b", "url": "http://b.com", "scroll": {"persona": "skimmer", "depth": "Prices"}},
        ],
        output={"width": 1280, "height": 720, "fps": 30, "crf": 51, "page_load_wait_ms": 0},
        facecam={"shape": "rounded", "shadow": False, "corner": "top-left"},
    )
    parsed = parse_campaign(values)
    assert parsed.name == "Q4"
    assert parse_campaign(parsed.model_dump(mode="json")) == parsed
    assert Campaign.model_validate_json(parsed.model_dump_json()) == parsed


def test_the_columns_a_list_needs_follow_from_the_scenes() -> None:
    parsed = parse_campaign(
        campaign(
            scenes=[
                {"id": "a", "csv_column": "site", "fallback_url": "b.com"},
                SCENE,
                {"id": "b", "csv_column": "linkedin_url"},
                {"id": "c", "csv_column": "blog", "fallback_url": "b.com"},
                {"id": "d", "csv_column": "site"},
            ]
        )
    )
    assert parsed.csv_columns == ("site", "linkedin_url", "blog")
    assert parsed.fallback_columns == {"blog"}


@pytest.mark.parametrize(
    ("values", "mistake"),
    [
        ({}, "scenes: is missing; it must be a list of 1 to 50 scenes ([[scenes]] in TOML)"),
        (campaign(scenes=[]), "scenes: must be a list of 1 to 50 scenes, not 0"),
        (campaign(scenes=[SCENE] * 51), "scenes: must be a list of 1 to 50 scenes, not 51"),
        (campaign(scenes=SCENE), "scenes: must be a list of 1 to 50 scenes ([[scenes]] in TOML)"),
        (campaign(scenes=["x"]), "scenes[0]: must be a table with some of these keys: id, url, "
         "csv_column, duration_s, fallback_url, scroll, not “x”"),
        (campaign(name=""), "name: must be a text of 1 to 200 characters, not “”"),
        (campaign(fit="crop"), "fit: must be one of scale, last, strict, not “crop”"),
        (campaign(output=3), "output: must be a table ([output] in TOML), not 3"),
        (campaign(facecam=[]), "facecam: must be a table ([facecam] in TOML)"),
        (campaign(scenes=[SCENE, SCENE]),
         "scenes[1].id: must be unique; another scene is called “home” too"),
        (scene(id="My scene"), "scenes[0].id: must be a short name of small letters, digits, - "
         "and _ (at most 40), like “profile”, not “My scene”"),
        (scene(url="ftp://x.com"), "scenes[0].url: “ftp://x.com” is not a web page: only addresses "
         "with http:// or https:// can be opened."),
        (scene(url=5), "scenes[0].url: must be a web address such as https://example.com, not 5"),
        (scene(url=None), "scenes[0].csv_column: is missing; give the scene a url or a csv_column"),
        (scene(csv_column="site"),
         "scenes[0].csv_column: must be left out where url is given; keep one of the two"),
        (scene(fallback_url=""), "scenes[0].fallback_url: There is no web address here."),
        (scene(duration_s=301),
         "scenes[0].duration_s: must be a number of seconds between 1 and 300, not 301"),
        (scene(duration_s=float("nan")),
         "scenes[0].duration_s: must be a number of seconds between 1 and 300, not nan"),
        (scene(duration_s="15"),
         "scenes[0].duration_s: must be a number of seconds between 1 and 300, not “15”"),
        (scene(duration_s=True),
         "scenes[0].duration_s: must be a number of seconds between 1 and 300, not true"),
        (scene(scroll="end"),
         "scenes[0].scroll: must be a table with persona and depth, not “end”"),
        (scene(scroll={"persona": "slow"}),
         "scenes[0].scroll.persona: must be one of calm, brisk, thorough, skimmer, not “slow”"),
        (scene(scroll={"depth": " "}), "scenes[0].scroll.depth: must be none, middle, end, a #css "
         "selector or the text of a heading, not “ ”"),
        (campaign(output={"width": 1281}),
         "output.width: must be an even number of pixels, not 1281"),
        (campaign(output={"height": 8000}),
         "output.height: must be an even number of pixels, 128 to 3840, not 8000"),
        (campaign(output={"fps": 25}), "output.fps: must be 30 or 60, not 25"),
        (campaign(output={"preset": "quick"}), "output.preset: must be one of ultrafast, "
         "superfast, veryfast, faster, fast, medium, slow, slower, veryslow, placebo, not “quick”"),
        (campaign(output={"crf": 52}),
         "output.crf: must be a whole number from 1 (best) to 51 (smallest), not 52"),
        (campaign(output={"page_load_wait_ms": -1}),
         "output.page_load_wait_ms: must be a whole number of milliseconds from 0 to 60000, "
         "not -1"),
        (campaign(facecam={"shape": "star"}),
         "facecam.shape: must be one of circle, rounded, rectangle, not “star”"),
        (campaign(facecam={"width": 10}),
         "facecam.width: must be a whole number of pixels, 32 to 3840, not 10"),
        (campaign(facecam={"margin": -1}),
         "facecam.margin: must be a whole number of pixels, 0 to 1000, not -1"),
        (campaign(facecam={"corner": "left"}), "facecam.corner: must be one of bottom-right, "
         "bottom-left, top-right, top-left, not “left”"),
        (campaign(facecam={"border": 65}),
         "facecam.border: must be a whole number of pixels, 0 to 64, not 65"),
        (campaign(facecam={"width": 100, "border": 26}),
         "facecam.border: must be at most a quarter of the bubble's width, not 26"),
        (campaign(facecam={"shadow": "yes"}), "facecam.shadow: must be true or false, not “yes”"),
        (campaign(facecam={"end_pad_mode": "stop"}),
         "facecam.end_pad_mode: must be one of freeze, loop, hide, not “stop”"),
        (campaign(facecam={"width": 1040}), "facecam: must fit in the picture: a width of 1040 px "
         "and a margin of 24 px on both sides are more than the 1080 px there are; make width or "
         "margin smaller"),
        (campaign(output={"width": 256, "height": 256}), "facecam: must fit in the picture: a "
         "width of 320 px and a margin of 24 px on both sides are more than the 256 px there are; "
         "make width or margin smaller"),
        (campaign(Scene=[]), "Scene: is not a known key; did you mean “scenes”?"),
        (scene(duration=3), "scenes[0].duration: is not a known key; did you mean “duration_s”?"),
        (campaign(facecam={"zoom": 2}), "facecam.zoom: is not a known key; the keys here are "
         "shape, width, margin, corner, border, shadow, end_pad_mode"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_in_plain_words(values: dict[str, Any], mistake: str) -> None:
    assert mistakes(values) == [mistake]


def test_all_mistakes_are_named_at_once() -> None:
    found = mistakes(
        {
            "nam": "x",
            "scenes": [
                {"id": "a", "url": "nowhere", "duration_s": 0, "scroll": {"persona": "slow"}},
                {"id": "a"},
                7,
            ],
            "output": {"width": 1921, "fps": 50},
            "facecam": {"width": 5},
        }
    )
    assert [mistake.split(":")[0] for mistake in found] == [
        "scenes[0].url",
        "scenes[0].duration_s",
        "scenes[0].scroll.persona",
        "scenes[1].id",
        "scenes[1].csv_column",
        "scenes[2]",
        "output.width",
        "output.fps",
        "facecam.width",
        "nam",
    ]


def test_a_wide_bubble_fits_unless_it_is_a_circle() -> None:
    style = {"shape": "rectangle", "width": 1280}
    assert parse_campaign(campaign(facecam=style)).facecam.width == 1280
    assert mistakes(campaign(facecam={**style, "shape": "circle"}))


def test_a_problem_knows_its_path() -> None:
    with pytest.raises(CampaignInvalid) as refused:
        parse_campaign(campaign(fit=1))
    assert refused.value.problems == (Problem("fit", "must be one of scale, last, strict, not 1"),)


def test_a_campaign_made_in_python_is_held_to_the_same_rules() -> None:
    home = Scene(id="home", url="example.com", scroll=Scroll(depth="middle"))
    made = Campaign(scenes=(home,), output=Output(fps=30), facecam=FacecamStyle(width=200))
    assert parse_campaign(made.model_dump(mode="json")) == made
    with pytest.raises(ValidationError, match="must have an id of its own each"):
        Campaign(scenes=(home, home))
    with pytest.raises(ValidationError, match="frozen"):
        made.name = "other"  # type: ignore[misc]
