"""The review step, as the cast sees it: everything at a glance, the faults, the cost."""

from uuid import UUID

from app.db.base import new_id
from app.facecams.models import Facecam
from tests.campaigns.drafts import make_draft, read_campaign
from tests.campaigns.test_spec import FINISHED
from tests.cast import Cast, in_workspace
from tests.facecams.clips import make_facecam


async def make_finished(cast: Cast, **changes: object) -> UUID:
    """A campaign of Acme's that lacks nothing, but for these changes."""
    facecam = Facecam(id=new_id(), workspace_id=cast.acme.id, name="Intro", state="ready")
    facecam.file_name, facecam.size_bytes, facecam.duration_s = "intro.mp4", 1, 30.0
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(facecam)
    return await make_draft(cast, **(FINISHED | {"facecam_id": facecam.id} | changes))


def review(campaign_id: UUID) -> str:
    return f"/campaigns/{campaign_id}/edit/review"


async def test_a_stranger_gets_404(cast: Cast) -> None:
    campaign_id = await make_finished(cast)
    for visitor in (cast.charlie, cast.charlie_at_home):
        assert (await visitor.get(review(campaign_id))).status_code == 404
        assert (await visitor.post(review(campaign_id))).status_code == 404
    assert (await read_campaign(cast, campaign_id)).state == "draft"


async def test_an_empty_draft_shows_what_is_missing_with_the_way_there(cast: Cast) -> None:
    campaign_id = await make_draft(cast)
    text = (await cast.bob.get(review(campaign_id))).text
    assert "3 things stand between this draft and its videos" in text
    for step, sentence in (("facecam", "No facecam is chosen."), ("leads", "There are no leads")):
        assert f'href="/campaigns/{campaign_id}/edit/{step}">{sentence}' in text
    assert "disabled" in text


async def test_a_finished_draft_shows_everything_and_its_cost(cast: Cast) -> None:
    campaign_id = await make_finished(cast)
    text = (await cast.bob.get(review(campaign_id))).text
    assert "3 videos of 0:30" in text
    assert "1 scene is shared and made once; 1 is recorded for every lead." in text
    assert "Nothing is rendered before you ask for it." in text
    for shown in (
        "Intro",
        "0:30",
        "https://example.com/",
        "LinkedIn",
        "1280 × 720 px",
        "30 frames",
    ):
        assert shown in text
    assert "/poster.webp" in text
    assert "things stand" not in text


async def test_a_finished_draft_is_marked_as_ready(cast: Cast) -> None:
    campaign_id = await make_finished(cast)
    answer = await cast.bob.post(review(campaign_id))
    assert (answer.status_code, answer.headers["location"]) == (303, review(campaign_id))
    assert (await read_campaign(cast, campaign_id)).state == "ready"
    text = (await cast.bob.get(review(campaign_id))).text
    assert "Open the campaign" in text
    assert "Mark as ready" not in text


async def test_what_would_stop_it_keeps_it_a_draft(cast: Cast) -> None:
    campaign_id = await make_finished(cast, bad_leads=2, state="ready")
    page = (await cast.bob.get(review(campaign_id))).text
    assert "2 rows of the list to fix or skip." in page
    assert "Open the campaign" not in page
    answer = await cast.bob.post(review(campaign_id))
    assert answer.status_code == 422
    assert (await read_campaign(cast, campaign_id)).state == "draft"


async def test_values_that_cannot_be_drawn_are_shown_all_the_same(cast: Cast) -> None:
    wrong = {"output": {"width": "x", "fps": 24}, "bubble": {"width": ""}}
    scenes = [{"id": "s", "url": "", "duration_s": "", "scroll": {"depth": ""}}]
    campaign_id = await make_finished(cast, scenes=scenes, **wrong)
    assert (await cast.bob.get(review(campaign_id))).status_code == 200


async def test_another_facecam_makes_a_ready_campaign_a_draft_if_it_stops_it(cast: Cast) -> None:
    campaign_id = await make_finished(cast, state="ready")
    step = f"/campaigns/{campaign_id}/edit/facecam"
    good = await make_facecam(cast, "Another one")
    await cast.bob.post(step, data={"facecam_id": str(good)})
    assert (await read_campaign(cast, campaign_id)).state == "ready"
    coming = await make_facecam(cast, "Coming one", state="preparing")
    await cast.bob.post(step, data={"facecam_id": str(coming)})
    assert (await read_campaign(cast, campaign_id)).state == "draft"
