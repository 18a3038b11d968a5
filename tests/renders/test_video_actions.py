"""Cancelled, retried, rendered again by buttons: one video, chosen ones, a whole campaign."""

import re
from uuid import UUID

import httpx
import pytest

from tests.cast import Cast
from tests.renders.films import complete_all, make_film, press_render, renders_of, set_render


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
