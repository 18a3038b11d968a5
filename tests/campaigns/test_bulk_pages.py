"""Actions on several campaigns, and their way back."""

import json
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select, update

from app.campaigns.lifecycle import list_overdue, purge_campaign
from app.campaigns.models import Campaign, Lead
from app.db.base import now
from tests.campaigns.boards import put_campaigns, put_leads
from tests.campaigns.drafts import make_draft, read_campaign
from tests.cast import Cast, in_workspace

ACTS = ["archive", "unarchive", "delete", "restore", "duplicate"]


def _toast(answer: httpx.Response) -> list[Any]:
    """kind, text, path of the way back."""
    cookie = SimpleCookie(answer.headers["set-cookie"])["flash"].value
    found: list[Any] = json.loads(bytes.fromhex(cookie))
    return found


async def _on_board(cast: Cast) -> set[str]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        query = select(Campaign.name).where(
            Campaign.deleted_at.is_(None), Campaign.archived_at.is_(None)
        )
        return set(await session.scalars(query))


@pytest.mark.parametrize("act", ACTS)
async def test_a_stranger_gets_404(cast: Cast, act: str) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    answer = await cast.charlie.post(f"/campaigns/{act}?ids={campaign_id}")
    assert answer.status_code == 404
    assert await _on_board(cast) == {"Campaign 1"}


@pytest.mark.parametrize("act", ACTS)
async def test_another_workspaces_campaign_is_not_found(cast: Cast, act: str) -> None:
    (theirs,) = await put_campaigns(cast, 1, workspace=cast.other)
    assert (await cast.alice.post(f"/campaigns/{act}?ids={theirs}")).status_code == 404


@pytest.mark.parametrize("act", ["archive", "delete"])
async def test_several_are_put_away_and_taken_back(cast: Cast, act: str) -> None:
    ids = [str(each) for each in await put_campaigns(cast, 3)]
    answer = await cast.bob.post(
        f"/campaigns/{act}", data={"ids": ids[:2], "next": "/campaigns?q=Camp"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/campaigns?q=Camp"
    kind, text, undo_path = _toast(answer)
    assert (kind, text) == ("good", f"{act.capitalize()}d 2 campaigns.")
    assert await _on_board(cast) == {"Campaign 3"}
    back = await cast.bob.post(undo_path)
    assert back.headers["location"] == "/campaigns?q=Camp"
    assert await _on_board(cast) == {"Campaign 1", "Campaign 2", "Campaign 3"}


async def test_the_toast_has_the_way_back_on_the_next_page(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    await cast.bob.post(f"/campaigns/delete?ids={campaign_id}")
    text = (await cast.bob.get("/campaigns")).text
    assert "Deleted “Campaign 1”." in text
    assert f'action="/campaigns/restore?ids={campaign_id.hex}' in text


async def test_a_whole_page_can_be_undone_from_one_cookie(cast: Cast) -> None:
    ids = [str(each) for each in await put_campaigns(cast, 24)]
    answer = await cast.bob.post(
        "/campaigns/delete", data={"ids": ids, "next": "/campaigns?page=2"}
    )
    assert len(answer.headers["set-cookie"]) < 4000
    await cast.bob.post(_toast(answer)[2])
    assert len(await _on_board(cast)) == 24


async def test_too_many_and_none_are_refused_in_words(cast: Cast) -> None:
    await put_campaigns(cast, 1)
    answer = await cast.bob.post("/campaigns/delete", data={"ids": "nonsense"})
    assert _toast(answer)[:2] == ["warn", "Choose at least one campaign."]
    many = ".".join(uuid4().hex for _ in range(25))
    answer = await cast.bob.post("/campaigns/delete", data={"ids": many})
    assert _toast(answer)[:2] == ["warn", "Choose at most 24 campaigns at a time."]
    assert await _on_board(cast) == {"Campaign 1"}


async def test_the_way_on_never_leaves_this_site(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    answer = await cast.bob.post(
        f"/campaigns/archive?ids={campaign_id}", data={"next": "https://evil.example/"}
    )
    assert answer.headers["location"] == "/"


async def test_putting_away_is_no_change_of_the_campaign(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    before = (await read_campaign(cast, campaign_id)).updated_at
    await cast.bob.post(f"/campaigns/archive?ids={campaign_id}")
    assert (await read_campaign(cast, campaign_id)).updated_at == before


async def test_a_deleted_campaign_is_found_nowhere(cast: Cast) -> None:
    (campaign_id,) = await put_campaigns(cast, 1)
    await cast.bob.post(f"/campaigns/delete?ids={campaign_id}")
    assert (await cast.bob.get(f"/campaigns/{campaign_id}")).status_code == 404
    assert (await cast.bob.post(f"/campaigns/archive?ids={campaign_id}")).status_code == 404
    assert "Campaign 1" not in (await cast.bob.get("/search?q=Campaign")).text


async def test_copies_come_without_leads(cast: Cast) -> None:
    first, second = await put_campaigns(cast, 2, scenes=[{"id": "a"}])
    await put_leads(cast, first, 3)
    await cast.bob.post("/campaigns/duplicate", data={"ids": [str(first), str(second)]})
    assert await _on_board(cast) == {
        "Campaign 1", "Campaign 1 copy", "Campaign 2", "Campaign 2 copy",
    }  # fmt: skip
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        copy = (
            await session.scalars(select(Campaign).where(Campaign.name == "Campaign 1 copy"))
        ).one()
        count = await session.scalar(select(func.count()).select_from(Lead))
    assert (copy.scenes, copy.good_leads, copy.leads_state) == ([{"id": "a"}], 0, "none")
    assert count == 3


async def _delete_days_ago(cast: Cast, campaign_id: UUID, days: float) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id)
            .values(deleted_at=now() - timedelta(days=days))
        )


async def test_deleted_ones_are_gone_for_good_after_a_week(cast: Cast) -> None:
    old, young = await put_campaigns(cast, 2)
    there = await make_draft(cast)
    await put_leads(cast, old, 2)
    await _delete_days_ago(cast, old, 7.1)
    await _delete_days_ago(cast, young, 6.9)
    async with cast.site.database.session(every_workspace=True) as session:
        assert await list_overdue(session) == [(cast.acme.id, old)]
        assert [await purge_campaign(session, each) for each in (old, young)] == [True, False]
        assert await list_overdue(session) == []
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert set(await session.scalars(select(Campaign.id))) == {young, there}
        assert await session.scalar(select(func.count()).select_from(Lead)) == 0
    assert (await cast.bob.post(f"/campaigns/restore?ids={old}")).status_code == 404
    assert (await cast.bob.post(f"/campaigns/restore?ids={young}")).status_code == 303
