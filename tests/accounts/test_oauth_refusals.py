"""Everything that is not exactly the protocol is refused, in one sentence, with a cause to log."""

import dataclasses
import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from structlog.testing import capture_logs

from app.accounts.oauth import SignInCancelled, SignInFailed, begin, finish
from app.accounts.oauth_providers import Provider, google, oidc
from tests.accounts.oauth_oidc_double import (
    CLIENT_ID,
    CLIENT_SECRET,
    Claims,
    OidcDouble,
    base64url,
    oidc_double,
)
from tests.accounts.oauth_serving import base_url, listening, visited

BACK = "https://loomlite.example.com/sign-in/oidc/callback"


@pytest.fixture
def double() -> Iterator[OidcDouble]:
    with oidc_double() as running:
        yield running


@pytest.fixture
def provider(double: OidcDouble) -> Provider:
    return oidc("Acme", double.issuer, CLIENT_ID, CLIENT_SECRET)


async def sign_in(provider: Provider, callback: str) -> None:
    attempt = await begin(provider, BACK)
    back = callback.format(back=visited(attempt.url), BACK=BACK, state=attempt.state)
    await finish(provider, attempt, BACK, back)


async def failure(provider: Provider, callback: str = "{back}") -> str:
    """The cause with which a whole sign-in fails; `{back}`: where the provider sends the person."""
    with pytest.raises(SignInFailed) as failed:
        await sign_in(provider, callback)
    assert str(failed.value) == (
        "Signing in with Acme did not work. Try again, or sign in by e-mail instead."
    )
    return failed.value.cause


async def test_a_person_who_says_no_is_told_so(provider: Provider) -> None:
    attempt = await begin(provider, BACK)
    with pytest.raises(SignInCancelled, match="You stopped signing in with Acme"):
        await finish(provider, attempt, BACK, f"{BACK}?error=access_denied&state={attempt.state}")


@pytest.mark.parametrize(
    ("callback", "cause"),
    [
        ("{BACK}?error=access_denied&state=x", "the state is not the attempt's"),
        ("{BACK}?code=x&state=x", "the state is not the attempt's"),
        ("{BACK}?code=x&state=%ff%ED%A0%80", "the state is not the attempt's"),
        ("{BACK}?code=x", "the state is not the attempt's"),
        ("{BACK}", "the state is not the attempt's"),
        ("{back}&code=another", "the callback has a parameter twice"),
        ("{BACK}?state={state}", "the callback has no code"),
        ("{BACK}?state={state}&code=", "the callback has no code"),
        ("{BACK}?state={state}&code=guessed", "the token endpoint answered invalid_grant"),
        ("{BACK}?state={state}&error=server_error", "the provider answered server_error"),
        ("{BACK}?state={state}&error=%3Cb%3E", "the provider answered b"),
        ("{back}&iss=https://evil.example.com", "the callback comes from another issuer"),
        ("{back}&" + "&".join(f"x{n}=" for n in range(40)), "the callback address cannot be read"),
    ],
)
async def test_a_callback_that_is_not_the_attempts_is_refused(
    provider: Provider, callback: str, cause: str
) -> None:
    assert await failure(provider, callback) == cause


async def test_a_provider_that_names_itself_has_to_do_so(
    double: OidcDouble, provider: Provider
) -> None:
    double.discovery = {"authorization_response_iss_parameter_supported": True}
    assert await failure(provider) == "the callback comes from another issuer"


async def test_a_code_is_good_for_one_use(provider: Provider) -> None:
    attempt = await begin(provider, BACK)
    back = visited(attempt.url)
    await finish(provider, attempt, BACK, back)
    with pytest.raises(SignInFailed) as failed:
        await finish(provider, attempt, BACK, back)
    assert failed.value.cause == "the token endpoint answered invalid_grant"


async def test_an_attempt_is_bound_to_its_browser_verifier_and_provider(
    provider: Provider,
) -> None:
    begun = await begin(provider, BACK)
    others = await begin(provider, BACK)
    stolen = dataclasses.replace(begun, code_verifier=others.code_verifier)
    with pytest.raises(SignInFailed) as failed:
        await finish(provider, stolen, BACK, visited(begun.url))
    assert failed.value.cause == "the token endpoint answered invalid_grant"

    another = google(CLIENT_ID, CLIENT_SECRET, issuer=provider.issuer)
    with pytest.raises(SignInFailed) as failed:
        await finish(another, begun, BACK, visited(begun.url))
    assert failed.value.cause == "the attempt was begun with another provider"

    nobodys = dataclasses.replace(begun, state="")
    with pytest.raises(SignInFailed) as failed:
        await finish(provider, nobodys, BACK, f"{BACK}?code=x&state=")
    assert failed.value.cause == "the state is not the attempt's"


NOW = int(time.time())
REFUSED = "the ID token is refused: "


@pytest.mark.parametrize(
    ("claims", "cause"),
    [
        ({"nonce": "another"}, "the ID token is of another attempt: its nonce differs"),
        ({"nonce": None}, f"{REFUSED}missing_claim nonce"),
        ({"iss": "https://evil.example.com"}, f"{REFUSED}invalid_claim iss"),
        ({"aud": "another"}, f"{REFUSED}invalid_claim aud"),
        ({"aud": [CLIENT_ID, "another"]}, "the ID token was issued to another client"),
        ({"azp": "another"}, "the ID token was issued to another client"),
        ({"exp": NOW - 3600}, f"{REFUSED}expired_token exp"),
        ({"exp": None}, f"{REFUSED}missing_claim exp"),
        ({"iat": NOW + 3600}, f"{REFUSED}invalid_claim iat"),
        ({"nbf": NOW + 3600}, f"{REFUSED}invalid_claim nbf"),
        ({"at_hash": "x"}, "the ID token belongs to another access token"),
        ({"sub": ""}, f"{REFUSED}invalid_claim sub"),
        ({"sub": 7}, f"{REFUSED}invalid_claim sub"),
        ({"sub": "x" * 256}, "the provider did not say who signed in"),
    ],
)
async def test_a_token_with_a_false_claim_is_refused(
    double: OidcDouble, provider: Provider, claims: Claims, cause: str
) -> None:
    double.claims = claims
    assert await failure(provider) == cause


def unsigned(header: Claims, claims: Claims) -> str:
    parts = (json.dumps(part).encode() for part in (header, claims))
    return ".".join(base64url(part) for part in parts) + "."


async def test_a_token_without_signature_is_refused(double: OidcDouble, provider: Provider) -> None:
    double.signed = lambda claims: unsigned({"alg": "none"}, claims)
    assert await failure(provider) == f"{REFUSED}unsupported_algorithm"


async def test_a_token_signed_with_the_public_key_as_secret_is_refused(
    double: OidcDouble, provider: Provider
) -> None:
    def confused(claims: Claims) -> str:
        signed = unsigned({"alg": "HS256", "kid": double.key.kid}, claims)[:-1]
        secret = double.key.as_pem(private=False)
        return f"{signed}.{base64url(hmac.digest(secret, signed.encode(), hashlib.sha256))}"

    double.signed = confused
    assert await failure(provider) == f"{REFUSED}unsupported_algorithm"


async def test_a_token_signed_with_a_strange_key_is_refused(
    double: OidcDouble, provider: Provider
) -> None:
    strange = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": double.key.kid}
    double.signed = lambda claims: jwt.encode(header, claims, strange)
    assert await failure(provider) == f"{REFUSED}bad_signature"

    double.signed = lambda claims: jwt.encode({**header, "kid": "strange"}, claims, strange)
    assert await failure(provider) == f"{REFUSED}invalid_key_id"
    assert double.asked.count("keys") == 2, "an unknown key is looked for once"


@pytest.mark.parametrize("token", ["", "a.b.c", "a" * 3000, "é.é.é", "e30.e30.e30"])
async def test_a_token_that_is_no_token_is_refused(
    double: OidcDouble, provider: Provider, token: str
) -> None:
    double.signed = lambda _: token
    assert "token" in await failure(provider)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ({"id_token": None}, "the token endpoint gave no id_token"),
        ({"access_token": 7}, "the token endpoint gave no access_token"),
        ({"padding": "x" * 300_000}, "an answer is longer than 262144 bytes"),
        ({"expires_in": "soon"}, "the token endpoint's answer cannot be read (ValueError)"),
    ],
)
async def test_a_token_answer_without_tokens_is_refused(
    double: OidcDouble, provider: Provider, answer: Claims, cause: str
) -> None:
    double.token = answer
    assert await failure(provider) == cause


async def test_a_token_endpoint_out_of_order_is_named(
    double: OidcDouble, provider: Provider
) -> None:
    double.token_status = 503
    assert await failure(provider) == "the token endpoint answered with status 503"


async def test_a_userinfo_of_somebody_else_is_refused(
    double: OidcDouble, provider: Provider
) -> None:
    double.user = {"sub": "u-1"}
    double.userinfo = {"sub": "u-2", "email": "bob@example.com", "email_verified": True}
    assert await failure(provider) == "the userinfo is of another person than the ID token"


@pytest.mark.parametrize(
    ("document", "cause"),
    [
        ({"issuer": "https://evil.example.com"}, "the discovery document is of another issuer"),
        ({"token_endpoint": None}, "the discovery document has no token_endpoint"),
        ({"jwks_uri": "http://example.com/"}, "document's jwks_uri is not an https address"),
        ({"padding": "x" * 300_000}, "an answer is longer than 262144 bytes"),
    ],
)
async def test_a_discovery_that_cannot_be_trusted_is_refused(
    double: OidcDouble, provider: Provider, document: Claims, cause: str
) -> None:
    double.discovery = document
    assert cause in await failure(provider)
    double.discovery = {}
    assert (await begin(provider, BACK)).url, "a refused document is not kept"


async def test_an_answer_that_could_unpack_to_anything_is_refused(
    double: OidcDouble, provider: Provider
) -> None:
    double.headers = {"Content-Encoding": "gzip"}
    assert await failure(provider) == ("an answer is compressed although that was not asked for")


async def test_a_provider_out_of_reach_or_silent_is_a_failed_sign_in() -> None:
    with listening() as server:
        silent = dataclasses.replace(
            oidc("Acme", base_url(server), CLIENT_ID, CLIENT_SECRET), timeout_s=0.1
        )
        assert await failure(silent) == "the provider cannot be reached (TimeoutError)"
    gone = dataclasses.replace(silent, timeout_s=20)
    assert await failure(gone) == "the provider cannot be reached (ConnectError)"


async def test_the_log_names_the_cause_and_no_secret(provider: Provider) -> None:
    attempt = await begin(provider, BACK)
    with capture_logs() as logged, pytest.raises(SignInFailed) as failed:
        await finish(provider, attempt, BACK, f"{BACK}?code=secret-code&state={attempt.state}")
    assert logged == [
        {
            "event": "sign_in.failed",
            "log_level": "warning",
            "provider": "oidc",
            "cause": "the token endpoint answered invalid_grant",
        }
    ]
    # The double repeats the code in its description, as a provider may.
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None
