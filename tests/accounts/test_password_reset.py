"""A forgotten password is replaced by a letter's link: once, in time, and all devices go out."""

import pytest
from sqlalchemy import select, update

from app.accounts.models import AuthSession, EmailLink, User
from app.accounts.passwords import check_password, hash_password
from app.accounts.tokens import token_hash
from app.db.base import now
from tests.accounts.post import PASSWORD, Post
from tests.cast import Cast

CHANGED = "Your Loom-Lite password was changed"
OTHER = "regen kupfer zaun 88 lachs"


async def ask(cast: Cast, email: str = "alice@example.com") -> None:
    async with cast.site.visitor() as somebody:
        answer = await somebody.post("/sign-in/forgotten", data={"email": email})
    assert answer.status_code == 200


async def stored_password(cast: Cast) -> str | None:
    async with cast.site.database.session() as session:
        return (await session.get_one(User, cast.users["alice"].id)).password_hash


async def test_a_letter_sets_a_password_signs_in_and_ends_all_devices(
    cast: Cast, post: Post
) -> None:
    await ask(cast)
    path = await post.path_in_letter()
    async with cast.site.visitor() as alice:
        assert (await alice.get(path)).status_code == 200
        answer = await alice.post(path, data={"password": OTHER})
        assert answer.status_code == 303
        assert (await alice.get("/workspaces")).status_code == 200
    assert check_password(await stored_password(cast), OTHER)
    assert (await cast.alice_at_door.get("/workspaces")).status_code == 303
    assert (await cast.bob.get("/settings/profile")).status_code == 200, "others stay signed in"
    (letter,) = await post.delivered()
    assert letter.to == "alice@example.com"
    assert letter.subject == CHANGED
    assert letter.links == ("http://loomlite.localhost/sign-in/forgotten",)


async def test_a_reset_works_once_and_ends_the_others_under_way(cast: Cast, post: Post) -> None:
    await ask(cast)
    await ask(cast)
    first, second = [letter.links[0].partition("localhost")[2] for letter in await post.delivered()]
    async with cast.site.visitor() as alice:
        assert (await alice.post(first, data={"password": OTHER})).status_code == 303
    for path in (first, second):
        async with cast.site.visitor() as thief:
            answer = await thief.post(path, data={"password": PASSWORD})
        assert answer.status_code == 422
        assert "This link no longer works" in answer.text
    assert check_password(await stored_password(cast), OTHER)


async def test_a_guessable_password_is_refused_and_the_link_still_works(
    cast: Cast, post: Post
) -> None:
    await ask(cast)
    path = await post.path_in_letter()
    async with cast.site.visitor() as alice:
        for password, words in (
            ("", "Enter a password."),
            ("short", "Use at least 12 characters."),
            ("alice@example.com", "too close to your name or e-mail"),
        ):
            answer = await alice.post(path, data={"password": password})
            assert answer.status_code == 422
            assert words in answer.text
        assert await stored_password(cast) is None
        assert (await alice.post(path, data={"password": OTHER})).status_code == 303


async def test_a_reset_ends_after_fifteen_minutes_and_is_kept_as_a_hash(
    cast: Cast, post: Post
) -> None:
    await ask(cast)
    path = await post.path_in_letter()
    async with cast.site.database.session() as session:
        link = await session.scalar(select(EmailLink).where(EmailLink.kind == "reset"))
        assert link is not None
        assert link.token_sha256 == token_hash(path.rpartition("/")[2])
        assert 14 * 60 < (link.expires_at - now()).total_seconds() <= 15 * 60
        link.expires_at = now()
    async with cast.site.visitor() as alice:
        assert (await alice.post(path, data={"password": OTHER})).status_code == 422


async def test_the_answer_is_the_same_for_known_and_unknown_and_no_letter_goes_astray(
    cast: Cast, post: Post
) -> None:
    answers = []
    async with cast.site.visitor() as somebody:
        for email in ("alice@example.com", "nobody@example.com"):
            answer = await somebody.post("/sign-in/forgotten", data={"email": email})
            answers.append((answer.status_code, answer.text.replace(email, "…")))
    assert answers[0] == answers[1]
    assert [job.name for job in post.jobs] == ["send_password_reset"] * 2
    assert [letter.to for letter in await post.delivered()] == ["alice@example.com"]


async def test_a_link_of_one_kind_is_none_of_another(cast: Cast, post: Post) -> None:
    await ask(cast)
    token = (await post.path_in_letter()).rpartition("/")[2]
    async with cast.site.visitor() as thief:
        assert (await thief.post(f"/sign-in/link/{token}")).status_code == 422
        assert "session" not in thief.cookies


async def test_the_form_asks_for_a_right_address(cast: Cast) -> None:
    async with cast.site.visitor() as somebody:
        assert (await somebody.get("/sign-in/forgotten")).status_code == 200
        answer = await somebody.post("/sign-in/forgotten", data={"email": "x"})
    assert answer.status_code == 422
    assert "Enter an e-mail address" in answer.text


@pytest.fixture
async def with_password(cast: Cast) -> Cast:
    """Alice has a password and signed in long ago."""
    async with cast.site.database.session() as session:
        await session.execute(
            update(User)
            .where(User.id == cast.users["alice"].id)
            .values(password_hash=hash_password(PASSWORD))
        )
        await session.execute(update(AuthSession).values(created_at=now().replace(year=2020)))
    return cast


async def test_changing_needs_the_present_password(with_password: Cast, post: Post) -> None:
    cast = with_password
    assert "Current password" in (await cast.alice.get("/settings/password")).text
    wrong = await cast.alice.post(
        "/settings/password", data={"current": "not this one", "password": OTHER}
    )
    assert wrong.status_code == 422
    assert "This is not your current password." in wrong.text
    right = await cast.alice.post(
        "/settings/password", data={"current": PASSWORD, "password": OTHER}
    )
    assert right.status_code == 303
    assert check_password(await stored_password(cast), OTHER)
    assert (await cast.alice.get("/settings/password")).status_code == 200, "this device stays"
    assert (await cast.alice_at_door.get("/workspaces")).status_code == 303, "others do not"
    assert [letter.subject for letter in await post.delivered()] == [
        "Your Loom-Lite password was changed"
    ]


async def test_a_fresh_sign_in_needs_no_present_password(cast: Cast) -> None:
    assert "Current password" not in (await cast.alice.get("/settings/password")).text
    refused = await cast.alice.post("/settings/password", data={"password": "short"})
    assert refused.status_code == 422
    answer = await cast.alice.post("/settings/password", data={"password": OTHER})
    assert answer.status_code == 303
    assert check_password(await stored_password(cast), OTHER)


async def test_who_has_none_and_came_long_ago_proves_it_by_letter(cast: Cast, post: Post) -> None:
    async with cast.site.database.session() as session:
        await session.execute(update(AuthSession).values(created_at=now().replace(year=2020)))
    refused = await cast.alice.post("/settings/password", data={"password": OTHER})
    assert refused.status_code == 422
    assert await stored_password(cast) is None
    assert (await cast.alice.post("/settings/password/letter")).status_code == 303
    path = await post.path_in_letter()
    async with cast.site.visitor() as alice:
        assert (await alice.post(path, data={"password": OTHER})).status_code == 303


async def test_a_password_is_removed_with_the_present_one_alone(with_password: Cast) -> None:
    cast = with_password
    wrong = await cast.alice.post("/settings/password/remove", data={"current": "not this one"})
    assert wrong.status_code == 422
    assert await stored_password(cast) is not None
    right = await cast.alice.post("/settings/password/remove", data={"current": PASSWORD})
    assert right.status_code == 303
    assert await stored_password(cast) is None


async def test_a_guesser_in_a_session_is_stopped(with_password: Cast) -> None:
    for _ in range(10):
        await with_password.alice.post("/settings/password/remove", data={"current": "guess"})
    answer = await with_password.alice.post("/settings/password/remove", data={"current": PASSWORD})
    assert answer.status_code == 429
    assert await stored_password(with_password) is not None
