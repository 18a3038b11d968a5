"""The page before the click: which leads, what they take, the press itself and its refusals."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.billing.plans import GROWTH, STARTER
from app.campaigns.models import Lead
from app.db.base import new_id, now
from app.renders.models import Render, RenderWorker
from tests.cast import Cast, in_workspace
from tests.renders.films import (
    complete_all,
    make_film,
    press_render,
    renders_of,
    set_campaign,
    set_lead,
    set_render,
)
from tests.renders.plans import limit, rows_waiting


async def _text(cast: Cast, campaign_id: UUID, query: str = "") -> str:
    answer = await cast.bob.get(f"/campaigns/{campaign_id}/render{query}")
    assert answer.status_code == 200
    return answer.text


def _offered(text: str) -> dict[str, str]:
    """The choices with their counts."""
    cards = re.findall(r"<span>([^<]+) <span class=\"num muted\">([\d,]+)</span></span>", text)
    return dict(cards)


async def _lead_ids(cast: Cast, campaign_id: UUID) -> list[UUID]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        query = select(Lead.id).where(Lead.campaign_id == campaign_id).order_by(Lead.row)
        return list(await session.scalars(query))


@pytest.mark.parametrize("method", ["get", "post"])
async def test_a_stranger_gets_404(cast: Cast, method: str) -> None:
    campaign_id = await make_film(cast, 1)
    for visitor in (cast.charlie, cast.charlie_at_home):
        answer = await visitor.request(method, f"/campaigns/{campaign_id}/render")
        assert answer.status_code == 404
    assert await renders_of(cast, campaign_id) == []


async def test_the_cost_is_told_before_the_click(cast: Cast) -> None:
    text = await _text(cast, await make_film(cast, 3))
    assert "Render 3 videos" in text
    assert "0:20 each" in text
    assert "40 s" in text  # 10 s each, and 10 s shared once
    assert "of 1 min of video" in text  # three of them
    assert "Fallback pages, failed and cancelled videos cost nothing." in text
    assert "No limit" in text
    assert "As soon as a server is free" in text
    assert _offered(text) == {}  # there is nothing to choose


async def test_with_a_worker_it_says_when_they_are_ready(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    async with cast.site.database.session() as session:
        session.add(RenderWorker(id=new_id(), name="w", slots=2, started_at=now()))
    text = await _text(cast, campaign_id)
    assert 'data-local="clock"' in text
    assert re.search(r"in \d+ (seconds|minutes)", text)


async def test_a_press_leads_to_the_list_with_a_way_back(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2)
    answer = await cast.bob.post(f"/campaigns/{campaign_id}/render", data={"which": "all"})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/campaigns/{campaign_id}/videos"
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "2 videos are on the way." in text
    undo = re.search(r'action="([^"]+batch=[^"]+)"', text)
    assert undo is not None
    await cast.bob.post(undo[1].replace("&amp;", "&"))
    assert {each.state for each in await renders_of(cast, campaign_id)} == {"cancelled"}


async def test_pressed_twice_it_says_that_they_are_made_already(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2)
    for _ in range(2):
        answer = await cast.bob.post(f"/campaigns/{campaign_id}/render")
        assert answer.status_code == 303
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "There is nothing to render" in text
    assert len(await renders_of(cast, campaign_id)) == 2


async def test_only_what_changed_is_offered_after_a_lead_was_edited(cast: Cast) -> None:
    campaign_id = await make_film(cast, 4)
    await press_render(cast, campaign_id)
    await complete_all(cast, campaign_id)
    assert "Every video is up to date" in await _text(cast, campaign_id, "?which=changed")
    cells = ["Lead 3", "lead3@example.com", "https://elsewhere.example.com/", "a note"]
    await set_lead(cast, campaign_id, 3, cells=cells)
    # A column that no scene shows is not in the picture.
    other = ["Lead 4", "lead4@example.com", "https://lead4.example.com/", "another note"]
    await set_lead(cast, campaign_id, 4, cells=other)
    text = await _text(cast, campaign_id)
    assert _offered(text) == {"What changed": "1", "All": "4"}
    assert "Render 1 video" in text
    await cast.bob.post(f"/campaigns/{campaign_id}/render", data={"which": "changed"})
    assert [each.row for each in await renders_of(cast, campaign_id)] == [2, 3, 3, 4, 5]


@pytest.mark.parametrize(
    "change",
    [{"fit": "last"}, {"bubble": {"width": 200}}, {"output": {"fps": 30}}],
)
async def test_a_change_of_the_look_concerns_every_video(
    cast: Cast, change: dict[str, object]
) -> None:
    campaign_id = await make_film(cast, 2)
    await press_render(cast, campaign_id)
    await complete_all(cast, campaign_id)
    await set_campaign(cast, campaign_id, **change)
    assert _offered(await _text(cast, campaign_id)) == {"What changed": "2", "All": "2"}


async def test_another_name_of_the_campaign_changes_no_video(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2)
    await press_render(cast, campaign_id)
    await complete_all(cast, campaign_id)
    await set_campaign(cast, campaign_id, name="Another name")
    assert "What changed" not in await _text(cast, campaign_id)


async def test_what_failed_counts_as_missing_and_what_waits_as_neither(cast: Cast) -> None:
    campaign_id = await make_film(cast, 4)
    await press_render(cast, campaign_id)
    renders = await renders_of(cast, campaign_id)
    await set_render(cast, renders[0].id, "failed")
    await set_render(cast, renders[1].id, "completed")
    text = await _text(cast, campaign_id)
    assert _offered(text) == {"Without a video": "1", "All": "2"}


async def test_chosen_leads_are_rendered_and_no_others(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    ids = await _lead_ids(cast, campaign_id)
    text = await _text(cast, campaign_id, f"?ids={ids[0]}&ids={ids[2]}&ids=nonsense")
    assert _offered(text)["Chosen leads"] == "2"
    sent = re.search(r'type="hidden" name="ids" value="([^"]+)"', text)
    assert sent is not None
    # Who looks at what all would take comes back to the chosen ones.
    other = await _text(cast, campaign_id, f"?which=all&ids={sent[1]}")
    assert _offered(other)["Chosen leads"] == "2"
    assert "Render 3 videos" in other
    await cast.bob.post(f"/campaigns/{campaign_id}/render", data={"ids": sent[1]})
    assert [each.row for each in await renders_of(cast, campaign_id)] == [2, 4]


async def test_a_press_beyond_the_plan_says_what_begins_now_and_until_when_the_rest_waits(
    cast: Cast,
) -> None:
    campaign_id = await make_film(cast, 5)
    await limit(cast, 3)
    text = await _text(cast, campaign_id)
    assert "Render 5 videos" in text
    assert re.search(
        r"3 begin now, 2 wait for your plan until 1 \w+, or until you change it\.", text
    )
    assert "Starter has 150 videos" in text
    answer = await cast.bob.post(f"/campaigns/{campaign_id}/render", data={"which": "all"})
    assert answer.status_code == 303
    assert await rows_waiting(cast) == [5, 6]
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "3 videos are on the way, 2 wait for your plan." in text


async def test_the_plan_that_is_offered_has_minutes_for_what_waits_already(cast: Cast) -> None:
    await limit(cast, 0)
    await press_render(cast, await make_film(cast, 2))
    campaign_id = await make_film(cast, 1)
    assert f"{STARTER.name} has " in await _text(cast, campaign_id)
    minutes = STARTER.minutes_per_month or 0
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await session.execute(update(Render).values(scene_seconds=[minutes * 30.0] * 2))
    assert f"{GROWTH.name} has " in await _text(cast, campaign_id)


async def test_only_those_that_begin_now_can_be_asked_for(cast: Cast) -> None:
    campaign_id = await make_film(cast, 5)
    await limit(cast, 3)
    text = await _text(cast, campaign_id)
    # Ten seconds that all share, and ten of each: of the five that would be 1 min.
    assert re.search(r"Only the 3 that begin now<span[^>]*>40 s</span>", text)
    sent = re.search(r'name="at_most" value="(\d+)"', text)
    assert sent is not None
    form = {"which": "all", "at_most": sent[1]}
    assert (await cast.bob.post(f"/campaigns/{campaign_id}/render", data=form)).status_code == 303
    assert [each.row for each in await renders_of(cast, campaign_id)] == [2, 3, 4]
    assert await rows_waiting(cast) == []


async def test_a_plan_that_ran_out_takes_what_is_asked_for_and_says_that_it_waits(
    cast: Cast,
) -> None:
    campaign_id = await make_film(cast, 2)
    await limit(cast, 0)
    text = await _text(cast, campaign_id)
    assert "All 2 wait for your plan until 1 " in text
    assert 'name="at_most"' not in text
    await cast.bob.post(f"/campaigns/{campaign_id}/render")
    assert await rows_waiting(cast) == [2, 3]
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "2 videos wait for your plan." in text


async def test_what_stops_a_campaign_is_told_with_the_way_to_mend_it(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await set_campaign(cast, campaign_id, facecam_id=None)
    text = await _text(cast, campaign_id)
    assert "No facecam is chosen." in text
    assert f'href="/campaigns/{campaign_id}/edit/facecam"' in text
    refused = await cast.bob.post(f"/campaigns/{campaign_id}/render")
    assert refused.status_code == 422
    assert await renders_of(cast, campaign_id) == []
