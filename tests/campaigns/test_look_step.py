"""The look step, as the cast sees it: what is typed is drawn, kept, and said to be wrong."""

from uuid import UUID

import pytest

from app.campaigns.look_drafts import SIZES, drawable_look, look_fields, typed_look
from tests.campaigns.drafts import make_draft, read_campaign
from tests.cast import Cast

FORM = {
    "size": "1920x1080",
    "canvas_width": "1920",
    "canvas_height": "1080",
    "fps": "60",
    "shape": "circle",
    "corner": "bottom-right",
    "width": "320",
    "margin": "24",
    "border": "4",
    "shadow": "on",
}


def look(campaign_id: UUID) -> str:
    return f"/campaigns/{campaign_id}/edit/look"


async def test_a_stranger_gets_404(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    for visitor in (cast.charlie, cast.charlie_at_home):
        assert (await visitor.get(look(campaign_id))).status_code == 404
        assert (await visitor.post(look(campaign_id), data=FORM)).status_code == 404
    assert (await read_campaign(cast, campaign_id)).output == {}


async def test_a_draft_begins_with_the_usual_look_and_says_what_is_drawn(cast: Cast) -> None:
    text = (await cast.bob.get(look(await make_draft(cast)))).text
    assert "1920 × 1080 px. The facecam is 320 × 320 px, 24 px from the bottom right" in text
    assert "The person is drawn" in text
    assert "recorded with the first video" in text


async def test_saving_keeps_the_look_and_goes_on_to_the_review(cast: Cast) -> None:
    campaign_id = await make_draft(cast, output={"crf": 23}, bubble={"end_pad_mode": "hide"})
    sent = FORM | {"size": "1080x1920", "fps": "30", "shape": "rounded", "margin": "40"}
    del sent["shadow"]
    answer = await cast.bob.post(look(campaign_id), data=sent | {"then": "next"})
    assert answer.headers["location"] == f"/campaigns/{campaign_id}/edit/review"
    campaign = await read_campaign(cast, campaign_id)
    assert campaign.output == {"crf": 23, "width": 1080, "height": 1920, "fps": 30}
    assert campaign.bubble == {
        "end_pad_mode": "hide",
        "shape": "rounded",
        "corner": "bottom-right",
        "width": 320,
        "margin": 40,
        "border": 4,
        "shadow": False,
    }


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"width": "big"}, "width", "a whole number of pixels, 32 to 3840, not “big”."),
        ({"width": "3000"}, "width", "The facecam does not fit in the video"),
        ({"border": "65"}, "border", "The border must be a whole number of pixels, 0 to 64"),
        ({"border": "60", "width": "100"}, "border", "at most a quarter of the bubble"),
        ({"size": "custom", "canvas_width": "641"}, "canvas_width", "an even number of pixels"),
        ({"size": "custom", "canvas_height": ""}, "canvas_height", "128 to 3840."),
        ({"size": "9x"}, "canvas_height", "128 to 3840."),
        ({"shape": "star"}, "shape", "The shape must be one of circle, rounded, rectangle"),
        ({"fps": "24"}, "fps", "Frames per second must be 30 or 60, not 24."),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_kept(
    cast: Cast, changes: dict[str, str], field: str, said: str
) -> None:
    campaign_id = await make_draft(cast)
    answer = await cast.bob.post(look(campaign_id), data=FORM | changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="field-{field}-error"' in answer.text
    again = (await cast.bob.get(look(campaign_id))).text
    assert said in again
    if field in changes and changes[field].isdecimal() and field != "fps":
        assert f'value="{changes[field]}"' in again


async def test_a_ready_campaign_with_a_broken_look_is_a_draft_again(cast: Cast) -> None:
    campaign_id = await make_draft(cast, state="ready")
    await cast.bob.post(look(campaign_id), data=FORM | {"width": "x"})
    assert (await read_campaign(cast, campaign_id)).state == "draft"


@pytest.mark.parametrize("size", [size for size, _, _ in SIZES if size != "custom"])
def test_fields_give_the_look_they_came_from(size: str) -> None:
    output, bubble = typed_look({}, {}, FORM | {"size": size})
    assert look_fields(output, bubble)["size"] == size
    assert typed_look(output, bubble, look_fields(output, bubble)) == (output, bubble)


def test_of_a_wrong_look_the_right_part_is_drawn() -> None:
    drawn = drawable_look({"width": "x", "height": 720}, {"shape": "rounded", "border": 90})
    assert (drawn.output.width, drawn.output.height) == (1920, 720)
    assert (drawn.style.shape, drawn.style.border) == ("rounded", 4)
    together = drawable_look({}, {"width": 32, "border": 64, "margin": 7})
    assert (together.style.border, together.style.margin) == (4, 7)
