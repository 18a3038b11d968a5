"""Whoever signs in through OpenID Connect is who the provider says; provider, keys, claims held."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, RSAKey

from app.accounts.oauth import Attempt, Identity, begin, finish
from app.accounts.oauth_providers import Provider, oidc
from tests.accounts.oauth_oidc_double import CLIENT_ID, CLIENT_SECRET, OidcDouble, oidc_double
from tests.accounts.oauth_serving import visited

BACK = "https://loomlite.example.com/sign-in/oidc/callback"


@pytest.fixture
def double() -> Iterator[OidcDouble]:
    with oidc_double() as running:
        yield running


@pytest.fixture
def provider(double: OidcDouble) -> Provider:
    return oidc("Acme", double.issuer, CLIENT_ID, CLIENT_SECRET)


async def sign_in(provider: Provider) -> Identity:
    attempt = await begin(provider, BACK)
    return await finish(provider, attempt, BACK, visited(attempt.url))


async def test_a_person_signs_in_with_pkce_state_and_nonce(
    double: OidcDouble, provider: Provider
) -> None:
    double.user |= {"name": "Ada  Lovelace", "picture": "https://pictures.example.com/ada.png"}
    assert await sign_in(provider) == Identity(
        issuer=double.issuer,
        subject="u-1",
        email="ada@example.com",
        email_verified=True,
        name="Ada Lovelace",
        picture_url="https://pictures.example.com/ada.png",
    )


async def test_no_two_attempts_share_a_secret(provider: Provider) -> None:
    first, second = await begin(provider, BACK), await begin(provider, BACK)
    assert {first.state, first.nonce, first.code_verifier}.isdisjoint(
        {second.state, second.nonce, second.code_verifier}
    )
    assert first.code_verifier not in first.url
    assert parse_qs(urlsplit(first.url).query)["redirect_uri"] == [BACK]
    assert first.state not in repr(first)
    assert CLIENT_SECRET not in repr(provider)


async def test_an_attempt_can_be_put_together_from_what_was_stored(provider: Provider) -> None:
    begun = await begin(provider, BACK)
    stored = Attempt(
        provider_key=begun.provider_key,
        state=begun.state,
        nonce=begun.nonce,
        code_verifier=begun.code_verifier,
    )
    assert (await finish(provider, stored, BACK, visited(begun.url))).subject == "u-1"


@pytest.mark.parametrize("claim", [False, None, "false", "yes", 1, ["true"]])
async def test_an_unverified_address_is_reported_as_such(
    double: OidcDouble, provider: Provider, claim: object
) -> None:
    double.user["email_verified"] = claim
    identity = await sign_in(provider)
    assert identity.email == "ada@example.com"
    assert not identity.email_verified


async def test_the_word_true_counts_as_verified(double: OidcDouble, provider: Provider) -> None:
    double.user["email_verified"] = "true"
    assert (await sign_in(provider)).email_verified


async def test_without_an_address_the_userinfo_is_asked(
    double: OidcDouble, provider: Provider
) -> None:
    # Verified, says the token, of an address that it does not name.
    double.user = {"sub": "u-2", "email_verified": True, "name": "Ada"}
    double.userinfo = {"sub": "u-2", "email": "ada@example.com"}
    identity = await sign_in(provider)
    assert identity.email == "ada@example.com"
    assert not identity.email_verified
    assert identity.name == "Ada"


async def test_what_no_provider_should_send_is_left_out(
    double: OidcDouble, provider: Provider
) -> None:
    double.user |= {"name": "Ada\n\x00" + "x" * 500, "picture": "javascript:alert(1)"}
    double.user |= {"email": "a\nb@example.com"}
    identity = await sign_in(provider)
    assert identity.name == "Ada " + "x" * 116
    assert identity.picture_url == ""
    assert identity.email == ""
    assert not identity.email_verified


async def test_discovery_and_keys_are_fetched_once_for_many(
    double: OidcDouble, provider: Provider
) -> None:
    for _ in range(3):
        await sign_in(provider)
    assert double.asked == ["discovery", "keys"]


async def test_a_new_signing_key_is_fetched_when_it_is_met(
    double: OidcDouble, provider: Provider
) -> None:
    await sign_in(provider)
    double.key = RSAKey.generate_key(2048, auto_kid=True)
    assert (await sign_in(provider)).subject == "u-1"
    assert double.asked == ["discovery", "keys", "keys"]


async def test_the_issuer_may_be_set_with_a_slash_at_its_end(double: OidcDouble) -> None:
    provider = oidc("Acme", double.issuer + "/", CLIENT_ID, CLIENT_SECRET)
    assert (await sign_in(provider)).issuer == double.issuer


async def test_a_callback_that_names_its_issuer_is_taken(
    double: OidcDouble, provider: Provider
) -> None:
    double.discovery = {"authorization_response_iss_parameter_supported": True}
    double.callback = {"iss": double.issuer, "session_state": ""}
    assert (await sign_in(provider)).subject == "u-1"


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
async def test_the_usual_signatures_are_understood(
    double: OidcDouble, provider: Provider, algorithm: str
) -> None:
    double.algorithm = algorithm
    if algorithm == "ES256":
        double.key = ECKey.generate_key("P-256", auto_kid=True)
    assert (await sign_in(provider)).subject == "u-1"
