"""Pages beside the list of videos: they say what waits for the plan, and to whom it can be told."""

import re

from sqlalchemy import func, select

from app.db.session import Database
from tests.cast import Cast
from tests.renders.films import make_film, press_render, renders_of
from tests.renders.plans import limit


async def test_the_campaign_says_what_waits_and_who_can_change_the_plan(cast: Cast) -> None:
    await limit(cast, 1)
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    own = f"/campaigns/{campaign_id}"
    text = (await cast.alice.get(own)).text
    assert "2 videos wait for your plan. They go on by themselves on 1 " in text
    assert "0 ready, 1 under way, 2 waiting for your plan" in text
    assert len(re.findall("Waiting for plan", text)) == 2
    assert "Upgrade to Starter" in text
    text = (await cast.bob.get(own)).text
    assert "Ask an owner or admin" in text
    assert "Upgrade to Starter" not in text


async def test_a_campaign_of_which_all_waits_leads_to_those_that_do(cast: Cast) -> None:
    await limit(cast, 0)
    campaign_id = await make_film(cast, 2)
    await press_render(cast, campaign_id)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}")).text
    assert "See 2 videos that wait" in text
    assert f'href="/campaigns/{campaign_id}/videos?state=plan"' in text
    assert "come in" not in text
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/render")).text
    assert "2 videos wait for your plan already" in text


async def test_the_board_and_the_exported_list_tell_them_apart(cast: Cast) -> None:
    await limit(cast, 1)
    campaign_id = await make_film(cast, 2)
    await press_render(cast, campaign_id)
    text = (await cast.bob.get("/campaigns")).text
    assert "0 of 2 videos ready" in text
    assert "1 for your plan" in text
    lines = (await cast.bob.get(f"/campaigns/{campaign_id}/leads.csv")).text.splitlines()
    assert "waiting for plan" not in lines[1]
    assert "waiting for plan" in lines[2]


async def test_a_waiting_video_says_what_it_waits_for_and_can_be_cancelled(cast: Cast) -> None:
    await limit(cast, 0)
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    (render,) = await renders_of(cast, campaign_id)
    own = f"/campaigns/{campaign_id}/videos"
    text = (await cast.bob.get(f"{own}/{render.id}")).text
    assert "Made as soon as your plan has room" in text
    answer = await cast.bob.post(f"{own}/cancel?ids={render.id.hex}")
    assert answer.status_code == 303
    assert "Cancelled 1 video." in (await cast.bob.get(own)).text
    assert [each.state for each in await renders_of(cast, campaign_id)] == ["cancelled"]


async def test_what_waits_for_the_plan_is_ahead_of_nobody(cast: Cast) -> None:
    """Nor of the team's own renders: those that it has room for come first."""
    await limit(cast, 2)
    campaign_id = await make_film(cast, 6)
    await press_render(cast, campaign_id)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "0 of 2 videos ready" in text
    assert await _others(cast.site.database, cast) == [1, 2]


async def _others(database: Database, cast: Cast) -> list[int]:
    """What another team is told: how many others have work, and how much."""
    async with database.session(workspace_id=cast.other.id) as session:
        found: list[int] = await session.scalar(select(func.queue_of_others(cast.other.id))) or []
        return found
