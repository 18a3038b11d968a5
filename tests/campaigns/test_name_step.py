"""The wizard's first step and the frame around it, as the cast sees them."""

from app.db.base import new_id
from tests.campaigns.drafts import make_draft, read_campaign
from tests.cast import Cast


async def test_a_stranger_gets_404(cast: Cast) -> None:
    url = f"/campaigns/{await make_draft(cast)}/edit"
    for visitor in (cast.charlie, cast.charlie_at_home):
        assert (await visitor.get(url)).status_code == 404
        assert (await visitor.get(f"{url}/name")).status_code == 404
        assert (await visitor.post(f"{url}/name", data={"name": "Mine"})).status_code == 404


async def test_nobody_is_sent_to_the_sign_in(cast: Cast) -> None:
    answer = await cast.nobody.get(f"/campaigns/{await make_draft(cast)}/edit/name")
    assert answer.status_code == 303


async def test_the_page_shows_the_name_and_the_steps(cast: Cast) -> None:
    campaign_id = await make_draft(cast, "Ünal & Söhne")
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/edit/name")).text
    assert 'value="Ünal &amp; Söhne"' in text
    for label in ("Name", "Facecam", "Leads", "Scenes", "Look", "Review"):
        assert f">{label}</span>" in text


async def test_saving_keeps_the_name_and_goes_on(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    url = f"/campaigns/{campaign_id}/edit/name"
    stay = await cast.bob.post(url, data={"name": "  Spring  ", "then": "stay"})
    assert (stay.status_code, stay.headers["location"]) == (303, url)
    assert (await read_campaign(cast, campaign_id)).name == "Spring"


async def test_a_name_that_cannot_be_is_refused_and_kept_in_the_field(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    url = f"/campaigns/{campaign_id}/edit/name"
    empty = await cast.alice.post(url, data={"name": " "})
    assert empty.status_code == 422
    assert "Enter a name for the campaign." in empty.text
    long = await cast.alice.post(url, data={"name": "x" * 201})
    assert long.status_code == 422
    assert "x" * 201 in long.text
    assert (await read_campaign(cast, campaign_id)).name == "Berlin agencies"


async def test_editing_begins_at_the_first_open_step(cast: Cast) -> None:
    campaign_id = await make_draft(cast, "Untitled campaign")
    answer = await cast.alice.get(f"/campaigns/{campaign_id}/edit")
    assert answer.headers["location"] == f"/campaigns/{campaign_id}/edit/name"


async def test_a_campaign_that_is_not_there_is_404(cast: Cast) -> None:
    assert (await cast.alice.get(f"/campaigns/{new_id()}/edit/name")).status_code == 404
