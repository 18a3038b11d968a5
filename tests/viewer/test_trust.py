"""Passwords of links, links that are revoked and ended, and leads that want to be forgotten."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.accounts.models import RateCount
from app.billing.usage import used_this_month
from app.campaigns.models import Campaign, Lead
from app.db.base import new_id, now
from app.jobs.catalogue import REMOVE_MEDIA
from app.renders.models import Render, RenderBatch, RenderJob
from app.viewer.link_states import (
    LinkPasswordRefused,
    find_states,
    reopen_links,
    revoke_links,
    set_expiry,
    set_password,
)
from app.viewer.models import LinkState
from app.viewer.page_tokens import read
from app.viewer.visit_models import LeadView, Visit, VisitInbox
from app.web.refusals import NotFound
from app.workspaces.notice_models import Notice
from tests.cast import Cast, in_workspace
from tests.postgres import SentJobs
from tests.renders.films import make_film, press_render, renders_of
from tests.viewer.links import Shown, forget, show_video

PASSWORD = "open sesame"


@pytest.fixture
async def shown(cast: Cast, tmp_path: Path) -> Shown:
    return await show_video(cast, tmp_path, name="Ada Lovelace", email="ada@example.org")


async def _protect(cast: Cast, campaign_id: UUID | None, text: str | None = PASSWORD) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await set_password(session, campaign_id, text)
    forget(cast)


async def test_a_protected_link_shows_nothing_before_the_password(cast: Cast, shown: Shown) -> None:
    await _protect(cast, shown.campaign_id)
    answer = await cast.nobody.get(shown.path)
    assert answer.status_code == 200
    assert "This video is protected" in answer.text
    assert "Ada" not in answer.text
    for thing in ("/video", "/poster.jpg", "/thumbnail.jpg", "/preview.gif", "/captions/en.vtt"):
        assert (await cast.nobody.get(shown.path + thing)).status_code == 404, thing
    assert (await cast.nobody.get(shown.path + "/state")).json()["state"] == "password"


async def test_the_password_opens_this_link_in_this_browser(cast: Cast, shown: Shown) -> None:
    await _protect(cast, None)
    wrong = await cast.nobody.post(shown.path + "/password", data={"password": "open"})
    assert wrong.status_code == 422
    assert "This is not the password" in wrong.text
    assert (await cast.nobody.post(shown.path + "/password", data={})).status_code == 422
    right = await cast.nobody.post(shown.path + "/password", data={"password": PASSWORD})
    assert (right.status_code, right.headers["location"]) == (303, shown.path)
    cookie = right.headers["set-cookie"]
    assert f"Path={shown.path};" in cookie
    assert "HttpOnly" in cookie
    assert "Ada" in (await cast.nobody.get(shown.path)).text
    assert (await cast.nobody.get(shown.path + "/video")).status_code == 200
    async with cast.site.visitor("acme") as another:
        assert "Ada" not in (await another.get(shown.path)).text


async def test_the_cookie_of_one_link_opens_no_other_and_none_with_another_password(
    cast: Cast, shown: Shown
) -> None:
    await _protect(cast, None)
    right = await cast.nobody.post(shown.path + "/password", data={"password": PASSWORD})
    value = right.cookies["seen"]
    other = (await renders_of(cast, shown.campaign_id))[1]
    until, _, signature = value.partition(".")
    for path, forged in (
        (f"/v/{other.public_id}", value),
        (shown.path, f"{int(until) + 1}.{signature}"),
        (shown.path, "9" * 4000),
        (shown.path, "é."),
    ):
        async with cast.site.visitor("acme") as visitor:
            page = await visitor.get(path, headers=[(b"Cookie", f"seen={forged}".encode())])
            assert "protected" in page.text, forged
    await _protect(cast, None, "another one")
    assert "protected" in (await cast.nobody.get(shown.path)).text


async def test_guesses_of_a_password_are_counted(cast: Cast, shown: Shown) -> None:
    await _protect(cast, None)
    key = f"link-password:{cast.acme.id}:{shown.public_id}"
    async with cast.site.database.session() as session:
        second = int(now().timestamp())
        start = now().fromtimestamp(second - second % 900, now().tzinfo)
        session.add_all(
            RateCount(key=key, window_start=start + timedelta(seconds=900 * turn), count=20)
            for turn in (0, 1)
        )
    answer = await cast.nobody.post(shown.path + "/password", data={"password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    assert int(answer.headers["retry-after"]) > 0


async def test_a_campaign_s_own_password_stands_over_the_workspace_s(
    cast: Cast, shown: Shown
) -> None:
    await _protect(cast, None)
    await _protect(cast, shown.campaign_id, "for you alone")
    post = shown.path + "/password"
    assert (await cast.nobody.post(post, data={"password": PASSWORD})).status_code == 422
    assert (await cast.nobody.post(post, data={"password": "for you alone"})).status_code == 303
    await _protect(cast, shown.campaign_id, None)
    await _protect(cast, None, None)
    async with cast.site.visitor("acme") as visitor:
        assert "Ada" in (await visitor.get(shown.path)).text
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        with pytest.raises(LinkPasswordRefused):
            await set_password(session, None, "abc")


async def test_links_are_revoked_reopened_and_ended_by_their_campaign(
    cast: Cast, shown: Shown
) -> None:
    async def change(act: Any, *arguments: Any) -> int:
        async with cast.site.database.session() as session:
            await in_workspace(session, cast.acme)
            count: int = await act(session, shown.campaign_id, [shown.public_id], *arguments)
        forget(cast)
        return count

    assert await change(revoke_links) == 1
    assert "no longer shown" in (await cast.nobody.get(shown.path)).text
    assert await change(reopen_links) == 1
    assert "Ada" in (await cast.nobody.get(shown.path)).text
    assert await change(set_expiry, now() - timedelta(days=1)) == 1
    assert "This link has ended" in (await cast.nobody.get(shown.path)).text
    assert await change(set_expiry, None) == 1
    assert "Ada" in (await cast.nobody.get(shown.path)).text
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert set(await find_states(session, [shown.public_id, "x"])) == {shown.public_id}
        with pytest.raises(NotFound):
            await revoke_links(session, shown.campaign_id, ["nobody"])
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.other)
        with pytest.raises(NotFound):
            await revoke_links(session, shown.campaign_id, [shown.public_id])


async def test_a_lead_is_told_what_is_kept_before_it_is_deleted(cast: Cast, shown: Shown) -> None:
    answer = await cast.nobody.get(shown.path + "/delete-my-data")
    assert answer.status_code == 200
    assert f'action="{shown.path}/delete-my-data"' in answer.text
    assert "Your e-mail address" in answer.text
    assert "A row of a list: Name, E-mail, Website, Note" in answer.text
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


async def test_a_video_that_is_being_made_is_given_up_and_costs_nothing(
    cast: Cast, tmp_path: Path
) -> None:
    campaign_id = await make_film(cast, leads=2)
    await press_render(cast, campaign_id)
    public_id = (await renders_of(cast, campaign_id))[0].public_id
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        before = await used_this_month(session)
    assert "is deleted" in (await cast.nobody.post(f"/v/{public_id}/delete-my-data")).text
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert (await used_this_month(session)).videos == before.videos - 1 == 1
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
    await cast.nobody.post(shown.path + "/delete-my-data")
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
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
