"""Choosing a campaign's facecam, and deleting one that campaigns may need, as the cast does it."""

import pytest

from app.db.base import new_id, now
from app.jobs.catalogue import REMOVE_MEDIA
from tests.campaigns.drafts import make_draft, read_campaign
from tests.cast import Cast
from tests.facecams.clips import begin, find_row, make_facecam, put
from tests.postgres import SentJobs


async def test_a_stranger_gets_404(cast: Cast) -> None:
    url = f"/campaigns/{await make_draft(cast)}/edit/facecam"
    facecam_id = await make_facecam(cast)
    for visitor in (cast.charlie, cast.charlie_at_home):
        assert (await visitor.get(url)).status_code == 404
        sent = {"facecam_id": str(facecam_id)}
        assert (await visitor.post(url, data=sent)).status_code == 404
        assert (await visitor.get(f"/facecams/{facecam_id}/choice")).status_code == 404
        assert (await visitor.post(f"/facecams/{facecam_id}/delete")).status_code == 404
    assert await find_row(cast, facecam_id) is not None


async def test_the_step_offers_what_is_there_and_takes_a_new_one(cast: Cast) -> None:
    await make_facecam(cast, "Ready one")
    await make_facecam(cast, "Coming one", state="preparing")
    await make_facecam(cast, "Bad one", state="refused")
    url = f"/campaigns/{await make_draft(cast)}/edit/facecam"
    text = (await cast.bob.get(url)).text
    assert ("Ready one" in text, "Coming one" in text, "Bad one" in text) == (True, True, False)
    assert f'data-create="/facecams/uploads?next={url.replace("/", "%2F")}"' in text
    assert "<facecam-recorder" in text


async def test_the_chosen_facecam_is_saved_and_shown(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    campaign_id = await make_draft(cast)
    url = f"/campaigns/{campaign_id}/edit/facecam"
    sent = {"facecam_id": str(facecam_id), "then": "stay"}
    answer = await cast.bob.post(url, data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    assert (await read_campaign(cast, campaign_id)).facecam_id == facecam_id
    text = (await cast.bob.get(url)).text
    assert f'value="{facecam_id}" form="step-form" checked' in text
    assert "0:30" in text


async def test_one_still_being_prepared_may_be_chosen(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, state="preparing")
    campaign_id = await make_draft(cast)
    url = f"/campaigns/{campaign_id}/edit/facecam"
    await cast.bob.post(url, data={"facecam_id": str(facecam_id), "then": "stay"})
    assert (await read_campaign(cast, campaign_id)).facecam_id == facecam_id
    part = (await cast.bob.get(f"/facecams/{facecam_id}/choice?facecam_id={facecam_id}")).text
    assert " checked" in part
    assert " checked" not in (await cast.bob.get(f"/facecams/{facecam_id}/choice")).text


async def test_an_upload_in_the_step_comes_back_chosen(cast: Cast) -> None:
    url = f"/campaigns/{await make_draft(cast)}/edit/facecam"
    upload = await begin(cast.bob, query=f"?next={url}")
    back = (await put(cast.bob, upload, 0, b"1234567890")).json()["next"]
    assert " checked" in (await cast.bob.get(back)).text


@pytest.mark.parametrize("chosen", ["", "nonsense", "gone", "refused", "uploading", "foreign"])
async def test_a_choice_that_cannot_be_is_refused_in_words(cast: Cast, chosen: str) -> None:
    if chosen in {"refused", "uploading"}:
        chosen = str(await make_facecam(cast, state=chosen))
    elif chosen in {"gone", "foreign"}:
        chosen = str(new_id())
    campaign_id = await make_draft(cast)
    url = f"/campaigns/{campaign_id}/edit/facecam"
    answer = await cast.bob.post(url, data={"facecam_id": chosen})
    assert answer.status_code == 422
    assert "Choose a" in answer.text
    assert (await read_campaign(cast, campaign_id)).facecam_id is None


async def test_a_facecam_that_was_refused_since_is_named_in_the_step(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, state="refused", problem="Intro is not a video.")
    url = f"/campaigns/{await make_draft(cast, facecam_id=facecam_id)}/edit/facecam"
    text = (await cast.bob.get(url)).text
    assert "Intro cannot be used" in text
    assert "Intro is not a video." in text


async def test_a_facecam_that_campaigns_use_is_not_deleted_and_they_are_named(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    campaign_id = await make_draft(cast, "Spring & Co", facecam_id=facecam_id)
    await make_draft(cast, "Put away", facecam_id=facecam_id, archived_at=now())
    answer = await cast.bob.post(f"/facecams/{facecam_id}/delete")
    assert answer.status_code == 409
    assert "Intro was not deleted, because campaigns use it." in answer.text
    assert f'<a href="/campaigns/{campaign_id}/edit/facecam">Spring &amp; Co</a>' in answer.text
    assert "Put away" in answer.text
    assert await find_row(cast, facecam_id) is not None


async def test_a_facecam_of_no_campaign_is_deleted_with_its_files(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    facecam_id = await make_facecam(cast)
    answer = await cast.bob.post(f"/facecams/{facecam_id}/delete")
    assert (answer.status_code, answer.headers["location"]) == (303, "/facecams")
    assert await find_row(cast, facecam_id) is None
    (job,) = sent_jobs
    assert job.name == REMOVE_MEDIA
    assert job.arguments["prefix"] == f"workspaces/{cast.acme.id}/facecams/{facecam_id}"


async def test_a_deleted_campaign_that_loses_its_facecam_is_told_of_and_not_ready(
    cast: Cast,
) -> None:
    facecam_id = await make_facecam(cast)
    campaign_id = await make_draft(cast, facecam_id=facecam_id, deleted_at=now(), state="ready")
    await cast.bob.post(f"/facecams/{facecam_id}/delete")
    shown = await cast.bob.get("/facecams")
    assert "Intro was deleted. 1 deleted campaign used it" in shown.text
    campaign = await read_campaign(cast, campaign_id)
    assert (campaign.facecam_id, campaign.state) == (None, "draft")
