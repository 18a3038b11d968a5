"""The preview of a landing page: what is typed, drawn for a lead, saved nowhere."""

import re
from pathlib import Path

import httpx
import pytest

from app.campaigns.models import Campaign
from tests.campaigns.boards import put_campaigns
from tests.cast import Cast
from tests.facecams.clips import make_facecam
from tests.renders.films import make_film
from tests.viewer.editing import (
    OF_WORKSPACE,
    of_campaign,
    rows_of,
    typed,
    typed_of_campaign,
)
from tests.viewer.links import show_video

PREVIEW = f"{OF_WORKSPACE}/preview"


async def test_it_shows_what_is_typed_and_saves_nothing(cast: Cast) -> None:
    fields = typed(
        headline="{{ lead.first_name }} of {{ lead.company }}",
        text="<b>Bold</b>",
        accent="#0a5f3c",
        action_1_label="Prices",
        action_1_url="https://example.com/",
    )
    page = await cast.alice.post(PREVIEW, data=fields)
    assert page.status_code == 200
    assert "Maria of Example Studio" in page.text
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page.text
    assert "--accent:#0a5f3c" in page.text
    assert "Prices" in page.text
    assert (await rows_of(cast)).of_workspace is None


async def test_only_the_own_pages_may_frame_it(cast: Cast) -> None:
    for answer in (await cast.bob.get(PREVIEW), await cast.bob.post(PREVIEW, data=typed())):
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'self'" in policy
        assert "script-src 'self'" in policy
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert "no-store" in answer.headers["cache-control"]


async def test_what_is_wrong_is_shown_as_it_is_saved(cast: Cast) -> None:
    page = await cast.alice.post(
        PREVIEW, data=typed(headline="", accent="red", speaker="Ada, Fjordgrid")
    )
    assert page.status_code == 200
    assert "Maria, this video is for you" in page.text
    assert "--accent:#5b3fd6" in page.text
    assert "Ada, Fjordgrid" in page.text


async def test_nothing_of_it_is_counted_or_the_lead_s_own(cast: Cast) -> None:
    campaign_id = await make_film(cast, leads=2)
    page = (await cast.bob.get(f"{of_campaign(campaign_id)}/preview")).text
    assert "data-events" not in page
    assert "delete-my-data" not in page


async def test_a_real_lead_is_chosen_and_another_campaign_s_is_not(cast: Cast) -> None:
    campaign_id, other_id = await make_film(cast, leads=2), await make_film(cast, leads=1)
    url = of_campaign(campaign_id)
    fields = typed_of_campaign("words", headline="For {{ lead.email }}")
    ids = await _lead_ids(cast.bob, url)
    assert len(ids) == 2
    chosen = await cast.bob.post(f"{url}/preview", data=fields | {"preview_lead": ids[1]})
    (strange,) = await _lead_ids(cast.bob, of_campaign(other_id))
    made_up = await cast.bob.post(f"{url}/preview", data=fields | {"preview_lead": strange})
    assert "maria@example.com" not in chosen.text
    assert "maria@example.com" in made_up.text


async def test_a_group_that_is_the_workspace_s_shows_the_workspace_s(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    fields = typed_of_campaign("foot", headline="Mine", footer="Ours")
    page = await cast.bob.post(f"{of_campaign(campaign_id)}/preview", data=fields)
    assert "Maria, this video is for you" in page.text
    assert "Ours" in page.text


async def test_before_there_is_a_video_the_facecam_is_shown(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    (campaign_id,) = await put_campaigns(cast, 1, facecam_id=facecam_id)
    for url in (PREVIEW, f"{of_campaign(campaign_id)}/preview"):
        assert f"/facecams/{facecam_id}/proxy.mp4" in (await cast.bob.get(url)).text


async def test_a_lead_s_own_video_is_shown_with_the_copies_that_it_has(
    cast: Cast, tmp_path: Path
) -> None:
    shown = await show_video(cast, tmp_path)
    asked = {"lead": shown.public_id}
    page = await cast.bob.get(f"{of_campaign(shown.campaign_id)}/preview", params=asked)
    sources = re.findall(rf'<source src="[^"]+/{shown.render_id}/files/([^"]+)"', page.text)
    assert sources == ["video.mp4", "light.mp4"]


async def test_somebody_made_up_has_a_name_in_whatever_list(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        campaign = await session.get_one(Campaign, campaign_id)
        campaign.lead_columns = {"headers": ["First name", "Last name", "City"]}
    fields = typed_of_campaign("words", text='{{ lead.first_name }} in {{ lead["City"] }}')
    page = await cast.bob.post(f"{of_campaign(campaign_id)}/preview", data=fields)
    assert "Maria in (City)" in page.text


@pytest.mark.parametrize("lead", ["", "nobody", "\x00", "x" * 3000, "../../etc"])
async def test_an_id_of_nobody_shows_somebody_made_up(cast: Cast, lead: str) -> None:
    page = await cast.bob.get(PREVIEW, params={"lead": lead})
    assert page.status_code == 200
    assert "Maria, this video is for you" in page.text
    assert "drawn_poster.svg" in page.text


async def _lead_ids(who: httpx.AsyncClient, url: str) -> list[str]:
    _, _, options = (await who.get(url)).text.partition('id="preview-lead"')
    values = options.partition("</select>")[0].split('<option value="')[2:]
    return [each.partition('"')[0] for each in values]
