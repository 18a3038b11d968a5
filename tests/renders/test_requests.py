"""One press of Render: what is frozen, queued and reserved, and what a second press does."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.billing.models import UsageEntry
from app.billing.plans import Limits, set_limits
from app.campaigns.models import Lead
from app.renders.freezing import NotToBeRendered
from app.renders.models import RenderBatch, RenderJob
from app.renders.requests import NothingToRender
from tests.campaigns.boards import counted_statements
from tests.cast import Cast, in_workspace
from tests.renders.films import (
    FACECAM_S,
    complete_all,
    make_film,
    press_render,
    renders_of,
    set_campaign,
    set_lead,
    set_render,
)

STATEMENTS_AT_MOST = 38


async def _leads(cast: Cast, campaign_id: UUID) -> list[Lead]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        query = select(Lead).where(Lead.campaign_id == campaign_id).order_by(Lead.row)
        return list(await session.scalars(query))


async def _jobs(cast: Cast) -> list[RenderJob]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return list(await session.scalars(select(RenderJob).order_by(RenderJob.position)))


async def _reserved(cast: Cast) -> tuple[int, float]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        query = select(func.sum(UsageEntry.videos), func.sum(UsageEntry.seconds))
        videos, seconds = (await session.execute(query)).one()
    return videos, seconds


async def test_each_good_lead_gets_a_render_with_its_values_frozen(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    await set_lead(cast, campaign_id, 3, state="skipped")
    asked = await press_render(cast, campaign_id)
    assert asked.videos == 2
    renders, leads = await renders_of(cast, campaign_id), await _leads(cast, campaign_id)
    assert [render.row for render in renders] == [2, 4]
    first = renders[0]
    assert (first.name, first.email, first.cells) == (leads[0].name, leads[0].email, leads[0].cells)
    assert (first.public_id, first.lead_id) == (leads[0].public_id, leads[0].id)
    assert (first.state, first.is_latest, first.is_current) == ("queued", True, False)
    await set_lead(cast, campaign_id, 2, name="Another", cells=["x"])
    assert (await renders_of(cast, campaign_id))[0].name == "Lead 2"


async def test_jobs_wait_in_the_order_of_the_rows_and_videos_are_reserved(cast: Cast) -> None:
    campaign_id = await make_film(cast, 12)
    await press_render(cast, campaign_id)
    renders = {render.id: render.row for render in await renders_of(cast, campaign_id)}
    jobs = await _jobs(cast)
    assert [renders[job.render_id] for job in jobs] == list(range(2, 14))
    assert {job.lease_until for job in jobs} == {None}
    # The first scene is the same for all: it is paid once.
    assert await _reserved(cast) == (12, 10.0 + 12 * 10.0)


async def test_the_campaign_is_frozen_with_its_clip(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    asked = await press_render(cast, campaign_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        batch = await session.get_one(RenderBatch, asked.batch_id)
    assert batch.videos == 1
    assert batch.requested_by_id == cast.users["bob"].id
    assert [scene["id"] for scene in batch.campaign["spec"]["scenes"]] == ["home", "site"]
    assert batch.campaign["headers"][2] == "Website"
    assert batch.campaign["facecam"]["duration_s"] == FACECAM_S
    assert batch.campaign["facecam"]["clip_key"].startswith(f"workspaces/{cast.acme.id}/facecams/")


async def test_a_second_press_queues_nothing_twice(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    with pytest.raises(NothingToRender):
        await press_render(cast, campaign_id)
    assert len(await renders_of(cast, campaign_id)) == 3
    assert await _reserved(cast) == (3, 10.0 + 3 * 10.0)


async def test_a_further_press_takes_only_leads_without_a_render_under_way(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    first = (await renders_of(cast, campaign_id))[0]
    await set_render(cast, first.id, "failed", error_code="x")
    assert (await press_render(cast, campaign_id)).videos == 1
    renders = await renders_of(cast, campaign_id)
    of_first = [(each.state, each.is_latest) for each in renders if each.row == first.row]
    assert of_first == [("failed", False), ("queued", True)]


async def test_named_leads_and_those_without_a_video_are_rendered_alone(cast: Cast) -> None:
    campaign_id = await make_film(cast, 4)
    leads = await _leads(cast, campaign_id)
    chosen = [leads[1].id, leads[3].id]
    assert (await press_render(cast, campaign_id, chosen)).videos == 2
    await complete_all(cast, campaign_id)
    assert (await press_render(cast, campaign_id, which="missing")).videos == 2
    assert [each.row for each in await renders_of(cast, campaign_id)] == [2, 3, 4, 5]


async def test_the_old_video_stays_current_while_a_later_one_is_made(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    await complete_all(cast, campaign_id)
    await press_render(cast, campaign_id)
    old, later = await renders_of(cast, campaign_id)
    assert (old.is_current, old.is_latest) == (True, False)
    assert (later.is_current, later.is_latest) == (False, True)
    assert old.public_id == later.public_id


async def test_what_a_plan_has_no_room_for_is_queued_and_waits(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await set_limits(session, Limits(concurrent_renders=1, videos_per_month=2))
    asked = await press_render(cast, campaign_id)
    assert (asked.videos, asked.waiting) == (3, 1)
    assert [each.state for each in await renders_of(cast, campaign_id)] == ["queued"] * 3
    assert [job.waits_for_plan for job in await _jobs(cast)] == [False, False, True]
    assert (await _reserved(cast))[0] == 2


async def test_a_campaign_with_a_fault_is_refused_in_its_own_words(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await set_campaign(cast, campaign_id, facecam_id=None)
    with pytest.raises(NotToBeRendered, match="No facecam is chosen"):
        await press_render(cast, campaign_id)


async def test_many_leads_take_as_many_statements_as_one(cast: Cast) -> None:
    one, many = await make_film(cast, 1), await make_film(cast, 40)
    with counted_statements(cast) as few:
        await press_render(cast, one)
    with counted_statements(cast) as more:
        await press_render(cast, many)
    assert len(few) == len(more)
    assert len(more) <= STATEMENTS_AT_MOST, "\n".join(more)
