"""Passwords of links, and links that are revoked, reopened and ended."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.accounts.models import RateCount
from app.db.base import now
from app.viewer.link_states import (
    LinkPasswordRefused,
    find_states,
    reopen_links,
    revoke_links,
    set_expiry,
    set_password,
)
from app.web.refusals import NotFound
from tests.cast import Cast, in_workspace
from tests.renders.films import renders_of
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


async def test_who_has_not_the_password_neither_learns_nor_deletes_what_is_kept(
    cast: Cast, shown: Shown
) -> None:
    await _protect(cast, None)
    asked = shown.path + "/delete-my-data"
    for method, status in (("GET", 200), ("POST", 403)):
        answer = await cast.nobody.request(method, asked)
        assert answer.status_code == status
        assert "This video is protected" in answer.text
        assert "Your name" not in answer.text
    await cast.nobody.post(shown.path + "/password", data={"password": PASSWORD})
    assert "Your name" in (await cast.nobody.get(asked)).text
    assert "Your data is deleted" in (await cast.nobody.post(asked)).text


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
