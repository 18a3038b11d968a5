"""Joining: the letter shows who invites, and only the invited address gets in."""

import httpx
import pytest
from sqlalchemy import select, update

from app.accounts.auth_sessions import Browser, start_session
from app.accounts.models import User
from app.accounts.sign_in import get_or_create_user
from app.workspaces.activity_feed import list_activity
from app.workspaces.models import Membership
from tests.cast import HOST, Cast, in_workspace
from tests.workspaces.stage import Worker


async def _invited(cast: Cast, worker: Worker, email: str, role: str = "member") -> str:
    """The path in the letter of an invitation."""
    await cast.alice.post("/settings/members/invitations", data={"email": email, "role": role})
    (letter,) = await worker.run_all()
    return letter.links[0].removeprefix(f"http://{HOST}")


async def _ann_at_door(cast: Cast, name: str = "Ann") -> httpx.AsyncClient:
    async with cast.site.database.session() as session:
        ann = await get_or_create_user(session, "ann@example.com", name=name)
        token = await start_session(session, ann, Browser(HOST, "203.0.113.9", "Tests/1.0"))
    return cast.site.visitor(None, token)


async def _role(cast: Cast, email: str) -> str | None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return await session.scalar(
            select(Membership.role)
            .join(Membership.user)
            .where(User.email == email, Membership.workspace_id == cast.acme.id)
        )


async def test_who_is_signed_out_sees_who_invites_and_signs_in_first(
    cast: Cast, worker: Worker
) -> None:
    path = await _invited(cast, worker, "ann@example.com", "admin")
    page = await cast.site.visitor().get(path)
    assert "Alice invites ann@example.com to work together in Acme, as an admin" in page.text
    # The way back holds no token: it lies in the letter of the sign-in and in its job.
    assert f"/sign-in?next=%2Fjoin%2F{cast.acme.id}" in page.text
    assert path.rpartition("/")[2] not in page.text


async def test_the_letter_alone_lets_nobody_in(cast: Cast, worker: Worker) -> None:
    await _invited(cast, worker, "ann@example.com")
    answer = await cast.site.visitor().post(f"/join/{cast.acme.id}")
    assert answer.headers["location"].startswith("/sign-in")
    assert await _role(cast, "ann@example.com") is None


async def test_the_invited_person_joins_by_a_button(cast: Cast, worker: Worker) -> None:
    path = await _invited(cast, worker, "ann@example.com", "admin")
    ann = await _ann_at_door(cast)
    for address in (path, f"/join/{cast.acme.id}"):
        page = await ann.get(address)
        assert f'action="/join/{cast.acme.id}"' in page.text
        assert await _role(cast, "ann@example.com") is None
    answer = await ann.post(f"/join/{cast.acme.id}")
    assert answer.headers["location"] == "http://acme.loomlite.localhost/enter"
    assert await _role(cast, "ann@example.com") == "admin"
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        assert (await list_activity(session, 1))[0].text == "Ann joined the team"


async def test_joining_twice_does_no_harm(cast: Cast, worker: Worker) -> None:
    path = await _invited(cast, worker, "ann@example.com")
    ann = await _ann_at_door(cast)
    for _ in range(2):
        answer = await ann.post(f"/join/{cast.acme.id}")
        assert answer.headers["location"] == "http://acme.loomlite.localhost/enter"
    # The letter's link leads on to the workspace.
    assert (await ann.get(path)).headers["location"] == "http://acme.loomlite.localhost/enter"


async def test_another_address_is_told_and_does_not_get_in(cast: Cast, worker: Worker) -> None:
    path = await _invited(cast, worker, "ann@example.com")
    page = await cast.charlie_at_door.get(path)
    assert "You are signed in as charlie@example.com." in page.text
    assert "Only ann@example.com can accept it" in page.text
    assert f'action="/join/{cast.acme.id}"' not in page.text
    assert (await cast.charlie_at_door.post(f"/join/{cast.acme.id}")).status_code == 404
    assert await _role(cast, "charlie@example.com") is None
    assert await _role(cast, "ann@example.com") is None


async def test_an_address_that_was_not_proved_does_not_get_in(cast: Cast, worker: Worker) -> None:
    await _invited(cast, worker, "ann@example.com")
    ann = await _ann_at_door(cast)
    async with cast.site.database.session() as session:
        unproved = update(User).where(User.email == "ann@example.com")
        await session.execute(unproved.values(email_verified_at=None))
    assert (await ann.post(f"/join/{cast.acme.id}")).status_code == 404
    assert await _role(cast, "ann@example.com") is None


async def test_somebody_without_a_name_is_asked_for_it_first(cast: Cast, worker: Worker) -> None:
    await _invited(cast, worker, "ann@example.com")
    ann = await _ann_at_door(cast, name="")
    answer = await ann.get(f"/join/{cast.acme.id}")
    assert answer.headers["location"] == f"/welcome?next=%2Fjoin%2F{cast.acme.id}"


async def test_a_person_belongs_to_several_workspaces(cast: Cast, worker: Worker) -> None:
    await _invited(cast, worker, "charlie@example.com")
    await cast.charlie_at_door.post(f"/join/{cast.acme.id}")
    chooser = await cast.charlie_at_door.get("/workspaces")
    assert "acme.loomlite.localhost" in chooser.text
    assert "other.loomlite.localhost" in chooser.text
    assert (await cast.charlie.get("/settings/members")).status_code == 200


async def test_who_was_removed_and_is_invited_again_comes_back(cast: Cast, worker: Worker) -> None:
    await _invited(cast, worker, "ann@example.com")
    ann = await _ann_at_door(cast)
    await ann.post(f"/join/{cast.acme.id}")
    async with cast.site.database.session() as session:
        ann_id = await session.scalar(select(User.id).where(User.email == "ann@example.com"))
    await cast.alice.post(f"/settings/members/{ann_id}/remove")
    assert (await ann.post(f"/join/{cast.acme.id}")).status_code == 404
    await _invited(cast, worker, "ann@example.com", "admin")
    await ann.post(f"/join/{cast.acme.id}")
    assert await _role(cast, "ann@example.com") == "admin"


@pytest.mark.parametrize("token", ["x", "A" * 43, "%F0%9F%98%80", "%00"])
async def test_a_token_that_is_none_says_so_and_no_more(cast: Cast, token: str) -> None:
    page = await cast.site.visitor().get(f"/join/{cast.acme.id}/{token}")
    assert page.status_code == 404
    assert "This invitation no longer works" in page.text
    assert "Acme" not in page.text


async def test_an_invitation_of_one_workspace_opens_no_other(cast: Cast, worker: Worker) -> None:
    path = await _invited(cast, worker, "ann@example.com")
    token = path.rpartition("/")[2]
    ann = await _ann_at_door(cast)
    assert (await ann.get(f"/join/{cast.other.id}/{token}")).status_code == 404
    assert (await ann.post(f"/join/{cast.other.id}")).status_code == 404


async def test_joining_happens_on_the_app_s_own_host(cast: Cast, worker: Worker) -> None:
    path = await _invited(cast, worker, "ann@example.com")
    assert (await cast.alice.get(path)).headers["location"] == f"http://{HOST}{path}"
    assert (await cast.alice.post(f"/join/{cast.acme.id}")).status_code == 404
