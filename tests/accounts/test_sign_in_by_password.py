"""A password signs in, tells nobody who has an account, and is hashed anew when its hash aged."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from app.accounts.models import User
from app.accounts.passwords import check_password, hash_password, needs_rehash
from tests.accounts.post import PASSWORD, Post
from tests.cast import Cast


@pytest.fixture
async def known(cast: Cast) -> Cast:
    async with cast.site.database.session() as session:
        await session.execute(
            update(User)
            .where(User.id == cast.users["alice"].id)
            .values(password_hash=hash_password(PASSWORD))
        )
    return cast


async def test_a_password_signs_in_and_leads_on(known: Cast) -> None:
    async with known.site.visitor() as alice:
        answer = await alice.post(
            "/sign-in/password?next=/workspaces",
            data={"email": "Alice@example.com", "password": PASSWORD},
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/workspaces")
        assert (await alice.get("/workspaces")).status_code == 200


async def test_the_answer_is_the_same_for_wrong_none_and_unknown(known: Cast) -> None:
    answers = []
    async with known.site.visitor() as somebody:
        for email in ("alice@example.com", "bob@example.com", "nobody@example.com"):
            answer = await somebody.post(
                "/sign-in/password", data={"email": email, "password": "tasse lampe wolke"}
            )
            answers.append((answer.status_code, answer.text.replace(email, "…")))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 422
    assert "The e-mail address or the password is not right." in answers[0][1]
    assert "tasse" not in answers[0][1]


async def test_an_old_hash_is_made_anew_at_a_sign_in(known: Cast) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    alice_id = known.users["alice"].id
    async with known.site.database.session() as session:
        await session.execute(update(User).where(User.id == alice_id).values(password_hash=old))
    async with known.site.visitor() as alice:
        await alice.post(
            "/sign-in/password", data={"email": "alice@example.com", "password": PASSWORD}
        )
    async with known.site.database.session() as session:
        stored = (await session.get_one(User, alice_id)).password_hash
    assert stored is not None
    assert not needs_rehash(stored)
    assert check_password(stored, PASSWORD)


async def test_what_is_missing_is_said_beside_its_field(known: Cast) -> None:
    async with known.site.visitor() as somebody:
        answer = await somebody.post("/sign-in/password", data={"email": "", "password": ""})
    assert answer.status_code == 422
    assert "Enter your password." in answer.text


async def test_another_browser_is_told_of_by_letter_and_a_known_one_is_not(
    known: Cast, post: Post
) -> None:
    sent = {"email": "alice@example.com", "password": PASSWORD}
    async with known.site.database.session() as session:
        alice = await session.get_one(User, known.users["alice"].id)
        alice.created_at = alice.created_at.replace(year=2020)
    firefox = {"user-agent": "Mozilla/5.0 (Windows NT 10.0; rv:150.0) Gecko Firefox/150.0"}
    for letters in (1, 0):
        async with known.site.visitor() as browser:
            await browser.post("/sign-in/password", data=sent, headers=firefox)
        told = await post.delivered()
        assert len(told) == letters
        for letter in told:
            assert letter.to == "alice@example.com"
            assert "Firefox on Windows" in letter.text
            assert "http://loomlite.localhost/devices" in letter.links


async def test_a_page_asks_for_address_and_password(known: Cast) -> None:
    async with known.site.visitor() as somebody:
        answer = await somebody.get("/sign-in/password?next=/workspaces")
    assert answer.status_code == 200
    assert 'autocomplete="current-password"' in answer.text
    assert 'action="/sign-in/password?next=%2Fworkspaces"' in answer.text
