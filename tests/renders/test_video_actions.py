"""Cancelled, retried, rendered again by buttons: one video, chosen ones, a whole campaign."""

import re
from uuid import UUID

import httpx
import pytest
from sqlalchemy import true, update

from app.billing.scene_prices import Price
from app.billing.usage import Usage
from app.renders.cancelling import cancel_renders
from app.renders.models import Render
from app.renders.retry_price import RetryPrice, price_retry
from tests.cast import Cast
from tests.renders.films import complete_all, make_film, press_render, renders_of, set_render
from tests.renders.plans import limit
from tests.used import used_now


async def _press(
    cast: Cast, campaign_id: UUID, act: str, query: str = "", **data: object
) -> httpx.Response:
    return await cast.bob.post(f"/campaigns/{campaign_id}/videos/{act}{query}", data=data)


async def _said(cast: Cast, campaign_id: UUID) -> str:
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    said: list[str] = re.findall(r'<div class="toast [^>]+>.*?<p>([^<]*)</p>', text, re.DOTALL)
    return said[0]


async def _states(cast: Cast, campaign_id: UUID) -> list[str]:
    return [render.state for render in await renders_of(cast, campaign_id)]


@pytest.mark.parametrize("act", ["cancel", "retry", "again"])
async def test_a_stranger_gets_404(cast: Cast, act: str) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    for visitor in (cast.charlie, cast.charlie_at_home):
        answer = await visitor.post(f"/campaigns/{campaign_id}/videos/{act}?all=1")
        assert answer.status_code == 404
        page = await visitor.get(f"/campaigns/{campaign_id}/videos/retry?all=1")
        assert page.status_code == 404
    assert await _states(cast, campaign_id) == ["queued"]


@pytest.mark.parametrize("act", ["cancel", "retry", "again"])
async def test_nothing_chosen_changes_nothing_and_says_so(cast: Cast, act: str) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    assert (await _press(cast, campaign_id, act, "?ids=x")).status_code == 303
    assert await _said(cast, campaign_id) == "Choose at least one video."


async def test_chosen_videos_are_cancelled_and_taken_up_again(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    renders = await renders_of(cast, campaign_id)
    ids = [str(renders[0].id), str(renders[2].id)]
    answer = await _press(cast, campaign_id, "cancel", ids=ids)
    assert answer.headers["location"] == f"/campaigns/{campaign_id}/videos"
    assert await _states(cast, campaign_id) == ["cancelled", "queued", "cancelled"]
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "Cancelled 2 videos." in page
    undo = re.search(r'action="([^"]+/retry\?ids=\w+\.\w+[^"]*)"', page)
    assert undo is not None
    await cast.bob.post(undo[1].replace("&amp;", "&"))
    assert await _states(cast, campaign_id) == ["queued", "queued", "queued"]


async def test_a_whole_campaign_is_cancelled_and_no_other(cast: Cast) -> None:
    campaign_id, other = await make_film(cast, 2), await make_film(cast, 1)
    await press_render(cast, campaign_id)
    await press_render(cast, other)
    await _press(cast, campaign_id, "cancel", "?all=1")
    assert await _states(cast, campaign_id) == ["cancelled", "cancelled"]
    assert await _states(cast, other) == ["queued"]


async def test_ids_of_another_campaign_are_left_alone(cast: Cast) -> None:
    campaign_id, other = await make_film(cast, 1), await make_film(cast, 1)
    await press_render(cast, other)
    theirs = (await renders_of(cast, other))[0]
    await _press(cast, campaign_id, "cancel", ids=[str(theirs.id)])
    assert await _states(cast, other) == ["queued"]


async def test_what_has_ended_cannot_be_cancelled(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    await complete_all(cast, campaign_id)
    await _press(cast, campaign_id, "cancel", "?all=1")
    assert "Nothing to cancel" in await _said(cast, campaign_id)
    assert await _states(cast, campaign_id) == ["completed"]


async def test_all_that_failed_is_retried_and_what_was_cancelled_is_not(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    renders = await renders_of(cast, campaign_id)
    await set_render(cast, renders[0].id, "failed", error_code="page_timeout")
    await set_render(cast, renders[1].id, "cancelled")
    await _press(cast, campaign_id, "retry", "?all=1")
    assert await _said(cast, campaign_id) == "1 video is tried again."
    assert await _states(cast, campaign_id) == ["queued", "cancelled", "queued"]


async def test_what_a_retry_counts_is_told_before_it(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    renders = await renders_of(cast, campaign_id)
    own = f"/campaigns/{campaign_id}/videos"
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await cancel_renders(session, Render.row > renders[0].row)
    alone = (await cast.bob.get(f"{own}/{renders[1].id}")).text
    # The scene that all share is reserved with the first one, which is under way.
    assert "Counts in your plan: 1 video and 10 s; nothing if it fails." in alone
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await cancel_renders(session, true())
        await session.execute(update(Render).values(state="failed", error_code="login_wall"))
        told = await price_retry(session, Render.campaign_id == campaign_id)
        before = await used_now(session)
    page = f"{own}/retry?all=1"
    assert page in (await cast.bob.get(own)).text
    text = (await cast.bob.get(page)).text
    assert "Retry 3 videos" in text
    assert "<dd>40 s</dd><dd>and 3 videos</dd>" in text
    await _press(cast, campaign_id, "retry", "?all=1")
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        after = await used_now(session)
        assert await price_retry(session, true()) == RetryPrice(0, Price())
    assert "Nothing to retry" in (await cast.bob.get(page)).text
    assert (before, after) == (Usage(0, 0.0), Usage(told.price.videos, told.price.seconds))
    assert after == Usage(3, 40.0)


async def test_a_retry_says_how_many_wait_for_the_plan(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    await _press(cast, campaign_id, "cancel", "?all=1")
    await limit(cast, 1)
    ids = [str(each.id) for each in await renders_of(cast, campaign_id)]
    page = await cast.bob.get(f"/campaigns/{campaign_id}/videos/retry", params={"ids": ids})
    assert "What your plan has no room for waits" in page.text
    assert page.text.count(f'name="ids" value="{ids[0].replace("-", "")}.') == 1
    await _press(cast, campaign_id, "retry", ids=ids)
    assert await _said(cast, campaign_id) == "1 video is tried again, 2 wait for your plan."


async def test_a_finished_video_is_not_retried_but_rendered_again(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2)
    await press_render(cast, campaign_id)
    await complete_all(cast, campaign_id)
    first = (await renders_of(cast, campaign_id))[0]
    await _press(cast, campaign_id, "retry", f"?ids={first.id}")
    assert "Nothing to retry" in await _said(cast, campaign_id)
    answer = await _press(cast, campaign_id, "again", ids=[str(first.id)])
    assert first.lead_id is not None
    page = f"/campaigns/{campaign_id}/render?ids={first.lead_id.hex}"
    assert answer.headers["location"] == page
    assert "Render 1 video" in (await cast.bob.get(page)).text


async def test_the_way_on_stays_on_this_host(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    answer = await _press(cast, campaign_id, "cancel", "?all=1&next=//evil.example")
    assert answer.headers["location"] == "/"
