"""A prospect's page in its states, over HTTP: what it says, and what it never says."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import delete, select, update

from app.campaigns.models import Campaign, Lead
from app.db.base import now
from app.renders.models import Render
from app.viewer.visit_models import VisitInbox
from tests.cast import Cast, in_workspace
from tests.renders.films import set_render
from tests.viewer.links import Shown, choose, forget, set_link, set_rows, show_video, token_of


@pytest.fixture
async def shown(cast: Cast, tmp_path: Path) -> Shown:
    return await show_video(cast, tmp_path, name="Ada Lovelace", company="Analytical")


async def test_the_page_greets_the_lead_and_plays_its_video(cast: Cast, shown: Shown) -> None:
    answer = await cast.nobody.get(shown.path)
    assert answer.status_code == 200
    assert "Ada, this video is for you" in answer.text
    assert f'src="{shown.path}/video?v=' in answer.text
    assert f'poster="{shown.path}/poster.jpg?v=' in answer.text
    assert 'data-token="' in answer.text
    assert (await cast.nobody.head(shown.path)).status_code == 200


async def test_each_load_of_the_page_has_its_own_token(cast: Cast, shown: Shown) -> None:
    pages = [(await cast.nobody.get(shown.path)).text for _ in range(2)]
    tokens = [page.partition('data-token="')[2].partition('"')[0] for page in pages]
    assert len(set(tokens)) == 2
    assert pages[0].replace(tokens[0], "") == pages[1].replace(tokens[1], "")


async def test_a_page_that_is_remembered_is_sent_as_the_first_one_was(
    cast: Cast, shown: Shown
) -> None:
    await cast.nobody.get(shown.path)
    anew = {"Cookie": "a=b"}  # which is looked at
    long_way, short_way = [
        await cast.nobody.get(shown.path, headers=headers) for headers in (anew, None)
    ]
    assert short_way.status_code == long_way.status_code == 200
    assert _without_token(short_way.text) == _without_token(long_way.text)
    changing = {"x-request-id": "", "content-length": ""}  # gzipped with another token
    assert {**short_way.headers, **changing} == {**long_way.headers, **changing}
    await set_link(cast, shown.public_id, revoked_at=now())
    assert (await cast.nobody.get(shown.path)).status_code == 410


def _without_token(page: str) -> str:
    before, _, after = page.partition('data-token="')
    return before + after.partition('"')[2]


async def test_the_headers_keep_the_page_out_of_indexes_frames_and_caches(
    cast: Cast, shown: Shown
) -> None:
    answer = await cast.nobody.get(shown.path)
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["cache-control"] == "private, no-store"
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "frame-src 'none'" in policy
    assert "unsafe" not in policy
    assert 'content="noindex' in answer.text


async def test_only_the_team_s_calendar_may_be_framed(cast: Cast, shown: Shown) -> None:
    booking = {"kind": "calendly", "url": "https://calendly.com/ann/30min"}
    await choose(cast, shown.campaign_id, booking=booking)
    forget(cast)
    answer = await cast.nobody.get(shown.path)
    assert "frame-src https://calendly.com;" in answer.headers["content-security-policy"]
    assert "embed_domain=acme.loomlite.localhost" in answer.text
    assert "email=lead2%40example.com" in answer.text


async def test_words_of_the_campaign_stand_over_those_of_the_workspace(
    cast: Cast, shown: Shown
) -> None:
    await choose(cast, headline="From {{ workspace.name }}", footer="Acme, Berlin")
    await choose(cast, shown.campaign_id, headline='{{ lead["Note"] | upper }}: {{ lead.company }}')
    forget(cast)
    page = (await cast.nobody.get(shown.path)).text
    assert "A NOTE: Analytical" in page
    assert "From Acme" not in page
    assert "Acme, Berlin" in page


async def test_values_of_a_lead_are_text_and_nothing_else(cast: Cast, shown: Shown) -> None:
    evil = "<script>alert(1)</script>{{ workspace.name }}{% x %}\" onload='x"
    await set_rows(
        cast,
        update(Render)
        .where(Render.id == shown.render_id)
        .values(name=evil, company=evil, cells=[evil, evil, evil, evil]),
    )
    await choose(
        cast,
        headline="{{ lead.company }}",
        text='{{ lead["Note"] }} <b>bold</b>',
        footer="<i>us</i>",
        speaker='"><script>',
    )
    forget(cast)
    page = (await cast.nobody.get(shown.path)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ workspace.name }}" in page
    assert "<b>bold" not in page
    assert "<i>us" not in page
    assert '"><script>' not in page


async def test_what_leads_nowhere_is_the_same_page_whatever_was_asked(
    cast: Cast, shown: Shown
) -> None:
    asked = (
        *("/v/AAAAAAAAAAAAAAAAAAAAAAAA", "/v/x", f"/v/{shown.public_id}x", "/v/%00", "/v/-"),
        *(f"/v/{'a' * 300}", "/v/..%2F", "/v/%F0%9F%98%80", f"/v/{shown.public_id.swapcase()}"),
    )
    answers = [await cast.nobody.get(path) for path in asked]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "Acme" not in answers[0].text
    assert "noindex" in answers[0].headers["x-robots-tag"]


async def test_another_workspace_s_host_shows_nothing_of_a_link(cast: Cast, shown: Shown) -> None:
    for slug in ("other", "nosuchteam", None):
        async with cast.site.visitor(slug) as visitor:
            for thing in (
                "",
                "/video",
                "/light",
                "/poster.jpg",
                "/logo",
                "/state",
                "/delete-my-data",
            ):
                answer = await visitor.get(shown.path + thing)
                assert answer.status_code == 404, (slug, thing)
                assert "Ada" not in answer.text


async def test_hostile_hosts_get_nothing(cast: Cast, shown: Shown) -> None:
    for host in (
        "evil.example",
        "acme.loomlite.localhost.evil.example",
        "acme.loomlite.localhost@x",
    ):
        answer = await cast.nobody.get(shown.path, headers={"Host": host})
        assert answer.status_code in {400, 404, 421}, host
        assert "Ada" not in answer.text


async def test_a_page_whose_video_is_made_waits_and_tells_when_it_is_there(
    cast: Cast, shown: Shown
) -> None:
    files = update(Render).where(Render.id == shown.render_id)
    await set_rows(cast, files.values(is_current=False))
    answer = await cast.nobody.get(shown.path)
    assert answer.status_code == 200
    assert "Your video is on its way" in answer.text
    assert f'data-state-url="{shown.path}/state"' in answer.text
    assert (await cast.nobody.get(shown.path + "/state")).json()["state"] == "waiting"
    assert (await cast.nobody.get(shown.path + "/video")).status_code == 404
    await set_rows(cast, files.values(is_current=True))
    assert (await cast.nobody.get(shown.path + "/state")).json()["state"] == "ready"


async def test_a_lead_without_any_video_waits_too(cast: Cast, shown: Shown) -> None:
    await set_rows(cast, delete(Render).where(Render.public_id == shown.public_id))
    assert "on its way" in (await cast.nobody.get(shown.path)).text


async def test_a_link_goes_on_when_its_lead_is_taken_off_the_list(cast: Cast, shown: Shown) -> None:
    await set_rows(cast, delete(Lead).where(Lead.public_id == shown.public_id))
    assert "Ada, this video" in (await cast.nobody.get(shown.path)).text


async def test_closed_links_say_kindly_what_happened_and_nothing_of_the_lead(
    cast: Cast, shown: Shown
) -> None:
    past = now() - timedelta(minutes=1)
    for values, words in (
        ({"revoked_at": past}, "no longer shown"),
        ({"expires_at": past}, "This link has ended"),
        ({"erased_at": past}, "This video was deleted"),
    ):
        await set_link(
            cast,
            shown.public_id,
            **{"revoked_at": None, "expires_at": None, "erased_at": None} | values,
        )
        answer = await cast.nobody.get(shown.path)
        assert answer.status_code == 410
        assert words in answer.text
        assert "Ada" not in answer.text
        _nothing_is_cached(answer)
        for thing in ("/video", "/light", "/poster.jpg", "/thumbnail.jpg", "/preview.gif"):
            assert (await cast.nobody.get(shown.path + thing)).status_code == 404


async def test_a_deleted_campaign_s_links_are_closed_until_it_is_restored(
    cast: Cast, shown: Shown
) -> None:
    campaign = update(Campaign).where(Campaign.id == shown.campaign_id)
    await set_rows(cast, campaign.values(deleted_at=now()))
    assert (await cast.nobody.get(shown.path)).status_code == 410
    await set_rows(cast, campaign.values(deleted_at=None))
    assert (await cast.nobody.get(shown.path)).status_code == 200


async def test_a_campaign_s_links_end_some_days_after_the_video_and_one_may_end_later(
    cast: Cast, shown: Shown
) -> None:
    await choose(cast, shown.campaign_id, expires_after_days=7)
    await set_render(cast, shown.render_id, "completed", ended_at=now() - timedelta(days=6))
    forget(cast)
    assert (await cast.nobody.get(shown.path)).status_code == 200
    await set_render(cast, shown.render_id, "completed", ended_at=now() - timedelta(days=8))
    forget(cast)
    assert (await cast.nobody.get(shown.path)).status_code == 410
    await set_link(cast, shown.public_id, expires_at=now() + timedelta(days=1))
    assert (await cast.nobody.get(shown.path)).status_code == 200


def _nothing_is_cached(answer: httpx.Response) -> None:
    assert answer.headers["cache-control"] == "private, no-store"


async def test_the_team_s_own_looks_are_marked_in_the_token(cast: Cast, shown: Shown) -> None:
    for who, is_team in ((cast.bob, True), (cast.charlie, False), (cast.nobody, False)):
        assert (await token_of(cast, who, shown.path)).is_team is is_team


async def test_who_asks_not_to_be_tracked_is_marked_in_the_token(cast: Cast, shown: Shown) -> None:
    assert (await token_of(cast, cast.nobody, shown.path, {"Sec-GPC": "1"})).is_private
    assert (await token_of(cast, cast.nobody, shown.path, {"DNT": "1"})).is_private
    assert not (await token_of(cast, cast.nobody, shown.path)).is_private


async def test_that_a_page_was_opened_is_noted_once_and_not_for_a_head(
    cast: Cast, shown: Shown
) -> None:
    await cast.nobody.head(shown.path)
    token = await token_of(cast, cast.nobody, shown.path)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        rows = list(await session.scalars(select(VisitInbox)))
    assert [UUID(row.told["visit"]) for row in rows] == [token.visit_id]
