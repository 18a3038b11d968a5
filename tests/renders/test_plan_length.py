"""A plan's length of videos: said before anything is spent, and held to where videos are asked for;
drafts, and what was asked for earlier, are made all the same."""

from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.billing.plans import BUSINESS, FREE, GROWTH, STARTER, UNLIMITED, set_plan, set_service_plan
from app.campaigns.models import Lead
from app.campaigns.plan_length import too_long
from app.facecams.models import Facecam
from app.renders.cancelling import retry_renders
from app.renders.freezing import NotToBeRendered
from app.renders.models import Render
from tests.cast import Cast, in_workspace
from tests.renders.films import make_film, press_render, renders_of

SAID = "These videos would be 1:30 long, and your plan has videos of up to 1 minute."


async def _sell(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await set_service_plan(session, sells=True)


async def _film_of_90_s(cast: Cast) -> UUID:
    campaign_id = await make_film(cast, 2)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(update(Facecam).values(duration_s=90.0))
    return campaign_id


@pytest.mark.parametrize("length_s", [59.0, 60.0, 60.04])
def test_what_the_plan_has_is_not_too_long(length_s: float) -> None:
    assert too_long(FREE, length_s) is None


def test_what_fits_is_named() -> None:
    long = too_long(FREE, 90.0)
    assert long is not None
    assert long.fault.sentence.startswith(SAID)
    assert long.fault.step == "facecam"
    assert long.offer is not None
    assert long.offer.plan == STARTER
    longer = too_long(STARTER, 200.0)
    assert longer is not None
    assert longer.offer is not None
    assert longer.offer.plan == BUSINESS
    assert too_long(UNLIMITED, 300.0) is None
    assert too_long(GROWTH, 180.0) is None


async def test_it_is_said_in_the_review_the_dialog_and_the_check(cast: Cast) -> None:
    await _sell(cast)
    own = f"/campaigns/{await _film_of_90_s(cast)}"
    for path in ("/edit/review", "/render", "/check"):
        page = (await cast.alice.get(own + path)).text
        assert SAID in page, path
        assert "Starter has videos of up to 2 minutes" in page, path
    refused = await cast.alice.post(f"{own}/edit/review")
    assert refused.status_code == 422
    assert SAID in refused.text
    for path in ("/edit/review", "/render", "/check"):
        assert (await cast.charlie.get(own + path)).status_code == 404


async def test_none_is_made_before_an_upgrade(cast: Cast) -> None:
    await _sell(cast)
    campaign_id = await _film_of_90_s(cast)
    refused = await cast.alice.post(f"/campaigns/{campaign_id}/render", data={"which": "all"})
    assert refused.status_code == 422
    assert SAID in refused.text
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await set_plan(session, STARTER)
    asked = await cast.alice.post(f"/campaigns/{campaign_id}/render", data={"which": "all"})
    assert asked.status_code == 303
    assert SAID not in (await cast.alice.get(f"/campaigns/{campaign_id}/render")).text


async def test_a_draft_may_be_longer(cast: Cast) -> None:
    await _sell(cast)
    campaign_id = await _film_of_90_s(cast)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        lead_id = await session.scalar(select(Lead.id).limit(1))
    answer = await cast.alice.post(f"/campaigns/{campaign_id}/leads/{lead_id}/preview")
    assert answer.status_code == 303


async def test_what_waits_is_made_after_a_downgrade(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(update(Facecam).values(duration_s=90.0))
        await set_plan(session, STARTER)
    await press_render(cast, campaign_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await set_plan(session, FREE)
    assert {each.state for each in await renders_of(cast, campaign_id)} == {"queued"}
    with pytest.raises(NotToBeRendered):
        await press_render(cast, campaign_id)
    # Nor by way of what was cancelled.
    own = f"/campaigns/{campaign_id}/videos"
    assert (await cast.alice.post(f"{own}/cancel?all=1")).status_code == 303
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        cancelled = Render.state == "cancelled"
        assert (await retry_renders(session, cancelled)).videos == 0
        await set_plan(session, STARTER)
        assert (await retry_renders(session, cancelled)).videos == 2
