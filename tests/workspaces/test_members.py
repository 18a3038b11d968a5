"""Members: who may change whom; an admin never touches the owner, a member nobody."""

import asyncio
import io

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from app.db.session import Database
from app.settings import Settings
from app.web.refusals import Conflict
from app.workspaces.activity_feed import list_activity
from app.workspaces.deletion import delete_workspace
from app.workspaces.members import transfer_ownership
from app.workspaces.models import Membership
from tests.cast import Cast, assemble, in_workspace
from tests.workspaces.stage import site_on


async def _roles(cast: Cast) -> dict[str, str]:
    names = {user.id: name for name, user in cast.users.items()}
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        rows = await session.execute(
            select(Membership.user_id, Membership.role).where(
                Membership.workspace_id == cast.acme.id
            )
        )
    return {names[user_id]: role for user_id, role in rows}


EVERYBODY = {"alice": "owner", "adam": "admin", "bob": "member"}


def _path(cast: Cast, who: str, act: str) -> str:
    return f"/settings/members/{cast.users[who].id}/{act}"


async def _last_line(cast: Cast) -> str:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return (await list_activity(session, 1))[0].text


@pytest.mark.parametrize("who", ["alice", "adam", "bob"])
async def test_every_member_sees_who_belongs(cast: Cast, who: str) -> None:
    answer = await getattr(cast, who).get("/settings/members")
    assert answer.status_code == 200
    for name in ("Alice", "Adam", "Bob"):
        assert name in answer.text
    assert ("Send invitation" in answer.text) == (who != "bob")
    assert ("/remove" in answer.text) == (who != "bob")


async def test_a_stranger_sees_no_members(cast: Cast) -> None:
    assert (await cast.charlie.get("/settings/members")).status_code == 404


async def test_an_admin_makes_a_member_an_admin(cast: Cast) -> None:
    answer = await cast.adam.post(_path(cast, "bob", "role"), data={"role": "admin"})
    assert answer.headers["location"] == "/settings/members"
    assert await _roles(cast) == {**EVERYBODY, "bob": "admin"}
    assert await _last_line(cast) == "Adam made Bob an admin"


async def test_an_owner_makes_an_admin_a_member(cast: Cast) -> None:
    await cast.alice.post(_path(cast, "adam", "role"), data={"role": "member"})
    assert await _roles(cast) == {**EVERYBODY, "adam": "member"}


@pytest.mark.parametrize(
    ("who", "whom", "role", "status"),
    [
        ("adam", "alice", "member", 403),
        ("adam", "bob", "owner", 409),
        ("alice", "bob", "owner", 409),
        ("alice", "alice", "member", 403),
        ("bob", "adam", "member", 403),
        ("bob", "bob", "admin", 403),
        ("alice", "charlie", "admin", 404),
        ("charlie", "bob", "admin", 404),
        ("alice", "bob", "", 409),
    ],
)
async def test_a_role_that_is_not_theirs_to_give_is_refused(
    cast: Cast, who: str, whom: str, role: str, status: int
) -> None:
    asker: httpx.AsyncClient = getattr(cast, who)
    answer = await asker.post(_path(cast, whom, "role"), data={"role": role})
    assert answer.status_code == status
    assert await _roles(cast) == EVERYBODY


async def test_a_removed_member_finds_nothing_any_more(cast: Cast) -> None:
    assert (await cast.bob.get("/settings/members")).status_code == 200
    await cast.adam.post(_path(cast, "bob", "remove"))
    assert (await cast.bob.get("/settings/members")).status_code == 404
    assert await _last_line(cast) == "Adam removed Bob from the team"


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("adam", "alice", 403),
        ("adam", "adam", 409),
        ("bob", "adam", 403),
        ("alice", "charlie", 404),
        ("charlie", "bob", 404),
    ],
)
async def test_who_may_not_be_removed_stays(cast: Cast, who: str, whom: str, status: int) -> None:
    asker: httpx.AsyncClient = getattr(cast, who)
    assert (await asker.post(_path(cast, whom, "remove"))).status_code == status
    assert await _roles(cast) == EVERYBODY


async def test_two_hand_overs_at_once_leave_one_owner(
    settings: Settings, own_database: Database
) -> None:
    cast = await assemble(site_on(settings, own_database))
    alice = cast.users["alice"]

    async def hand_over(name: str) -> None:
        async with own_database.session(workspace_id=cast.acme.id) as session:
            await transfer_ownership(session, alice, cast.users[name].id)

    done = await asyncio.gather(hand_over("adam"), hand_over("bob"), return_exceptions=True)
    assert [type(each) for each in done if each] == [Conflict]
    assert sorted((await _roles(cast)).values()).count("owner") == 1


async def test_who_has_just_handed_over_deletes_nothing(
    settings: Settings, own_database: Database
) -> None:
    cast = await assemble(site_on(settings, own_database))
    alice = cast.users["alice"]

    async def delete() -> None:
        async with own_database.session(workspace_id=cast.acme.id) as session:
            await delete_workspace(session, cast.acme, alice)

    async with own_database.session(workspace_id=cast.acme.id) as session:
        await transfer_ownership(session, alice, cast.users["adam"].id)
        deleting = asyncio.create_task(delete())
    with pytest.raises(Conflict):
        await deleting
    assert (await _roles(cast))["adam"] == "owner"


async def test_members_see_each_other_s_pictures(cast: Cast) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 300)).save(picture, "PNG")
    assert (await cast.adam.get(_path(cast, "bob", "avatar"))).status_code == 404
    sent = {"picture": ("me.png", picture.getvalue())}
    assert (await cast.bob.post("/settings/profile/avatar", files=sent)).status_code == 303
    shown = await cast.adam.get(_path(cast, "bob", "avatar"))
    assert shown.headers["content-type"] == "image/webp"
    assert _path(cast, "bob", "avatar") in (await cast.adam.get("/settings/members")).text
    for stranger in (cast.charlie, cast.charlie_at_home):
        assert (await stranger.get(_path(cast, "bob", "avatar"))).status_code == 404
