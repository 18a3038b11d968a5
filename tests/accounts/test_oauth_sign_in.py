"""Signing in through a provider in the browser: whom it signs in, and whom it never does."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select, update

from app.accounts.models import AuthSession, Identity, OauthAttempt, User
from app.accounts.passwords import hash_password
from app.accounts.tokens import token_hash
from app.db.base import now
from app.settings import Settings, load_settings
from tests.accounts.oauth_oidc_double import CLIENT_ID, CLIENT_SECRET, OidcDouble, oidc_double
from tests.accounts.oauth_serving import visited
from tests.accounts.post import PASSWORD
from tests.cast import HOST, Cast, Site

CALLBACK = "http://loomlite.localhost/oauth/oidc/callback"


@pytest.fixture
def double() -> Iterator[OidcDouble]:
    with oidc_double() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, double: OidcDouble) -> Settings:
    return load_settings(
        {
            "APP_HOST": HOST,
            "LOOMLITE_VAR": str(tmp_path / "var"),
            "OIDC_ISSUER": double.issuer,
            "OIDC_NAME": "Acme ID",
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        }
    )


async def come_back(browser: httpx.AsyncClient, start: str = "/oauth/oidc") -> httpx.Response:
    """To the provider, and back with its answer."""
    sent = await browser.get(start)
    assert sent.status_code == 303
    back = visited(sent.headers["location"])
    assert back.startswith(f"{CALLBACK}?")
    return await browser.get(back)


async def users_of(site: Site) -> list[User]:
    async with site.database.session() as session:
        return list(await session.scalars(select(User).order_by(User.email)))


async def test_a_button_is_there_for_what_is_configured_alone(site: Site) -> None:
    async with site.visitor() as somebody:
        text = (await somebody.get("/sign-in?next=/a")).text
        assert "Continue with Acme ID" in text
        assert "/oauth/oidc?next=%2Fa" in text
        assert "Google" not in text
        assert (await somebody.get("/oauth/google")).status_code == 404


async def test_a_verified_stranger_signs_up_with_name(site: Site, double: OidcDouble) -> None:
    double.user |= {"name": "Ada Lovelace"}
    async with site.visitor() as ada:
        answer = await come_back(ada, "/oauth/oidc?next=/workspaces")
        assert answer.headers["location"] == "/workspaces"
        assert (await ada.get("/workspaces")).status_code == 200
    (user,) = await users_of(site)
    assert (user.email, user.name) == ("ada@example.com", "Ada Lovelace")
    assert user.email_verified_at is not None


async def test_the_same_subject_is_the_same_person_whatever_the_address(
    site: Site, double: OidcDouble
) -> None:
    async with site.visitor() as ada:
        await come_back(ada)
    double.user |= {"email": "another@example.com", "email_verified": False}
    async with site.visitor() as ada:
        assert (await come_back(ada)).headers["location"] == "/"
        assert (await ada.get("/workspaces")).status_code == 200
    assert [user.email for user in await users_of(site)] == ["ada@example.com"]


async def test_a_verified_address_is_linked_to_its_account(cast: Cast, double: OidcDouble) -> None:
    double.user |= {"email": "Alice@Example.com"}
    async with cast.site.visitor() as alice:
        await come_back(alice)
    async with cast.site.database.session() as session:
        identity = await session.scalar(select(Identity))
    assert identity is not None
    assert identity.user_id == cast.users["alice"].id
    assert (identity.issuer, identity.subject) == (double.issuer, "u-1")
    assert len(await users_of(cast.site)) == 4


async def test_an_unverified_address_opens_no_account(cast: Cast, double: OidcDouble) -> None:
    double.user |= {"email": "alice@example.com", "email_verified": False}
    async with cast.site.visitor() as mallory:
        answer = await come_back(mallory)
        assert answer.headers["location"].startswith("/sign-in?said=unconfirmed.oidc")
        assert "session" not in mallory.cookies
        shown = await mallory.get(answer.headers["location"])
    assert "Acme ID has not confirmed your e-mail address." in shown.text
    async with cast.site.database.session() as session:
        assert await session.scalar(select(Identity)) is None


async def test_an_account_nobody_proved_loses_its_password_and_its_devices(
    cast: Cast, double: OidcDouble
) -> None:
    bob = cast.users["bob"].id
    async with cast.site.database.session() as session:
        await session.execute(
            update(User)
            .where(User.id == bob)
            .values(email_verified_at=None, password_hash=hash_password(PASSWORD))
        )
        session.add(
            Identity(user_id=bob, provider="oidc", issuer="https://x", subject="1", email="")
        )
    double.user |= {"email": "bob@example.com"}
    async with cast.site.visitor() as browser:
        await come_back(browser)
    async with cast.site.database.session() as session:
        user = await session.get_one(User, bob)
        subjects = (await session.scalars(select(Identity.subject))).all()
        devices = (
            await session.scalars(select(AuthSession).where(AuthSession.user_id == bob))
        ).all()
    assert user.password_hash is None
    assert user.email_verified_at is not None
    assert subjects == ["u-1"]
    assert len(devices) == 1, "whoever was signed in before was not the owner"


async def test_the_state_is_kept_as_a_hash_for_one_browser_and_ten_minutes(site: Site) -> None:
    async with site.visitor() as ada:
        sent = await ada.get("/oauth/oidc")
    query = parse_qs(urlsplit(sent.headers["location"]).query)
    assert query["redirect_uri"] == [CALLBACK]
    async with site.database.session() as session:
        attempt = await session.scalar(select(OauthAttempt))
    assert attempt is not None
    assert attempt.state_sha256 == token_hash(query["state"][0])
    assert query["state"][0] not in str(attempt.values)
    assert attempt.browser_sha256 == token_hash(sent.cookies["oauth"])
    assert 590 < (attempt.expires_at - now()).total_seconds() <= 600
    assert "httponly" in sent.headers["set-cookie"].lower()


async def test_a_callback_signs_in_neither_another_browser_nor_twice(site: Site) -> None:
    async with site.visitor() as ada, site.visitor() as victim, site.visitor() as late:
        back = visited((await ada.get("/oauth/oidc")).headers["location"])
        await victim.get("/oauth/oidc")
        answer = await victim.get(back)
        assert answer.headers["location"].startswith("/sign-in?said=gone.oidc")
        assert "session" not in victim.cookies
        assert (await ada.get(back)).headers["location"] == "/"
        late.cookies.set("oauth", ada.cookies["oauth"])
        again = await late.get(back)
        assert again.headers["location"].startswith("/sign-in?said=gone.oidc")
        assert "session" not in late.cookies


async def test_an_attempt_is_over_after_ten_minutes(site: Site) -> None:
    async with site.visitor() as ada:
        back = visited((await ada.get("/oauth/oidc")).headers["location"])
        async with site.database.session() as session:
            await session.execute(update(OauthAttempt).values(expires_at=now()))
        answer = await ada.get(back)
        assert answer.headers["location"].startswith("/sign-in?said=gone.oidc")
        shown = await ada.get(answer.headers["location"])
    assert "took too long or was begun in another browser" in shown.text


@pytest.mark.parametrize("with_state", [True, False])
async def test_who_says_no_is_led_back_calmly(site: Site, with_state: bool) -> None:
    async with site.visitor() as ada:
        sent = await ada.get("/oauth/oidc?next=/workspaces")
        state = parse_qs(urlsplit(sent.headers["location"]).query)["state"][0]
        query = f"error=access_denied{f'&state={state}' if with_state else ''}"
        answer = await ada.get(f"{CALLBACK}?{query}")
        assert answer.headers["location"].startswith("/sign-in?said=cancelled.oidc")
        if with_state:
            assert "next=%2Fworkspaces" in answer.headers["location"]
        shown = await ada.get(answer.headers["location"])
    assert "You stopped signing in with Acme ID." in shown.text
    assert "notice-info" in shown.text


async def test_a_provider_that_lies_signs_nobody_in(site: Site, double: OidcDouble) -> None:
    double.claims = {"nonce": "another"}
    async with site.visitor() as ada:
        answer = await come_back(ada)
        assert answer.headers["location"].startswith("/sign-in?said=failed.oidc")
        shown = await ada.get(answer.headers["location"])
    assert "Signing in with Acme ID did not work." in shown.text
    assert await users_of(site) == []


async def test_a_sentence_of_somebody_else_is_not_said(site: Site) -> None:
    async with site.visitor() as somebody:
        for word in ("cancelled.google", "evil.oidc", "<b>"):
            text = (await somebody.get("/sign-in", params={"said": word})).text
            assert 'class="notice' not in text


async def test_who_is_signed_in_needs_no_provider(cast: Cast) -> None:
    answer = await cast.alice_at_door.get("/oauth/oidc?next=//evil.example")
    assert answer.headers["location"] == "/"


async def test_a_provider_is_left_for_the_apps_own_host(site: Site) -> None:
    async with site.visitor("acme") as somebody:
        answer = await somebody.get("/oauth/oidc")
    assert answer.headers["location"] == "http://loomlite.localhost/oauth/oidc"
