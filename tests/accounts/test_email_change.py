"""An address is changed by who owns both: the account, and the mailbox of the new one."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from app.accounts.models import AuthSession, EmailLink, User
from app.accounts.passwords import hash_password
from app.db.base import now
from app.jobs.catalogue import FOLLOW_ADDRESS
from tests.accounts.post import PASSWORD, Post
from tests.cast import Cast

ASK = "/settings/profile/email"
NEW = "alice@new.example.com"


async def _email(cast: Cast, name: str = "alice") -> str:
    async with cast.site.database.session() as session:
        return (await session.get_one(User, cast.users[name].id)).email


async def _ask(who: httpx.AsyncClient, email: str = NEW, **more: str) -> httpx.Response:
    return await who.post(ASK, data={"email": email, **more})


async def _no_longer_fresh(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await session.execute(update(AuthSession).values(created_at=now() - timedelta(hours=1)))


async def _link(cast: Cast, post: Post) -> str:
    assert (await _ask(cast.alice)).status_code == 303
    return await post.path_in_letter()


async def test_the_letter_s_button_changes_the_address_and_the_old_one_is_told(
    cast: Cast, post: Post
) -> None:
    link = await _link(cast, post)
    assert NEW in (await cast.alice_at_door.get(link)).text
    assert await _email(cast) == "alice@example.com", "looking changes nothing"
    done = await cast.alice_at_door.post(link)
    assert (done.status_code, done.headers["location"]) == (303, "/workspaces")
    assert await _email(cast) == NEW
    assert NEW in (await cast.alice_at_door.get("/workspaces")).text
    (follow,) = [job for job in post.jobs if job.name == FOLLOW_ADDRESS]
    post.jobs.remove(follow)
    assert follow.arguments["former_email"] == "alice@example.com"
    (letter,) = await post.delivered()
    assert (letter.to, letter.subject) == (
        "alice@example.com",
        "Your Loom-Lite address was changed",
    )
    assert (await cast.alice_at_door.post(link)).status_code == 422


async def test_other_devices_and_links_to_the_old_address_end(cast: Cast, post: Post) -> None:
    async with cast.site.visitor() as other:
        await other.post("/sign-in/link", data={"email": "alice@example.com"})
        await other.post(await post.path_in_letter())
        assert (await other.get("/workspaces")).status_code == 200
        await other.post("/sign-in/link", data={"email": "alice@example.com"})
        old_link = await post.path_in_letter()
        link = await _link(cast, post)
        assert (await cast.alice_at_door.post(link)).status_code == 303
        assert (await other.get("/workspaces")).status_code == 303
        assert (await other.post(old_link)).status_code == 422
    assert (await cast.alice_at_door.get("/workspaces")).status_code == 200


async def test_nobody_else_s_press_gives_the_account_their_mailbox(cast: Cast, post: Post) -> None:
    link = await _link(cast, post)
    answer = await cast.charlie_at_door.get(link)
    assert answer.status_code == 404
    assert "This link no longer works" in answer.text
    assert NEW not in answer.text
    assert (await cast.charlie_at_door.post(link)).status_code == 422
    async with cast.site.visitor() as nobody:
        assert (await nobody.get(link)).headers["location"].startswith("/sign-in?next=")
        assert (await nobody.post(link)).status_code == 303
    assert await _email(cast) == "alice@example.com"
    assert (await cast.alice_at_door.post(link)).status_code == 303, "the link was not used up"


async def test_an_address_that_has_an_account_is_not_told_of_to_who_asks(
    cast: Cast, post: Post
) -> None:
    free = await _ask(cast.alice)
    (letter,) = await post.delivered()
    assert letter.to == NEW
    taken = await _ask(cast.alice, "bob@example.com")
    assert (taken.status_code, taken.headers["location"]) == (303, free.headers["location"])
    (letter,) = await post.delivered()
    assert (letter.to, letter.subject) == (
        "bob@example.com",
        "You already have a Loom-Lite account",
    )
    async with cast.site.database.session() as session:
        kept = await session.scalars(
            select(EmailLink.email).where(EmailLink.kind == "change_email")
        )
        assert list(kept) == [NEW]


async def test_an_address_that_was_taken_meanwhile_is_refused(cast: Cast, post: Post) -> None:
    link = await _link(cast, post)
    async with cast.site.database.session() as session:
        await session.execute(update(User).where(User.id == cast.users["bob"].id).values(email=NEW))
    answer = await cast.alice_at_door.post(link)
    assert answer.status_code == 422
    assert "There is an account with this address already." in answer.text
    assert (await _email(cast), await _email(cast, "bob")) == ("alice@example.com", NEW)


async def test_who_is_not_fresh_proves_themselves_by_the_password(cast: Cast, post: Post) -> None:
    await _no_longer_fresh(cast)
    answer = await _ask(cast.alice)
    assert answer.status_code == 422
    assert "Sign out and in again" in answer.text
    async with cast.site.database.session() as session:
        user = await session.get_one(User, cast.users["alice"].id)
        user.password_hash = hash_password(PASSWORD)
    wrong = await _ask(cast.alice, current="not this one at all")
    assert wrong.status_code == 422
    assert "This is not your current password." in wrong.text
    assert f'value="{NEW}"' in wrong.text
    assert post.jobs == []
    assert (await _ask(cast.alice, current=PASSWORD)).status_code == 303


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "Enter an e-mail address"),
        ("not an address", "Enter an e-mail address"),
        ("Alice@Example.com", "This is your address already."),
    ],
)
async def test_what_is_no_other_address_is_refused_beside_its_field(
    cast: Cast, post: Post, email: str, words: str
) -> None:
    answer = await _ask(cast.alice, email)
    assert answer.status_code == 422
    assert words in answer.text
    assert post.jobs == []


async def test_letters_to_others_are_limited(cast: Cast) -> None:
    answers = [(await _ask(cast.alice, f"a{n}@new.example.com")).status_code for n in range(6)]
    assert answers == [303] * 5 + [429]


async def test_a_link_ends_after_fifteen_minutes(cast: Cast, post: Post) -> None:
    link = await _link(cast, post)
    async with cast.site.database.session() as session:
        await session.execute(update(EmailLink).values(expires_at=now()))
    assert (await cast.alice_at_door.get(link)).status_code == 404
    assert (await cast.alice_at_door.post(link)).status_code == 422


async def test_the_settings_of_another_workspace_are_not_there(cast: Cast) -> None:
    assert (await cast.charlie.get(ASK)).status_code == 404
    assert (await _ask(cast.charlie)).status_code == 404
