"""Connecting and disconnecting a provider: by one's own click, and never the last way in."""

from uuid import uuid4

import pytest
from sqlalchemy import select, update

from app.accounts.models import Identity, User
from tests.accounts.oauth_oidc_double import OidcDouble
from tests.accounts.oauth_serving import visited
from tests.accounts.test_oauth_sign_in import CALLBACK, double, settings
from tests.cast import Cast

__all__ = ["double", "settings"]

CONNECT = "/oauth/oidc/connect?workspace=acme"


async def provider_url(cast: Cast, double: OidcDouble, path: str = CONNECT) -> str:
    """Where the page's link leads."""
    text = (await cast.alice_at_door.get(path)).text.replace("&amp;", "&")
    start = text.index(f"{double.issuer}/authorize")
    return text[start : text.index('"', start)]


async def connections(cast: Cast) -> list[tuple[str, str]]:
    async with cast.site.database.session() as session:
        rows = await session.execute(
            select(User.email, Identity.subject).join(Identity, Identity.user_id == User.id)
        )
    return [(email, subject) for email, subject in rows]


async def test_a_connection_is_made_by_a_click_and_leads_back(
    cast: Cast, double: OidcDouble
) -> None:
    settings_page = (await cast.alice.get("/settings/sign-ins")).text
    assert f"http://loomlite.localhost{CONNECT}" in settings_page
    # The address at the provider may be another and unverified: Alice is signed in here.
    double.user |= {"email": "private@example.com", "email_verified": False}
    back = visited(await provider_url(cast, double))
    answer = await cast.alice_at_door.get(back)
    assert answer.headers["location"] == "http://acme.loomlite.localhost/settings/sign-ins"
    assert await connections(cast) == [("alice@example.com", "u-1")]
    assert "private@example.com" in (await cast.alice.get("/settings/sign-ins")).text


async def test_nobody_else_connects_their_account_to_mine(cast: Cast, double: OidcDouble) -> None:
    back = visited(await provider_url(cast, double))
    stolen = cast.alice_at_door.cookies["oauth"]
    for thief in (cast.charlie_at_door, cast.site.visitor()):
        assert (await thief.get(back)).headers["location"].startswith("/sign-in?said=gone")
    # Even with the browser's secret it is Alice's attempt, not Charlie's.
    cast.charlie_at_door.cookies.set("oauth", stolen)
    answer = await cast.charlie_at_door.get(back)
    assert "said=gone.oidc" in answer.headers["location"]
    assert await connections(cast) == []


async def test_an_account_of_another_person_is_not_taken_over(
    cast: Cast, double: OidcDouble
) -> None:
    async with cast.site.database.session() as session:
        session.add(
            Identity(
                user_id=cast.users["charlie"].id,
                provider="oidc",
                issuer=double.issuer,
                subject="u-1",
                email="",
            )
        )
    answer = await cast.alice_at_door.get(visited(await provider_url(cast, double)))
    assert "/oauth/oidc/connect?said=taken.oidc&workspace=acme" in answer.headers["location"]
    shown = await cast.alice_at_door.get(answer.headers["location"])
    assert "already signs in another person here" in shown.text
    assert await connections(cast) == [("charlie@example.com", "u-1")]


async def test_who_says_no_is_led_back_to_connecting(cast: Cast, double: OidcDouble) -> None:
    url = await provider_url(cast, double)
    state = url.partition("state=")[2].partition("&")[0]
    answer = await cast.alice_at_door.get(f"{CALLBACK}?error=access_denied&state={state}")
    shown = await cast.alice_at_door.get(answer.headers["location"])
    assert "You stopped signing in with Acme ID." in shown.text
    assert "http://acme.loomlite.localhost/settings/sign-ins" in shown.text


async def test_a_provider_that_is_gone_is_said_on_the_page(cast: Cast, double: OidcDouble) -> None:
    double.discovery = {"issuer": "https://another.example"}
    answer = await cast.alice_at_door.get(CONNECT)
    assert answer.status_code == 200
    assert "did not work" in answer.text
    assert "Try again" in answer.text


async def test_a_workspace_that_is_none_leads_to_the_start(cast: Cast) -> None:
    answer = await cast.alice_at_door.get("/oauth/oidc/connect?workspace=evil.example/")
    assert 'href="/">Back to your settings' in answer.text
    assert "evil" not in answer.text.partition("<main")[2].replace("workspace=evil", "")


async def test_connecting_needs_a_sign_in(cast: Cast) -> None:
    async with cast.site.visitor() as somebody:
        answer = await somebody.get(CONNECT)
    assert answer.headers["location"].startswith("/sign-in?next=/oauth/oidc/connect")


@pytest.fixture
async def identity(cast: Cast, double: OidcDouble) -> Identity:
    await cast.alice_at_door.get(visited(await provider_url(cast, double)))
    async with cast.site.database.session() as session:
        return (await session.scalars(select(Identity))).one()


async def test_a_connection_is_taken_away(cast: Cast, identity: Identity) -> None:
    answer = await cast.alice.post(f"/settings/sign-ins/{identity.id}/disconnect")
    assert answer.headers["location"] == "/settings/sign-ins"
    assert await connections(cast) == []
    assert "Not connected" in (await cast.alice.get("/settings/sign-ins")).text


async def test_the_connection_of_another_is_404(cast: Cast, identity: Identity) -> None:
    for person in (cast.bob, cast.charlie, cast.charlie_at_home):
        answer = await person.post(f"/settings/sign-ins/{identity.id}/disconnect")
        assert answer.status_code == 404
    assert (await cast.alice.post(f"/settings/sign-ins/{uuid4()}/disconnect")).status_code == 404
    assert await connections(cast) == [("alice@example.com", "u-1")]


async def test_the_last_way_in_stays(cast: Cast, identity: Identity) -> None:
    async with cast.site.database.session() as session:
        await session.execute(update(User).values(email_verified_at=None))
    answer = await cast.alice.post(f"/settings/sign-ins/{identity.id}/disconnect")
    assert answer.status_code == 303
    assert await connections(cast) == [("alice@example.com", "u-1")]
    toasts = (await cast.alice.get("/settings/sign-ins")).text.partition('id="toasts"')[2]
    assert "This is your only way to sign in." in toasts
