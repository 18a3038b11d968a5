"""Whoever signs in through GitHub is known by a number, and by an address only if it is hers."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.accounts.oauth import Identity, SignInFailed, begin, finish
from app.accounts.oauth_providers import Provider, github
from tests.accounts.oauth_github_double import GithubDouble, github_double
from tests.accounts.oauth_oidc_double import CLIENT_ID, CLIENT_SECRET
from tests.accounts.oauth_serving import visited

BACK = "https://loomlite.example.com/sign-in/github/callback"


@pytest.fixture
def double() -> Iterator[GithubDouble]:
    with github_double() as running:
        yield running


@pytest.fixture
def provider(double: GithubDouble) -> Provider:
    return github(CLIENT_ID, CLIENT_SECRET, site=double.url, api=f"{double.url}/api")


async def sign_in(provider: Provider, more: str = "") -> Identity:
    attempt = await begin(provider, BACK)
    return await finish(provider, attempt, BACK, visited(attempt.url) + more)


async def test_a_person_signs_in_with_her_primary_address(
    double: GithubDouble, provider: Provider
) -> None:
    assert await sign_in(provider) == Identity(
        issuer=double.url,
        subject="583231",
        email="ada@example.com",
        email_verified=True,
        name="Ada Lovelace",
        picture_url="https://avatars.githubusercontent.com/u/583231",
    )


async def test_an_unverified_primary_address_is_reported_as_such(
    double: GithubDouble, provider: Provider
) -> None:
    double.emails[1]["verified"] = False
    identity = await sign_in(provider)
    assert identity.email == "ada@example.com"
    assert not identity.email_verified


async def test_without_a_primary_address_there_is_none(
    double: GithubDouble, provider: Provider
) -> None:
    double.emails = [{"email": "old@example.com", "primary": False, "verified": True}, None]
    double.user["name"] = None
    identity = await sign_in(provider)
    assert (identity.email, identity.email_verified, identity.name) == ("", False, "ada")


@pytest.mark.parametrize("number", [None, "583231", True, 5.0])
async def test_an_account_without_a_number_is_nobody(
    double: GithubDouble, provider: Provider, number: Any
) -> None:
    double.user["id"] = number
    with pytest.raises(SignInFailed) as failed:
        await sign_in(provider)
    assert failed.value.cause == "the provider did not say who signed in"


@pytest.mark.parametrize(
    ("user", "emails", "cause"),
    [
        ([], [], "/api/user did not answer with a JSON object"),
        ({"id": 1}, {"message": "no"}, "GitHub did not answer with a list of addresses"),
    ],
)
async def test_an_api_that_answers_otherwise_is_a_failed_sign_in(
    double: GithubDouble, provider: Provider, user: Any, emails: Any, cause: str
) -> None:
    double.user, double.emails = user, emails
    with pytest.raises(SignInFailed) as failed:
        await sign_in(provider)
    assert failed.value.cause.endswith(cause)


async def test_a_code_is_taken_once_and_only_with_its_verifier(provider: Provider) -> None:
    first, second = await begin(provider, BACK), await begin(provider, BACK)
    back = visited(first.url)
    await finish(provider, first, BACK, back)
    for callback, attempt in (
        (back, first),
        (visited(second.url).replace(second.state, first.state), first),
    ):
        with pytest.raises(SignInFailed) as failed:
            await finish(provider, attempt, BACK, callback)
        assert failed.value.cause == "the token endpoint answered bad_verification_code"


async def test_wrong_credentials_are_named_in_the_cause(double: GithubDouble) -> None:
    provider = github(CLIENT_ID, "wrong", site=double.url, api=f"{double.url}/api")
    with pytest.raises(SignInFailed, match="Signing in with GitHub did not work") as failed:
        await sign_in(provider)
    assert failed.value.cause == "the token endpoint answered incorrect_client_credentials"


async def test_a_callback_may_name_the_issuer_and_no_other(
    double: GithubDouble, provider: Provider
) -> None:
    assert (await sign_in(provider, f"&iss={double.url}/login/oauth")).subject == "583231"
    with pytest.raises(SignInFailed) as failed:
        await sign_in(provider, "&iss=https://evil.example.com")
    assert failed.value.cause == "the callback comes from another issuer"
