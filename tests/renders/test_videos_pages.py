"""The list of a campaign's videos: rows, filters, pages, totals, and what a stranger sees of it."""

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from app.billing.plans import UNLIMITED, Limits, set_limits, set_service_plan
from app.db.base import new_id, now
from app.renders.models import RenderJob, RenderWorker
from tests.campaigns.boards import counted_statements
from tests.cast import Cast, in_workspace
from tests.renders.films import (
    complete_all,
    make_film,
    press_render,
    renders_of,
    set_render,
)

STATEMENTS_AT_MOST = 12


async def _rows(cast: Cast, campaign_id: UUID, query: str = "") -> list[str]:
    answer = await cast.bob.get(f"/campaigns/{campaign_id}/videos{query}")
    assert answer.status_code == 200
    return re.findall(r'aria-label="Choose (Lead \d+)"', answer.text)


async def _claim(cast: Cast, render_id: UUID, **values: object) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        job = update(RenderJob).where(RenderJob.render_id == render_id)
        await session.execute(job.values(lease_until=now(), **values))


@pytest.mark.parametrize("path", ["", "/totals", "/{render}", "/{render}/row"])
async def test_a_stranger_gets_404(cast: Cast, path: str) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    render = (await renders_of(cast, campaign_id))[0]
    url = f"/campaigns/{campaign_id}/videos{path.format(render=render.id)}"
    assert (await cast.bob.get(url)).status_code == 200
    assert (await cast.charlie.get(url)).status_code == 404
    assert (await cast.charlie_at_home.get(url)).status_code == 404


async def test_a_render_of_another_campaign_is_not_found(cast: Cast) -> None:
    campaign_id, other = await make_film(cast, 1), await make_film(cast, 1)
    await press_render(cast, other)
    render = (await renders_of(cast, other))[0]
    for path in (f"/{render.id}", f"/{render.id}/row", f"/{uuid4()}", f"/{uuid4()}/row"):
        answer = await cast.bob.get(f"/campaigns/{campaign_id}/videos{path}")
        assert answer.status_code == 404


async def test_without_a_video_the_page_says_what_it_is_for(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "No videos yet" in text
    assert f'href="/campaigns/{campaign_id}/render"' in text


async def test_waiting_videos_say_their_place_in_the_line(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert text.index("Next in line") < text.index("2nd in line") < text.index("3rd in line")
    assert "0 of 3 videos ready" in text
    assert "3 waiting" in text


async def test_a_video_in_the_making_shows_its_step_in_words_and_how_far_it_is(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2)
    await press_render(cast, campaign_id)
    first = (await renders_of(cast, campaign_id))[0]
    progress = {"step": "recording", "scene": 2, "scenes": 3, "share": 0.4, "left_s": 21}
    await _claim(cast, first.id, progress=progress)
    await set_render(cast, first.id, "recording")
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "Recording scene 2 of 3" in text
    assert "about 25 seconds left" in text
    assert 'value="0.4"' in text
    assert f'data-running="{first.id}:0.4 "' in text
    assert "1 in the making" in text
    assert "Next in line" in text  # the other one


async def test_a_failed_video_says_why_and_what_to_do(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    first = (await renders_of(cast, campaign_id))[0]
    said = "linkedin.com asked for a sign-in & more."
    await set_render(cast, first.id, "failed", error_code="login_wall", error=said)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "The page asked for a sign-in (1)" in text
    assert "linkedin.com asked for a sign-in &amp; more." in text
    assert "Check and fix the pages" in text
    assert "Retry the failed one" in text


async def test_the_list_is_filtered_by_state_words_and_fault(cast: Cast) -> None:
    campaign_id = await make_film(cast, 5)
    await press_render(cast, campaign_id)
    renders = await renders_of(cast, campaign_id)
    await set_render(cast, renders[0].id, "completed")
    await set_render(cast, renders[1].id, "failed", error_code="login_wall")
    await set_render(cast, renders[2].id, "failed", error_code="page_not_found")
    await set_render(cast, renders[3].id, "cancelled")
    assert await _rows(cast, campaign_id, "?state=done") == ["Lead 2"]
    assert await _rows(cast, campaign_id, "?state=failed") == ["Lead 3", "Lead 4"]
    assert await _rows(cast, campaign_id, "?fault=page_not_found") == ["Lead 4"]
    assert await _rows(cast, campaign_id, "?state=cancelled") == ["Lead 5"]
    assert await _rows(cast, campaign_id, "?state=waiting") == ["Lead 6"]
    assert await _rows(cast, campaign_id, "?q=company+3") == ["Lead 3"]
    assert await _rows(cast, campaign_id, "?q=nobody") == []
    assert len(await _rows(cast, campaign_id, "?state=x&after=x&before=.&fault=%00")) == 5


async def test_what_narrows_is_a_chip_that_takes_it_off(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos?q=lead&state=waiting")).text
    assert f'class="chip" href="/campaigns/{campaign_id}/videos?state=waiting"' in text
    assert f'class="chip" href="/campaigns/{campaign_id}/videos?q=lead"' in text


async def test_videos_come_fifty_at_a_time_and_lead_on_both_ways(cast: Cast) -> None:
    campaign_id = await make_film(cast, 120)
    await press_render(cast, campaign_id)
    first = await cast.bob.get(f"/campaigns/{campaign_id}/videos")
    seen = re.findall(r'aria-label="Choose Lead (\d+)"', first.text)
    assert seen == [str(row) for row in range(2, 52)]
    assert 'rel="prev"' not in first.text
    url = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert url is not None
    second = await cast.bob.get(url[1].replace("&amp;", "&"))
    seen = re.findall(r'aria-label="Choose Lead (\d+)"', second.text)
    assert seen == [str(row) for row in range(52, 102)]
    back = re.search(r'href="([^"]+)" rel="prev"', second.text)
    assert back is not None
    again = await cast.bob.get(back[1].replace("&amp;", "&"))
    assert re.findall(r'aria-label="Choose Lead (\d+)"', again.text)[0] == "2"


async def test_the_time_left_comes_from_what_was_measured(cast: Cast) -> None:
    campaign_id = await make_film(cast, 5)
    await press_render(cast, campaign_id)
    renders = await renders_of(cast, campaign_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(RenderWorker(id=new_id(), name="w", slots=2, started_at=now()))
    began = now().replace(hour=1, minute=0)
    ended = began.replace(minute=1)
    await set_render(cast, renders[0].id, "completed", started_at=began, ended_at=ended)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos/totals")).text
    # Four of a minute each, two at a time.
    assert "about 2 minutes left" in text


async def test_more_videos_ask_no_more_questions(cast: Cast) -> None:
    few, many = await make_film(cast, 1), await make_film(cast, 80)
    for campaign_id in (few, many):
        await press_render(cast, campaign_id)
    await cast.bob.get(f"/campaigns/{few}/videos")
    with counted_statements(cast) as one:
        await cast.bob.get(f"/campaigns/{few}/videos")
    with counted_statements(cast) as fifty:
        await cast.bob.get(f"/campaigns/{many}/videos")
    assert len(one) == len(fifty)
    assert len(fifty) <= STATEMENTS_AT_MOST, "\n".join(fifty)


async def test_only_the_latest_render_of_a_lead_is_listed_with_the_earlier_picture(
    cast: Cast,
) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    old = (await renders_of(cast, campaign_id))[0]
    await set_render(cast, old.id, "completed", files={"poster.jpg": {"key": "x", "bytes": 1}})
    await press_render(cast, campaign_id)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert len(re.findall(r'aria-label="Choose Lead', text)) == 1
    assert f"/videos/{old.id}/files/poster.jpg" in text


async def test_a_finished_list_says_so_and_offers_more(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2)
    await press_render(cast, campaign_id)
    await complete_all(cast, campaign_id)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "2 of 2 videos ready" in text
    assert "Cancel all" not in text


async def _sell(cast: Cast, videos: int) -> None:
    """Acme has the Free plan of a service that sells, with so many videos."""
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await set_service_plan(session, sells=True)
        await set_limits(session, Limits(1, videos, None), plan_key="free")


async def test_what_waits_for_the_plan_is_told_with_until_when_and_what_has_room(
    cast: Cast,
) -> None:
    await _sell(cast, 1)
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    text = (await cast.alice.get(f"/campaigns/{campaign_id}/videos")).text
    assert "2 videos wait for your plan. They go on by themselves on 1 " in text
    assert "Starter has 150 videos and 150 minutes a month, for $29 a month." in text
    assert "2 for your plan" in text
    assert text.count("Waiting for plan") == 3  # the tab, and two rows
    assert text.count("Next in line") == 1
    assert "2nd in line" not in text
    assert "0 of 1 video ready" in text


async def test_those_that_wait_for_the_plan_are_a_filter_of_their_own(cast: Cast) -> None:
    await _sell(cast, 1)
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    assert await _rows(cast, campaign_id, "?state=plan") == ["Lead 3", "Lead 4"]
    assert await _rows(cast, campaign_id, "?state=waiting") == ["Lead 2"]


async def test_without_a_larger_plan_nothing_is_offered(cast: Cast) -> None:
    campaign_id = await make_film(cast, 2)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await set_limits(session, Limits(UNLIMITED.limits.concurrent_renders, 1))
    await press_render(cast, campaign_id)
    text = (await cast.bob.get(f"/campaigns/{campaign_id}/videos")).text
    assert "1 video waits for your plan. It goes on by itself on 1 " in text
    assert "a month" not in text
