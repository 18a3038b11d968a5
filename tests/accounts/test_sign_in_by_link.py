"""A letter's link signs in once, within fifteen minutes, and tells nobody who has an account."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from app.accounts.auth_sessions import IDLE_FOR, Browser, find_session, start_session
from app.accounts.models import AuthSession, EmailLink, User
from app.accounts.tokens import token_hash
from app.db.base import now
from tests.accounts.post import Post
from tests.cast import Cast, Site


async def test_a_first_link_makes_an_account_and_a_second_one_finds_it(
    site: Site, post: Post
) -> None:
    for _ in range(2):
        async with site.visitor() as dora:
            sent = await dora.post("/sign-in/link", data={"email": " Dora@Example.com "})
            assert "dora@example.com" in sent.text
            path = await post.path_in_letter()
            shown = await dora.get(path)
            assert shown.status_code == 200
            assert "session" not in dora.cookies, "opening the link alone signs nobody in"
            answer = await dora.post(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
            assert (await dora.get("/workspaces")).headers.get("location") is None
    async with site.database.session() as session:
        users = (await session.scalars(select(User))).all()
    assert [(user.email, user.email_verified_at is not None) for user in users] == [
        ("dora@example.com", True)
    ]


async def test_a_link_works_once(site: Site, post: Post) -> None:
    async with site.visitor() as dora, site.visitor() as thief:
        await dora.post("/sign-in/link", data={"email": "dora@example.com"})
        path = await post.path_in_letter()
        await dora.post(path)
        answer = await thief.post(path)
    assert answer.status_code == 422
    assert "This link no longer works" in answer.text
    assert "session" not in thief.cookies


async def test_a_link_ends_after_fifteen_minutes(site: Site, post: Post) -> None:
    async with site.visitor() as dora:
        await dora.post("/sign-in/link", data={"email": "dora@example.com"})
        path = await post.path_in_letter()
        async with site.database.session() as session:
            link = await session.scalar(select(EmailLink))
            assert link is not None
            assert 14 * 60 < (link.expires_at - now()).total_seconds() <= 15 * 60
            link.expires_at = now()
        assert (await dora.post(path)).status_code == 422


async def test_a_link_is_kept_as_a_hash(site: Site, post: Post) -> None:
    async with site.visitor() as dora:
        await dora.post("/sign-in/link", data={"email": "dora@example.com"})
    token = (await post.path_in_letter()).rpartition("/")[2]
    async with site.database.session() as session:
        link = await session.scalar(select(EmailLink))
    assert link is not None
    assert link.token_sha256 == token_hash(token)
    assert token not in repr(vars(link))


async def test_a_link_leads_where_the_person_wanted_to_go(site: Site, post: Post) -> None:
    async with site.visitor() as dora:
        await dora.post("/sign-in/link?next=/join/abc%3Fa%3D1", data={"email": "dora@example.com"})
        answer = await dora.post(await post.path_in_letter())
        assert answer.headers["location"] == "/welcome?next=%2Fjoin%2Fabc%3Fa%3D1"
        empty = await dora.post(answer.headers["location"], data={"name": "  "})
        assert empty.status_code == 422
        assert "Enter your name." in empty.text
        named = await dora.post(answer.headers["location"], data={"name": "Dora"})
    assert named.headers["location"] == "/join/abc?a=1"


async def test_a_link_leads_to_no_other_site(site: Site, post: Post) -> None:
    async with site.visitor() as dora:
        await dora.post("/sign-in/link?next=//evil.example", data={"email": "dora@example.com"})
        answer = await dora.post(await post.path_in_letter())
    assert answer.headers["location"] == "/"


async def test_the_answer_is_the_same_for_known_and_unknown(cast: Cast) -> None:
    answers = []
    async with cast.site.visitor() as somebody:
        for email in ("alice@example.com", "nobody@example.com"):
            answer = await somebody.post("/sign-in/link", data={"email": email})
            answers.append((answer.status_code, answer.text.replace(email, "…")))
    assert answers[0] == answers[1]


async def test_a_wrong_address_is_said_beside_its_field(site: Site) -> None:
    async with site.visitor() as somebody:
        answer = await somebody.post("/sign-in/link", data={"email": "dora@"})
    assert answer.status_code == 422
    assert "Enter an e-mail address such as ann@example.com." in answer.text
    assert 'value="dora@"' in answer.text


async def test_the_cookie_of_an_attacker_is_never_adopted(site: Site, post: Post) -> None:
    async with site.visitor(token="chosen-by-an-attacker") as dora:
        await dora.post("/sign-in/link", data={"email": "dora@example.com"})
        answer = await dora.post(await post.path_in_letter())
    given = answer.cookies["session"]
    assert given != "chosen-by-an-attacker"
    async with site.database.session() as session:
        hashes = (await session.scalars(select(AuthSession.token_sha256))).all()
    assert hashes == [token_hash(given)]


async def test_signing_in_again_ends_the_earlier_token_of_this_browser(
    cast: Cast, post: Post
) -> None:
    before = cast.alice_at_door.cookies["session"]
    await cast.alice_at_door.post("/sign-in/link", data={"email": "alice@example.com"})
    answer = await cast.alice_at_door.post(await post.path_in_letter())
    assert answer.status_code == 303
    async with cast.site.visitor(token=before) as thief:
        assert (await thief.get("/workspaces")).status_code == 303


async def test_the_cookie_is_out_of_reach_and_stays_on_its_host(site: Site, post: Post) -> None:
    async with site.visitor() as dora:
        await dora.post("/sign-in/link", data={"email": "dora@example.com"})
        answer = await dora.post(await post.path_in_letter())
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "domain=" not in cookie


async def test_a_known_person_gets_on_without_signing_in(cast: Cast) -> None:
    for path in ("/sign-in?next=/workspaces", "/sign-in/password?next=/workspaces"):
        answer = await cast.alice_at_door.get(path)
        assert answer.headers["location"] == "/workspaces"


async def test_the_sign_in_lives_on_the_apps_own_host(site: Site) -> None:
    async with site.visitor("acme") as somebody:
        answer = await somebody.get("/sign-in?next=/a")
        assert answer.headers["location"] == "http://loomlite.localhost/sign-in?next=/a"
        sent = await somebody.post("/sign-in/link", data={"email": "dora@example.com"})
    assert sent.status_code == 404


@pytest.mark.parametrize("field", ["expires_at", "last_seen_at"])
async def test_a_session_ends_by_age_and_by_idleness(cast: Cast, field: str) -> None:
    async def visit(client: httpx.AsyncClient) -> int:
        return (await client.get("/workspaces")).status_code

    assert await visit(cast.alice_at_door) == 200
    earlier = {"expires_at": now(), "last_seen_at": now() - IDLE_FOR}
    async with cast.site.database.session() as session:
        await session.execute(update(AuthSession).values({field: earlier[field]}))
    assert await visit(cast.alice_at_door) == 303


async def test_a_session_that_is_used_does_not_fall_idle(cast: Cast) -> None:
    host, database = cast.site.settings.host, cast.site.database
    async with database.session() as session:
        browser = Browser(host, "203.0.113.7", "Tests/1.0")
        token = await start_session(session, cast.users["bob"], browser)
        started = await find_session(session, token, host)
        assert started is not None
        child = await start_session(
            session, cast.users["bob"], Browser(f"acme.{host}", "", ""), parent=started
        )
        await session.execute(
            update(AuthSession)
            .where(AuthSession.user_id == cast.users["bob"].id)
            .values(last_seen_at=now() - timedelta(days=1))
        )
    async with database.session() as session:
        assert await find_session(session, child, f"acme.{host}") is not None
    async with database.session() as session:
        seen = await session.scalar(
            select(AuthSession.last_seen_at).where(AuthSession.id == started.id)
        )
    assert seen is not None
    assert (now() - seen).total_seconds() < 60, "the device was seen where its child was"


async def test_a_token_is_good_on_its_own_host_alone(cast: Cast) -> None:
    token = cast.alice_at_door.cookies["session"]
    async with cast.site.visitor("acme", token) as elsewhere:
        answer = await elsewhere.get("/settings/profile")
    assert answer.headers["location"].startswith("/enter")
