"""A lead that wants to be forgotten: what goes, what stays, and who may ask."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.campaigns.models import Campaign, Lead
from app.db.base import new_id, now
from app.jobs.catalogue import REMOVE_MEDIA
from app.renders.models import Render, RenderBatch, RenderJob
from app.viewer.link_states import revoke_links
from app.viewer.models import LinkState
from app.viewer.page_tokens import read
from app.viewer.visit_models import LeadView, Visit, VisitInbox
from app.workspaces.notice_models import Notice
from app.workspaces.notices import News, tell_managers
from tests.cast import Cast, in_workspace
from tests.postgres import SentJobs
from tests.renders.films import make_film, press_render, renders_of
from tests.used import used_now
from tests.viewer.links import Shown, forget, show_video
from tests.workspaces.stage import Worker


@pytest.fixture
async def shown(cast: Cast, tmp_path: Path) -> Shown:
    return await show_video(cast, tmp_path, name="Ada Lovelace", email="ada@example.org")


async def test_a_lead_is_told_what_is_kept_before_it_is_deleted(cast: Cast, shown: Shown) -> None:
    answer = await cast.nobody.get(shown.path + "/delete-my-data")
    assert answer.status_code == 200
    assert f'action="{shown.path}/delete-my-data"' in answer.text
    assert "Your e-mail address" in answer.text
    assert "3 further columns of the team’s list" in answer.text
    assert "Website" not in answer.text
    assert "ada@example.org" not in answer.text
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert await session.get(LinkState, (cast.acme.id, shown.public_id)) is None


async def test_deleting_takes_all_there_is_of_a_lead_and_leaves_the_others(
    cast: Cast, shown: Shown, sent_jobs: SentJobs
) -> None:
    page = (await cast.nobody.get(shown.path)).text
    token = read(
        cast.site.storage.links.secret, page.partition('data-token="')[2].partition('"')[0]
    )
    assert token is not None
    assert token.public_id == shown.public_id
    answer = await cast.nobody.post(shown.path + "/delete-my-data")
    assert answer.status_code == 200
    assert "Your data is deleted" in answer.text
    closed = await cast.nobody.get(shown.path)
    assert (closed.status_code, "This video was deleted" in closed.text) == (410, True)
    assert (await cast.nobody.get(shown.path + "/video")).status_code == 404
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        for table in (Lead, Render):
            left = select(func.count()).where(table.public_id == shown.public_id)
            assert await session.scalar(left) == 0
        campaign = await session.get_one(Campaign, shown.campaign_id)
        assert campaign.good_leads == 1
        batch = (await session.scalars(select(RenderBatch))).one()
        assert batch.videos == 1
        state = await session.get_one(LinkState, (cast.acme.id, shown.public_id))
        assert state.erased_at is not None
        notices = list(await session.scalars(select(Notice)))
        assert {notice.user_id for notice in notices} == {
            cast.users["alice"].id,
            cast.users["adam"].id,
        }
        assert "row 2 of the list" in notices[0].body
        assert "Ada" not in notices[0].title + notices[0].body
    prefix = f"workspaces/{cast.acme.id}/renders/{shown.render_id}"
    assert [job.arguments for job in sent_jobs if job.name == REMOVE_MEDIA] == [{"prefix": prefix}]
    again = await cast.nobody.post(shown.path + "/delete-my-data")
    assert again.status_code == 410


async def test_of_its_video_no_copy_is_left(cast: Cast, shown: Shown, sent_jobs: SentJobs) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        files = (await session.get_one(Render, shown.render_id)).files
    stored = [cast.site.storage.folder / files[name]["key"] for name in ("video.mp4", "light.mp4")]
    assert all(path.is_file() for path in stored)
    await cast.nobody.post(shown.path + "/delete-my-data")
    assert (await cast.nobody.get(shown.path + "/light")).status_code == 404
    worker = Worker(cast.site, sent_jobs)
    await worker.run_all()
    assert not any(path.exists() for path in stored)


async def test_a_video_that_is_being_made_is_given_up_and_costs_nothing(
    cast: Cast, tmp_path: Path
) -> None:
    campaign_id = await make_film(cast, leads=2)
    await press_render(cast, campaign_id)
    public_id = (await renders_of(cast, campaign_id))[0].public_id
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        before = await used_now(session)
    assert "is deleted" in (await cast.nobody.post(f"/v/{public_id}/delete-my-data")).text
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert (await used_now(session)).videos == before.videos - 1 == 1
        assert len(list(await session.scalars(select(RenderJob)))) == 1


async def test_what_was_noted_of_visits_goes_too(cast: Cast, shown: Shown) -> None:
    await cast.nobody.get(shown.path)
    others = (await renders_of(cast, shown.campaign_id))[1]
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        for public_id in (shown.public_id, others.public_id):
            session.add(
                Visit(
                    workspace_id=cast.acme.id,
                    id=new_id(),
                    campaign_id=shown.campaign_id,
                    public_id=public_id,
                    render_id=shown.render_id,
                    opened_at=now(),
                    last_seen_at=now(),
                    duration_s=20,
                )
            )
        session.add(
            LeadView(
                workspace_id=cast.acme.id,
                public_id=shown.public_id,
                campaign_id=shown.campaign_id,
                render_id=shown.render_id,
            )
        )
        await tell_managers(session, News("good", "Ada Lovelace opened the page"))
        await tell_managers(
            session, News("good", "2 leads opened their pages", "Bo and Ada Lovelace.")
        )
        await tell_managers(session, News("good", "Somebody else opened the page"))
        await tell_managers(session, News("good", "Ada Lovelacery opened the page"))
    await cast.nobody.post(shown.path + "/delete-my-data")
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        titles = set(await session.scalars(select(Notice.title)))
        assert titles == {
            "Somebody else opened the page",
            "Ada Lovelacery opened the page",
            "A lead of “Berlin agencies” had its data deleted",
        }
        assert [each.public_id for each in await session.scalars(select(Visit))] == [
            others.public_id
        ]
        for table in (LeadView, VisitInbox):
            assert list(await session.scalars(select(table))) == []


async def test_a_closed_link_still_lets_its_lead_be_forgotten(cast: Cast, shown: Shown) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await revoke_links(session, shown.campaign_id, [shown.public_id])
    forget(cast)
    assert (await cast.nobody.get(shown.path + "/delete-my-data")).status_code == 200
    done = await cast.nobody.post(shown.path + "/delete-my-data")
    assert "Your data is deleted" in done.text


async def test_no_other_site_can_have_a_lead_s_data_deleted(cast: Cast, shown: Shown) -> None:
    answer = await cast.nobody.post(
        shown.path + "/delete-my-data", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "Ada" in (await cast.nobody.get(shown.path)).text
    async with cast.site.visitor("other") as visitor:
        assert (await visitor.post(shown.path + "/delete-my-data")).status_code == 404
    forget(cast)
    assert "Ada" in (await cast.nobody.get(shown.path)).text
